"""What earlier runs have measured: one immutable document for each run, found by what it is named.

`record` is a run and its document, `machine` where it was measured, `layout` what documents are called, `index` which
ones there are, `window` those that a verdict may lean on, `epochs` which shifts were accepted, `folding` old runs in
one document, `series` one benchmark through all of it.
"""
