"""Many machines and many repositories: parts of a run and their joining, Run files side by side, and their proof.

| module | what it does |
|---|---|
| `identity` | what a Run was made with: the digests of its policy and of its tool |
| `document` | the plan of a run in parts: written, read back, checked |
| `split` | gates and subjects dealt out to jobs by what they cost |
| `merge` | the Runs of all parts joined into one verdict |
| `table` | Run files of many repositories as rows; `pages` shows them |
| `verify` | whether a Run is what it is taken for; `attestation` reads what GitHub signed |
"""
