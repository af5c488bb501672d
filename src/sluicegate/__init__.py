"""Sluicegate: one verdict on a change that everybody can trust."""

__version__ = "0.1.0"
