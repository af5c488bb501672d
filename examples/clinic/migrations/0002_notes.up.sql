ALTER TABLE patients DROP COLUMN notes;
