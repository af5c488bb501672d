"""A plan of Terraform with many resources, through the collector and the controls, beside reading its JSON alone.

    python benchmarks/compliance_plan.py [RESOURCES]

Prints a table, and as its last line the same as JSON. Seconds are of a processor, with those of the process that
evaluates CEL.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sluicegate.gates.compliance.check import check
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Evidence, Finding
from sluicegate.revision import TreeSpec, open_tree

TIMES = 3
TYPES = ("aws_s3_bucket", "aws_s3_bucket_public_access_block", "aws_db_instance", "aws_security_group", "aws_sqs_queue",
         "aws_cloudwatch_log_group", "aws_lb_listener", "aws_ebs_volume", "aws_iam_role", "aws_subnet")  # fmt: skip
SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
BODIES = {
    "aws_s3_bucket_public_access_block": dict.fromkeys(SWITCHES, True),
    "aws_db_instance": {"storage_encrypted": True, "backup_retention_period": 14, "publicly_accessible": False},
    "aws_security_group": {
        "ingress": [{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]
    },
    "aws_sqs_queue": {"sqs_managed_sse_enabled": True},
    "aws_cloudwatch_log_group": {"retention_in_days": 400},
    "aws_lb_listener": {"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
    "aws_ebs_volume": {"encrypted": True, "availability_zone": "eu-central-1a"},
}


def plan(count: int) -> str:
    """A plan whose resources come in modules, each with tags and what only the apply will tell; one in 500 is bad."""
    changes, written = [], []
    for at in range(count):
        type_ = TYPES[at % len(TYPES)]
        name = f"r{at // len(TYPES)}"
        body = {"tags": {"team": f"t{at % 17}", "system": "shop"}, "name": f"{type_}-{at}", **BODIES.get(type_, {})}
        if type_ == "aws_db_instance" and at % 500 == TYPES.index(type_):
            body["storage_encrypted"] = False
        unknown = {"arn": True, "id": True, "tags_all": True}
        if type_ == "aws_s3_bucket_public_access_block":
            unknown["bucket"] = True
            written.append({
                "address": f"{type_}.{name}", "type": type_,
                "expressions": {"bucket": {"references": [f"aws_s3_bucket.{name}.id", f"aws_s3_bucket.{name}"]}},
            })  # fmt: skip
        changes.append({
            "address": f"module.shop.{type_}.{name}", "mode": "managed", "type": type_, "name": name,
            "change": {"actions": ["create"], "before": None, "after": body, "after_unknown": unknown},
        })  # fmt: skip
    configuration = {
        "provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-central-1"}}}},
        "root_module": {"module_calls": {"shop": {"module": {"resources": written}}}},
    }
    return json.dumps({
        "format_version": "1.2", "planned_values": {}, "resource_changes": changes, "configuration": configuration
    })  # fmt: skip


def spent() -> float:
    """Seconds of a processor, of this process and of those that it has waited for."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    text = plan(count)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "plan.json").write_text(text)
        gate, alone, wall = [], [], []
        for _ in range(TIMES):
            start = spent()
            json.loads(text)
            alone.append(spent() - start)
            start, began = spent(), time.perf_counter()
            context = Context(
                settings=Settings(packs=("baseline", "gdpr", "pci-dss"), terraform_plans=("plan.json",)),
                head=open_tree(TreeSpec(kind="folder", root=folder, shown="")), reference=None, rules=frozenset(),
                now=datetime.now(UTC),
            )  # fmt: skip
            said = list(check(context))
            gate.append(spent() - start)
            wall.append(time.perf_counter() - began)
    found = sum(isinstance(one, Finding) for one in said)
    judged = sum(one.population or 0 for one in said if isinstance(one, Evidence))
    print(f"{count:,} resources, {len(text) / 1e6:.1f} MB: {judged:,} judgements, {found} findings")
    print(f"the gate      {min(gate):6.2f} s of a processor, {min(wall):.2f} s in all")
    print(f"json.loads    {min(alone):6.3f} s")
    print(json.dumps({
        "resources": count, "bytes": len(text), "judgements": judged, "findings": found, "gate": round(min(gate), 3),
        "wall": round(min(wall), 3), "json": round(min(alone), 4), "ratio": round(min(gate) / min(alone), 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
