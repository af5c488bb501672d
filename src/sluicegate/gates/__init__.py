"""The gates. Each is a package of its own and knows no other."""
