"""How long an audit trail takes to verify, and how much memory, beside reading and decoding it alone.

    python benchmarks/compliance_trail.py [EVENTS]

The trail (1,000,000 events unless told otherwise, chained and numbered, in JSON lines) is made here. It is verified in
a fresh process and decoded in another, turn by turn, three times: fields, chain, anchor, sequence, clock, retention,
and the sample for personal data. The median of the processor time stands in the table, and the most memory that the
process ever had. Wanted: at most 20 s and 300 MB for 1,000,000 events.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sluicegate.gates.compliance.evidence.trail.chain import sealed

ROUNDS = 3
ENDS = datetime(2026, 11, 29, tzinfo=UTC)
_DECODED = """
import resource, sys, time
import msgspec
started, count, decode = time.process_time(), 0, msgspec.json.Decoder().decode
with open(sys.argv[1], "rb") as stream:
    for line in stream:
        count += type(decode(line)) is dict
print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, count)
"""
_VERIFIED = """
import resource, sys, time
from pathlib import Path
from sluicegate.gates.compliance.evidence.trail.anchors import Anchor
from sluicegate.gates.compliance.trails import Trail
from sluicegate.gates.compliance.evidence.trail.sources import Files
from sluicegate.gates.compliance.evidence.trail.verifying import verified
path = Path(sys.argv[1])
kept = Anchor(trail="app", at="", commit="", count=0, hash=sys.argv[2], digest="", first="", first_at="", last_at="")
started = time.process_time()
found = verified(Trail(name="app", files=(path.name,)), Files(folder=path.parent), now=1796083200.0, anchors=[kept])
spent = time.process_time() - started
whole = not (found.chain.broken or found.unread or found.numbers.ended() or found.clock.worst) and found.watch.seen
print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, found.events if whole else 0)
"""


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as made:
        path = Path(made, "audit.jsonl")
        last = written(path, events)
        spent: dict[str, list[float]] = {"decoded": [], "verified": []}
        memory: dict[str, int] = {}
        for _ in range(ROUNDS):
            for name, code in (("decoded", _DECODED), ("verified", _VERIFIED)):
                done = subprocess.run(
                    [sys.executable, "-c", code, path, last], check=True, capture_output=True, text=True
                )
                seconds, most, count = done.stdout.split()
                if int(count) != events:
                    sys.exit(f"{name}: {count} of {events} events")
                spent[name].append(float(seconds))
                memory[name] = max(memory.get(name, 0), int(most))
        print("| events | size | | processor | memory | ratio |")
        print("| --- | --- | --- | --- | --- | --- |")
        bare = statistics.median(spent["decoded"])
        for name, several in spent.items():
            middle = statistics.median(several)
            size = path.stat().st_size / 1e6
            print(
                f"| {events:,} | {size:.0f} MB | {name} | {middle:.1f} s | {memory[name] / 1024:.0f} MB "
                f"| {middle / bare:.1f} |"
            )


def written(path: Path, events: int) -> str:
    """A trail of so many events over 400 days; the hash of the last one."""
    before = ""
    step = timedelta(days=400) / events
    with path.open("w", encoding="utf-8") as stream:
        for number in range(events):
            at = (ENDS - (events - number) * step).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            event = {
                "id": f"{number:032x}", "sequence": number + 1, "at": at, "actor": {"id": f"u-{number % 997}"},
                "action": ("order.create", "order.update", "order.delete", "login")[number % 4], "outcome": "success",
                "origin": f"10.0.{number % 250}.1", "resource": f"orders/{number % 5000}",
                "details": {"before": "open", "after": "paid", "note": "as the customer asked for"}, "previous": before,
            }  # fmt: skip
            before = event["hash"] = sealed(event, before)
            stream.write(json.dumps(event) + "\n")
    return before


if __name__ == "__main__":
    main()
