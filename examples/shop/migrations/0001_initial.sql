CREATE TABLE customers (id uuid PRIMARY KEY, name text NOT NULL, email text NOT NULL);
