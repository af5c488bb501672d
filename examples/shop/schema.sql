CREATE TABLE customers (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL
);

CREATE TABLE consents (
  customer_id uuid REFERENCES customers (id),
  purpose text NOT NULL,
  version text NOT NULL
);
