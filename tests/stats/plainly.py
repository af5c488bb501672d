"""Change points of one series, said as plainly as can be: what many at once have to agree with."""

from __future__ import annotations

import math

import numpy as np

from sluicegate.stats.ranks import ranked

SHORTEST = 4


def change_points(row: np.ndarray, *, alpha: float, floor: float) -> list[int]:
    found, todo = [], [(0, len(row))]
    while todo:
        start, end = todo.pop()
        at, _ = split(row[start:end], alpha)
        if at:
            found.append(start + at)
            todo += [(start, start + at), (start + at, end)]
    found = sorted(found)
    for _ in range(len(found) + 1):
        moved, edges = set(), [0, *found, len(row)]
        for before, after in zip(edges, edges[2:], strict=False):
            at, gap = split(row[before:after], alpha)
            if at and gap >= floor:
                moved.add(before + at)
        if sorted(moved) == found:
            break
        found = sorted(moved)
    return found


def split(segment: np.ndarray, alpha: float) -> tuple[int, float]:
    """Where a segment is split, or 0, and how far the medians of its two sides are apart."""
    size = len(segment)
    if size < 2 * SHORTEST:
        return 0, 0.0
    statistic, at = strongest(segment)
    at = placed(segment, at)
    left, right = segment[:at], segment[at:]
    statistic = max(statistic, apart(left, right))
    if tail(statistic, size) > alpha or tail(statistic / inflation(left, right), size) > alpha:
        return 0, 0.0
    return at, abs(median(right) - median(left))


def median(values: np.ndarray) -> float:
    ordered = sorted(values)
    return 0.5 * float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2])


def strongest(segment: np.ndarray) -> tuple[float, int]:
    size = len(segment)
    centred = ranked(segment[None])[0] - (size + 1) / 2
    spread = math.sqrt((centred**2).mean() * size / (size - 1))
    before = np.arange(SHORTEST, size - SHORTEST + 1)
    sums = np.abs(np.cumsum(centred)[before - 1]) / np.sqrt(before * (size - before) / size)
    return (float(sums.max()) / spread if spread > 1e-12 else 0.0), int(before[sums.argmax()])


def placed(segment: np.ndarray, at: int) -> int:
    left, right = median(segment[:at]), median(segment[at:])
    cost = np.cumsum(np.abs(segment - left) - np.abs(segment - right))
    return SHORTEST + int(np.argmin(cost[SHORTEST - 1 : len(segment) - SHORTEST]))


def apart(left: np.ndarray, right: np.ndarray) -> float:
    residuals = np.concatenate([left - median(left), right - median(right)])
    reach = 1.4826 * 2 * median(np.abs(residuals))
    spread = math.sqrt(float((np.clip(residuals, -reach, reach) ** 2).sum()) / (len(residuals) - 2))
    if spread <= 1e-12:
        return 0.0
    return abs(median(right) - median(left)) / (1.25 * spread * math.sqrt(1 / len(left) + 1 / len(right)))


def inflation(left: np.ndarray, right: np.ndarray) -> float:
    sides = [ranked(side[None])[0] / (len(side) + 1) - 0.5 for side in (left, right)]
    total = sum(float((side**2).sum()) for side in sides)
    if not total:
        return 1.0
    rho = sum(float((side[1:] * side[:-1]).sum()) for side in sides) / total
    rho += (1 + 3 * max(rho, 0.0)) * 2 / (len(left) + len(right))
    rho = min(max(rho, 0.0), 0.9)
    return math.sqrt((1 + rho) / (1 - rho))


def tail(statistic: float, size: int) -> float:
    share = SHORTEST / size
    if share >= 0.5 or statistic <= 1:
        return 1.0
    density = math.exp(-(statistic**2) / 2) / math.sqrt(2 * math.pi)
    return min(density * ((statistic - 1 / statistic) * 2 * math.log((1 - share) / share) + 4 / statistic), 1.0)
