"""Advisories: read from disk, indexed once, asked for the packages that a project locks."""
