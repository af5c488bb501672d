"""Evidence in one file that anybody can check: a tar with a manifest of hashes, and a statement ready to attest."""
