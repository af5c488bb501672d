"""Evidence: what a repository, its history, recorded answers and other gates say, item by item."""
