"""Predicates in CEL, asked of a process of their own that is bounded in time and memory."""
