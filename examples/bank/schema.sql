CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  holder text NOT NULL,
  balance bigint NOT NULL
);

CREATE TABLE cards (
  account_id uuid REFERENCES accounts (id),
  pan varchar(64) NOT NULL,
  last_digits char(4) NOT NULL
);
