"""Dockerfiles and Containerfiles: what the build does, read from the file alone."""
