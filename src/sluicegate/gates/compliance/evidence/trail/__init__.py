"""Audit trails as evidence: read once, event by event, whatever their size; the facts of it are kinds of their own.

A trail is of no revision: it is read from disk, unless git keeps it. The collectors are in `contents`, `integrity` and
`order`.
"""
