CREATE TABLE accounts (id uuid PRIMARY KEY, holder text NOT NULL, balance bigint NOT NULL);
