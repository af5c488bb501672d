"""Estimators and tests on numpy arrays, many series at once: what the gates that measure judge with.

Nothing here knows a benchmark, a unit or a setting. A row is a series, a column a unit of observation, and NaN is never
let in: whoever asks has sorted out what cannot be judged.
"""
