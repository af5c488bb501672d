"""Text of OpenMetrics in the shapes that exporters write it, of any size."""

from __future__ import annotations

import statistics
from collections.abc import Callable


def filled(size: int, begin: str, end: str, row: Callable[[int], str], between: str = ",") -> str:
    """So many rows as the size has room for, by what a hundred of them have."""
    most = max(size // len(row(0)), 1)
    each = statistics.fmean(len(row(number)) + len(between) for number in range(0, most, max(most // 100, 1)))
    return begin + between.join(row(number) for number in range(max(int(size / each), 1))) + end


def openmetrics(size: int, time: str = "") -> str:
    head = "# TYPE a_seconds gauge\n"
    return filled(
        size, head, "\n# EOF\n", lambda n: f'a_seconds{{app="sums",number="{n:07}"}} {1 + n % 9}e-05{time}', "\n"
    )


def families(size: int) -> str:
    """Families of four samples."""

    def row(n: int) -> str:
        name = f"node_disk_{n:06}_read_bytes_total"
        samples = [f'{name}{{device="sd{device}"}} {n * 7919 % 1000 + 1}' for device in "abcd"]
        return "\n".join([f"# HELP {name} The number of bytes read.", f"# TYPE {name} counter", *samples])

    return filled(size, "", "\n# EOF\n", row, "\n")


def unordered(size: int) -> str:
    row = 'http_in_flight{{service="checkout",method="GET",path="/api/items/{0:07}"}} {1}.5'
    return filled(size, "# TYPE http_in_flight gauge\n", "\n# EOF\n", lambda n: row.format(n, n % 977), "\n")


def summaries(size: int) -> str:
    name = "http_request_duration_seconds"

    def row(n: int) -> str:
        labels = f'method="GET",path="/api/items/{n:07}"'
        quantiles = [f'{name}{{{labels},quantile="{said}"}} 0.{n % 977 + 1}' for said in ("0.5", "0.9", "0.99")]
        return "\n".join(
            [*quantiles, f"{name}_sum{{{labels}}} {n % 977 + 1}.25", f"{name}_count{{{labels}}} {n % 7 + 1}"]
        )

    return filled(size, f"# TYPE {name} summary\n", "\n# EOF\n", row, "\n")


def histograms(size: int) -> str:
    name = "http_request_duration_seconds"

    def row(n: int) -> str:
        labels = f'path="/api/items/{n:07}"'
        buckets = [f'{name}_bucket{{{labels},le="{le}"}} {n % 7}' for le in (0.01, 0.1, 1, "+Inf")]
        return "\n".join(
            [*buckets, f"{name}_sum{{{labels}}} {n % 977 + 1}.25", f"{name}_count{{{labels}}} {n % 7 + 1}"]
        )

    return filled(size, f"# TYPE {name} histogram\n", "\n# EOF\n", row, "\n")


def unlabelled(size: int) -> str:
    return filled(size, "# TYPE first gauge\n", "\n", lambda n: f"requests_in_flight_{n:07} {n % 977}.5", "\n")


def gauge_families(size: int) -> str:
    """A family for each benchmark."""

    def row(n: int) -> str:
        name = f"parse_{n:06}_seconds"
        return f"# HELP {name} How long it took.\n# TYPE {name} gauge\n{name} {n % 977 + 1}.5"

    return filled(size, "", "\n# EOF\n", row, "\n")


def summary_families(size: int) -> str:
    """A family for each benchmark, as a summary."""

    def row(n: int) -> str:
        name = f"parse_{n:06}_seconds"
        quantiles = [f'{name}{{quantile="{said}"}} 0.{n % 977 + 1}' for said in ("0.5", "0.9")]
        declared = [f"# HELP {name} How long it took.", f"# TYPE {name} summary"]
        return "\n".join([*declared, *quantiles, f"{name}_sum {n % 977 + 1}.25", f"{name}_count {n % 7 + 1}"])

    return filled(size, "", "\n# EOF\n", row, "\n")


def by_turns(size: int) -> str:
    """Families of all kinds, one after the other, with four times the same labels in each."""
    bounds = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, "+Inf")

    def family(n: int, kind: str) -> str:
        name = f"http_{kind}_{n:06}_{'total' if kind == 'counter' else 'seconds'}"
        lines = [f"# HELP {name} What it was.", f"# TYPE {name} {kind}"]
        for at in range(4):
            labels = f'method="GET",path="/api/{at}"'
            parts = [f"{name}_sum{{{labels}}} {n % 977 + 1}.25", f"{name}_count{{{labels}}} {n % 7 + 1}"]
            match kind:
                case "summary":
                    lines += [f'{name}{{{labels},quantile="{said}"}} 0.{n % 977 + 1}' for said in (0.5, 0.9, 0.99)]
                    lines += parts
                case "histogram":
                    lines += [f'{name}_bucket{{{labels},le="{bound}"}} {n % 7}' for bound in bounds]
                    lines += parts
                case _:
                    lines.append(f"{name}{{{labels}}} {n % 977 + at}.5")
        return "\n".join(lines)

    kinds = ("gauge", "counter", "summary", "histogram")
    return filled(size, "", "\n# EOF\n", lambda n: "\n".join(family(n, kind) for kind in kinds), "\n")


def terse_summaries(size: int) -> str:
    def row(n: int) -> str:
        quantiles = [
            f'rpc_seconds{{path="/{n:06}",quantile="{said}"}} {n % 977 + 1}' for said in ("0.5", "0.9", "0.99")
        ]
        return "\n".join([*quantiles, f'rpc_seconds_sum{{path="/{n:06}"}} 5', f'rpc_seconds_count{{path="/{n:06}"}} 2'])

    return filled(size, "# TYPE rpc_seconds summary\n", "\n# EOF\n", row, "\n")
