"""Lines as tools write them, drawn by lot: alike or not, and now and then with a fault."""

from __future__ import annotations

import random

Chance = random.Random
DECLARED = "# TYPE s summary\n# TYPE h histogram"
LABELS = [[], ["k"], ["k", "l"], ["l", "k"], ["k", "k"], ["quantile"], ["le"]]
SAID = ["x", "y", "a b", "\\\\", '\\"', "\1\\\\", "{", "}", ",", "é"]
UNITS = [["ns/op"], ["ns/op", "B/op"], ["ns/op", "ns/op"], ["MB/s", "ns/op"], ["widgets"]]
VALUES = ["1", "2.5", "7e3", "7e3", "7e3", "0", "-1", "x", "NaN", "1e999", "1_0"]
PIECES = ["NaN", '"', "\\", "{", "}", "\x0c", "\x85", "\r", "\t", " ", "  ", ",", "=", "#", "²", " ns/op", "Benchmark"]


def openmetrics_lines(chance: Chance) -> list[str]:
    found = []
    for _ in range(chance.randint(1, 6)):
        name, keys = chance.choice(["a", "a_seconds", "b_total", "s", "s_sum", "h_count"]), chance.choice(LABELS)
        for _ in range(chance.choice([1, 2, 9])):
            body = ",".join(f'{key}="{chance.choice(SAID)}{chance.randrange(30)}"' for key in keys)
            more = chance.choice([""] * 8 + [" 1600000000", ' # {t="x"} 0.6'])
            blank = chance.choice([" "] * 9 + ["", "\t"])
            found.append(f"{name}{{{body}}}{blank}{chance.choice(VALUES)}{more}" if keys else f"{name} 5{more}")
        if chance.random() < 0.5:
            found += chance.choice([cycles, families])(chance)
    for _ in range(chance.choice([0, 0, 1, 3])):
        said = f"{chance.choice(['TYPE', 'UNIT'])} {chance.choice('abhs')}{chance.choice(['', '_seconds', '_sum'])}"
        kind = chance.choice(["summary", "histogram", "gauge", "counter"] if said.startswith("TYPE") else ["ms", "s "])
        found.insert(chance.randrange(len(found) + 1), f"# {said} {kind}")
    return found


def faulty(found: list[str], chance: Chance) -> list[str]:
    """The lines, of which now and then one is missing or stands twice."""
    if chance.random() < 0.3:
        at = chance.randrange(len(found))
        found[at : at + 1] = [found[at]] * chance.choice([0, 2])
    return found


def families(chance: Chance) -> list[str]:
    """Families of the same kind, each with what is declared of it; some of them have something else, or come again."""
    kind, parts = chance.choice([
        ("gauge", [""]), ("counter", ["_total"]), ("counter", ["", "_created"]), ("summary", ["_sum", "_count"]),
        ("summary", ["@0.5", "@0.9", "_sum", "_count"]), ("histogram", ["_bucket@1", "_bucket@+Inf", "_count", "_sum"]),
    ])  # fmt: skip
    ending = chance.choice(["", "_seconds", "_bytes", "_total", "_count", "_timestamp_seconds"])
    keys, first = chance.choice(LABELS[:4]), chance.randrange(20)
    heads = chance.choice([["TYPE"], ["HELP", "TYPE"], ["HELP"], ["TYPE", "UNIT"]])
    found = []
    for number in range(first, first + chance.randint(3, 9)):
        name = f"f{number}{ending if chance.random() < 0.9 else '_bytes'}"
        told = {"TYPE": kind if chance.random() < 0.95 else "gauge", "HELP": f"It is {number}.", "UNIT": "ms"}
        found += [f"# {head} {name} {told[head]}" for head in heads]
        for at in range(chance.choice([1, 2, 2, 2]) if keys else 1):
            free = [f'{key}="{chance.choice(SAID)}{at}"' for key in keys]
            for part, _, said in (part.partition("@") for part in parts):
                labels = [*free, *([f'{"le" if part else "quantile"}="{said}"'] if said else [])]
                braces = f"{{{','.join(labels)}}}" if labels else ""
                found.append(f"{name}{part}{braces} {chance.choice(VALUES)}")
    return faulty(found, chance)


def cycles(chance: Chance) -> list[str]:
    """Summaries or histograms, all of one and then all of the next; a line of them may be missing, or stand twice."""
    name, key, parts = chance.choice(
        [("s", "quantile", ["", "", "_sum", "_count"]), ("h", "le", ["_bucket"] * 3 + ["_count", "_sum", "_created"])]
    )
    keys, more = chance.choice(LABELS[:5]), chance.choice(["", "", " 1600000000"])
    written = [
        (part, [*keys, *[key] * (part in ("", "_bucket"))][:: chance.choice([1, 1, -1])], f"{at}.5")
        for at, part in enumerate(parts)
    ]
    found = []
    for number in range(chance.randint(1, 6)):
        texts = {key: f"{chance.choice(SAID)}{number}" for key in keys}
        for part, labels, fixed in written:
            body = ",".join(f'{one}="{texts.get(one, fixed)}"' for one in labels)
            found.append(f"{name}{part}{f'{{{body}}}' * bool(body)} {chance.choice(VALUES)}{more}")
    return faulty(found, chance)


def go_lines(chance: Chance) -> list[str]:
    found = []
    for _ in range(chance.randint(1, 6)):
        name, units = chance.choice(["A-8", "B-8", "A", "A/n=1-8", ""]), chance.choice(UNITS)
        for _ in range(chance.choice([1, 3, 9])):
            values = " \t ".join(f"{chance.choice(VALUES)} {unit}" for unit in units)
            found.append(f"Benchmark{name} \t {chance.choice(['10', '200', '10', 'x'])} \t {values}")
        if chance.random() < 0.2:
            found.append(chance.choice(["goos: linux", "pkg: example.com/a", "pkg: example.com/b"]))
    return found


def rust_lines(chance: Chance) -> list[str]:
    found = []
    for number in range(chance.randint(1, 9)):
        name = chance.choice(["sum", "sum 10", "a/b/1000", "a name that is longer than the column", "", "tests::long"])
        units = [chance.choice(["ns", "ns", "ns", "µs", "s"]) for _ in range(3)]
        values = [chance.choice(["1.5", "20.25", "7", "0.0", "1.2.3"]) for _ in range(3)]
        if chance.random() < 0.4:
            value = chance.choice(["1,234.5", "7", "0.00", "x"])
            more = chance.choice(["", " = 25806 MB/s"])
            found.append(f"test {name or 'x'}{number}  ... bench:  {value} {units[0]}/iter (+/- {values[1]}){more}")
            continue
        interval = " ".join(f"{value} {unit}" for value, unit in zip(values, units, strict=True))
        long = len(name) > 23
        found += [f"{name} {number}"] if long else []
        found.append(f"{'' if long else f'{name} {number}':24}time:   [{interval}]")
        found += [f"{'':24}thrpt:  [1 Melem/s 2 Melem/s 3 Melem/s]"] if chance.random() < 0.3 else []
        found += chance.choice(
            [[], [], ["Found 3 outliers"], [f"{'':24}change: [-0.5% +0.1% +0.7%] (p = 0.80 > 0.05)"], [""]]
        )
    return found


def damaged(line: str, chance: Chance) -> str:
    at = chance.randrange(len(line) + 1)
    return line[:at] + chance.choice(PIECES) + line[at + chance.choice([0, 0, 1, 4]) :]
