"""What database schemas and migrations say: tables, columns, and what a migration takes away. Nothing is ever run."""
