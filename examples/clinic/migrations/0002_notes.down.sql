ALTER TABLE patients ADD COLUMN notes bytea;
