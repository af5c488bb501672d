"""Personal data: what is declared of it, where descriptions, schemas and logs have it, and what only looks like it."""
