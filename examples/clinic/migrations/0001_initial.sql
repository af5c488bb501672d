CREATE TABLE patients (id uuid PRIMARY KEY, name text NOT NULL, allergies bytea);
