"""Controls as data: packs, the clauses that they serve, and what is wrong with them."""
