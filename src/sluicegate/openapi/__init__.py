"""OpenAPI documents with positions: read, referenced, listed by operation, checked against the meta-schema.

Knows nothing of gates. `reading.read` gives a `Document`; `references.Library` follows `$ref` inside one tree;
`operations.operations` lists what a description offers; `metaschema.mistakes` says where it is not valid.
"""
