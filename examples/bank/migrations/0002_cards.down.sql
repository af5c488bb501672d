ALTER TABLE accounts ADD COLUMN card text;
