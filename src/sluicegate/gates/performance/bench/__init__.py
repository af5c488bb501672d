"""Base against head on one machine: both revisions laid out side by side and run in turns that are drawn by lot.

What disturbs a machine for a while disturbs both sides alike then, which no comparison of runs of different hours or
jobs has. `turns` says whose turn it is and when to look, `taking` is one run, `measuring` all of them, `judging` what
the gate says of them.
"""
