"""How the benchmarks of the performance gate print: Markdown, so that it can stand in a page as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

missed: list[str] = []
"""What was wanted and is not so, of all tables that were printed."""


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print(f"\n**{title}**\n\n| {' | '.join(['', *columns])} |\n|{' --- |' * (len(columns) + 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def share(found) -> str:
    """Percent of the true ones."""
    return percent(100 * float(sum(found)) / len(found))


def percent(value: float) -> str:
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"


def wanted(what: str, value: float, *, least: float | None = None, most: float | None = None) -> None:
    """Prints whether a figure is as it is wanted; what is not is counted."""
    good = (least is None or value >= least) and (most is None or value <= most)
    limits = {"at least": least, "at most": most}
    bound = " and ".join(f"{word} {limit:g}" for word, limit in limits.items() if limit is not None)
    print(f"- {what}: {value:.3g}, wanted {bound}: {'met' if good else '**missed**'}", flush=True)
    if not good:
        missed.append(f"{what}: {value:.3g}, wanted {bound}")
