"""Makes the noise of benchmarks by a seed.

What a rule is worth shows only on noise that was not made for it. So the parameters below were chosen by one measure:
that the peers come out on this noise as they were measured on recorded runs (`performance_fixed.py` shows it). Those of
`processes` and of the shared `history` were fixed before any rule of ours was tuned; those of `windows`, the dedicated
`history` and `labelled` when a first rule for change points had been written, and by Otava and asv's steps alone. They
are not to be moved for the sake of a rule of ours; who moves them shows the new table first. Each kind of noise:

`processes`  seconds of benchmark processes one after the other, with drift, and with neighbours that slow some down:
             `mild` and `heavy`.
`history`    one run after the other of an unchanged benchmark: on `shared` machines, in independent draws, with a ruler
             of the same run beside; on a `dedicated` one, where neighbours hang together and some changes are real.
`windows`    histories whose neighbours hang together, for change points. `dedicated` is the same as above; `shared` has
             neighbours that stay for a while.
`labelled`   series with known change points, and with what is none: trends, waves, outliers, noise that grows.

All but `processes` are logarithms, to which a change is added. `$SLUICEGATE_SEED` gives other draws of the same noise.
"""

from __future__ import annotations

import os

import numpy as np

SEED = int(os.environ.get("SLUICEGATE_SEED", "20"))
EFFECTS = (0.0, 0.05, 0.1, 0.2)
"""What was measured of the peers on recorded runs, in percent flagged; of PELT and CUSUM with settings like these."""


def processes(rng, trials, n, *, kind="mild", m=5):
    """Seconds of 2n processes with m samples each, as taken one after the other; without noise 1. (trials, 2n, m)."""
    if kind == "mild":
        core = np.exp(rng.normal(np.log(0.026), 0.75, (trials, 1, 1)))
        within = core * 0.5
        disturbed = rng.beta(1.2, 9, (trials, 1, 1))
        size = rng.gamma(1.6, 0.32, (trials, 2 * n, 1))
        drift, rho = core * 1.0, 0.9
        busy = rng.random((trials, 2 * n, 1)) < disturbed
    else:
        core = np.exp(rng.normal(np.log(0.06), 0.75, (trials, 1, 1)))
        within = core * 0.6
        share = rng.beta(2, 3, (trials, 1, 1))
        state, states = rng.random((trials, 1, 1)) < share, []
        for _ in range(2 * n):  # a neighbour comes and goes
            turns = rng.random((trials, 1, 1)) > 0.9
            state = np.where(turns, rng.random((trials, 1, 1)) < share, state)
            states.append(state)
        busy = np.concatenate(states, 1)
        size = rng.gamma(2.0, 0.24, (trials, 2 * n, 1))
        drift, rho = core * 1.5, 0.95
    wander = chained(rng, (trials, 2 * n, 1), rho)
    level = drift * wander + core * rng.normal(0, 1, (trials, 2 * n, 1)) + busy * size
    samples = within * rng.normal(0, 1, (trials, 2 * n, m))
    if kind != "mild":
        samples = samples + (rng.random((trials, 2 * n, m)) < 0.3) * rng.gamma(1.0, 0.15, (trials, 2 * n, m))
    return np.exp(level + samples)


def turns(rng, trials, n):
    """Which of 2n processes are of the head, in blocks of four drawn by lot: ABBA or BAAB. (trials, 2n)."""
    flip = rng.random((trials, n // 2)) < 0.5
    one = np.array([0, 1, 1, 0], bool)
    return (one[None, None, :] ^ flip[:, :, None]).reshape(trials, 2 * n)


def history(rng, trials, n=51, *, kind="shared"):
    """The runs of a benchmark, and those of a ruler, which each run measured too: two times (trials, n)."""
    if kind == "dedicated":
        return quiet(rng, trials, n)
    core = np.exp(rng.normal(np.log(0.03), 0.5, (trials, 1)))
    slow = rng.beta(0.8, 2.6, (trials, 1))
    size = np.exp(rng.normal(np.log(0.17), 0.75, (trials, 1)))
    machine = core * rng.normal(0, 1, (trials, n)) + (rng.random((trials, n)) < slow) * size
    machine = machine + (rng.random((trials, n)) < 0.01) * rng.gamma(1, 0.3, (trials, n))
    own = np.exp(rng.normal(np.log(0.016), 0.7, (trials, 1))) * rng.standard_t(4, (trials, n))
    ruler = np.exp(rng.normal(np.log(0.012), 0.5, (trials, 1))) * rng.standard_t(4, (trials, n))
    return machine + own, machine + ruler


def quiet(rng, trials, n):
    """A machine of one's own, and a ruler that feels what disturbs the machine and no change of the benchmark."""
    core = np.exp(rng.normal(np.log(0.007), 0.85, (trials, 1)))
    wander = core * chained(rng, (trials, n), 0.3)
    disturbed = rng.random((trials, n)) < rng.beta(0.4, 22, (trials, 1))
    outliers = disturbed * rng.gamma(1.0, 0.25, (trials, n))
    real = levels(rng, trials, n, rate=0.0025, size=0.05)
    return wander + outliers + real, outliers + core * rng.normal(0, 1, (trials, n))


def windows(rng, trials, n=100, *, kind="shared"):
    """Runs of a benchmark whose neighbours hang together, with the few real changes that such records hold."""
    if kind == "dedicated":
        return quiet(rng, trials, n)[0]
    core = np.exp(rng.normal(np.log(0.03), 0.5, (trials, 1)))
    slow = rng.beta(0.8, 2.6, trials)
    size = np.exp(rng.normal(np.log(0.17), 0.75, (trials, 1)))
    state, states = rng.random(trials) < slow, []
    for _ in range(n):
        state = np.where(rng.random(trials) > 0.75, rng.random(trials) < slow, state)
        states.append(state)
    machine = core * chained(rng, (trials, n), 0.3) + np.array(states).T * size
    machine = machine + (rng.random((trials, n)) < 0.01) * rng.gamma(1, 0.3, (trials, n))
    own = np.exp(rng.normal(np.log(0.016), 0.7, (trials, 1))) * rng.standard_t(4, (trials, n))
    return machine + own + levels(rng, trials, n, rate=0.0005, size=0.1)


def chained(rng, shape, rho):
    """Deviations of 1 whose neighbours along the second axis correlate by rho."""
    fresh = rng.normal(0, 1, shape)
    out = np.empty_like(fresh)
    out[:, 0] = fresh[:, 0]
    for i in range(1, shape[1]):
        out[:, i] = rho * out[:, i - 1] + np.sqrt(1 - rho * rho) * fresh[:, i]
    return out


def levels(rng, trials, n, *, rate, size):
    """The level after real changes, up and down, of which each point is one at a rate."""
    jumps = np.exp(rng.normal(np.log(size), 1.0, (trials, n))) * np.where(rng.random((trials, n)) < 0.5, -1, 1)
    return np.cumsum((rng.random((trials, n)) < rate) * jumps, axis=1)


def labelled(rng):
    """A series of 60 to 240 points, and where its new levels begin: none in three of ten, five at the most."""
    n = int(rng.integers(60, 241))
    count = int(rng.choice(6, p=[0.31, 0.27, 0.18, 0.12, 0.07, 0.05]))
    noise = np.exp(rng.normal(np.log(0.02), 0.6))
    row = noise * chained(rng, (1, n), rng.uniform(0, 0.75))[0]
    at = np.sort(rng.choice(np.arange(8, n - 8), count, replace=False))
    while count > 1 and np.diff(at).min() < 8:
        at = np.sort(rng.choice(np.arange(8, n - 8), count, replace=False))
    if rng.random() < 0.35:
        row = row + np.linspace(0, 1, n) * rng.normal(0, 3) * noise
    if rng.random() < 0.35:
        phase = np.arange(n) / rng.uniform(12, 60) + rng.random()
        row = row + noise * rng.uniform(0.5, 1.75) * np.sin(2 * np.pi * phase)
    if rng.random() < 0.3:
        row[int(rng.integers(n // 4, 3 * n // 4)) :] *= rng.uniform(1.5, 3)
    wild = rng.random(n) < rng.beta(0.5, 20)
    row = row + wild * rng.choice([-1, 1], n) * rng.gamma(2, 3 * noise, n)
    for one in at:
        row[one:] += rng.choice([-1, 1]) * noise * np.exp(rng.normal(np.log(3.0), 0.6))
    return row, [int(one) for one in at]


def steps(rng, trials, n=100):
    """Where a change is injected in windows of n: in the middle two fifths, by lot."""
    return rng.integers(3 * n // 10, 7 * n // 10 + 1, trials)
