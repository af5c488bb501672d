"""The performance gate: whether a change makes anything slower, and how sure that is."""
