CREATE TABLE patients (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  allergies bytea
);

CREATE TABLE prescriptions (
  patient_id uuid REFERENCES patients (id),
  drug bytea NOT NULL
);
