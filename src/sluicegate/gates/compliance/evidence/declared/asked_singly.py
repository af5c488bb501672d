"""What AWS says of things one by one: keys, tables, queues, topics and balancers. What it refuses is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sluicegate.gates.compliance.evidence.declared.answers import Answers, Asked, item
from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.kinds import FOR_GOOD, LONGEST_RECOVERY, number, tls
from sluicegate.gates.compliance.items import Item
from sluicegate.infrastructure.policies import statements
from sluicegate.infrastructure.resource import along, unfolded
from sluicegate.infrastructure.values import valued

_GOING = ("PendingDeletion", "PendingReplicaDeletion")


def singly(found: Answers) -> Iterator[Item]:
    """Each key, table, queue, topic, balancer and listener that was listed."""
    for each in found.to("kms list-keys"):
        for one in each.listed("Keys"):
            yield from _key(found, each, str(one.get("KeyId")))
    for each in found.to("dynamodb list-tables"):
        for name in each.named("TableNames"):
            yield _table(found, each, name)
    for each in found.to("sqs list-queues"):
        for name in each.named("QueueUrls"):
            yield _queue(found, each, name)
    for each in found.to("sns list-topics"):
        for one in each.listed("Topics"):
            yield _topic(found, each, str(one.get("TopicArn")))
    for each in found.to("elbv2 describe-load-balancers"):
        for one in each.listed("LoadBalancers"):
            yield from _balancer(found, each, one)


def _facts(each: Asked) -> Facts:
    facts = Facts()
    facts.say("region", each.region)
    return facts


def _tell(facts: Facts, name: str, value: Any) -> None:
    """A fact, unknown where it is None."""
    facts.leave(name) if value is None else facts.say(name, value)


def _to_all(policy: Any) -> bool | None:
    """Whether a policy, as AWS writes it into its answers, gives everybody something; None where it cannot be read."""
    if not policy:
        return False
    document = unfolded(valued(policy))
    if not isinstance(document.of, dict):
        return None
    return any(one.opens for one in statements([document]))


def _key(found: Answers, each: Asked, name: str) -> Iterator[Item]:
    """A key that is somebody's: those of AWS are made anew by AWS, and nobody else can change what they allow."""
    facts = _facts(each)
    said = found.said("kms describe-key", each.region, name)
    about = (said or {}).get("KeyMetadata")
    if not isinstance(about, dict):
        facts.leave("rotates")
        facts.leave("public")
    elif about.get("KeyManager") != "CUSTOMER" or about.get("KeyState") in _GOING:
        return
    else:
        if about.get("KeySpec") == "SYMMETRIC_DEFAULT" and about.get("Origin") == "AWS_KMS":
            status = found.said("kms get-key-rotation-status", each.region, name)
            _tell(facts, "rotates", None if status is None else status.get("KeyRotationEnabled") is True)
        policy = found.said("kms get-key-policy", each.region, name)
        _tell(facts, "public", None if policy is None else _to_all(policy.get("Policy")))
    yield item(name, "AWS::KMS::Key", "key", facts, each.answer, region=each.region)


def _table(found: Answers, each: Asked, name: str) -> Item:
    """A table, which is always encrypted: only the key may be chosen."""
    facts = _facts(each)
    _tell(facts, "encrypted", True if found.said("dynamodb describe-table", each.region, name) else None)
    said = found.said("dynamodb describe-continuous-backups", each.region, name)
    recovery = valued(said).get("ContinuousBackupsDescription", "PointInTimeRecoveryDescription") or valued({})
    match recovery.text("PointInTimeRecoveryStatus"):
        case "ENABLED":
            period = recovery.get("RecoveryPeriodInDays")
            _tell(facts, "backup_days", LONGEST_RECOVERY if period is None else number(period.of))
        case "DISABLED":
            _tell(facts, "backup_days", _backed_up(found, each.region, name))
        case _:
            facts.leave("backup_days")
    return item(name, "AWS::DynamoDB::Table", "database", facts, each.answer, region=each.region)


def _backed_up(found: Answers, region: str, table: str) -> int | None:
    """For how many days the last backup that AWS Backup made of a table is kept; None where nobody knows."""
    pages = found.whole("dynamodb list-backups", region, "")
    if pages is None:
        return None
    made = [one for each in pages for one in each.listed("BackupSummaries") if one.get("TableName") == table]
    last = max(made, key=lambda one: str(one.get("BackupCreationDateTime")), default=None)
    if last is None:
        return 0
    if not last.get("BackupExpiryDateTime"):
        return FOR_GOOD
    try:
        made_at, ends = (
            datetime.fromisoformat(str(last.get(f"Backup{name}DateTime"))) for name in ("Creation", "Expiry")
        )
        return (ends - made_at) // timedelta(days=1)
    except (ValueError, TypeError):
        return None


def _queue(found: Answers, each: Asked, name: str) -> Item:
    facts = _facts(each)
    said = _attributes(found, "sqs get-queue-attributes", each, name)
    if said is None or not (said.get("KmsMasterKeyId") or "SqsManagedSseEnabled" in said):
        facts.leave("encrypted")
    else:
        facts.say("encrypted", bool(said.get("KmsMasterKeyId")) or said.get("SqsManagedSseEnabled") == "true")
    _tell(facts, "public", None if said is None else _to_all(said.get("Policy")))
    return item(name, "AWS::SQS::Queue", "queue", facts, each.answer, region=each.region)


def _topic(found: Answers, each: Asked, name: str) -> Item:
    """A topic, whose messages lie on encrypted disks, with a key of one's own or without."""
    facts = _facts(each)
    said = _attributes(found, "sns get-topic-attributes", each, name)
    _tell(facts, "encrypted", None if said is None else True)
    _tell(facts, "public", None if said is None else _to_all(said.get("Policy")))
    return item(name, "AWS::SNS::Topic", "topic", facts, each.answer, region=each.region)


def _attributes(found: Answers, question: str, each: Asked, name: str) -> dict[str, Any] | None:
    said = (found.said(question, each.region, name) or {}).get("Attributes")
    return said if isinstance(said, dict) else None


def _balancer(found: Answers, each: Asked, one: dict[str, Any]) -> Iterator[Item]:
    """A balancer, and each of its listeners."""
    arn, name = str(one.get("LoadBalancerArn")), str(one.get("LoadBalancerName"))
    facts = _facts(each)
    if one.get("Type") != "gateway":
        pages = found.whole("elbv2 describe-load-balancer-attributes", each.region, arn) or ()
        entries = (entry for page in pages for entry in page.listed("Attributes"))
        logs = next((entry.get("Value") for entry in entries if entry.get("Key") == "access_logs.s3.enabled"), None)
        _tell(facts, "access_logs", None if logs is None else str(logs).lower() == "true")
    yield item(name, "AWS::ElasticLoadBalancingV2::LoadBalancer", "balancer", facts, each.answer, region=each.region)
    for page in found.about("elbv2 describe-listeners", each.region, arn):
        for listener in page.listed("Listeners"):
            address = f"{name}:{listener.get('Port')}"
            said_of_it = _listener(found, page, listener)
            type_ = "AWS::ElasticLoadBalancingV2::Listener"
            yield item(address, type_, "listener", said_of_it, page.answer, region=each.region)


def _listener(found: Answers, page: Asked, one: dict[str, Any]) -> Facts:
    """Whether a listener speaks TLS alone: one without it does where each of its rules sends elsewhere, by TLS."""
    facts = _facts(page)
    protocol = one.get("Protocol")
    if protocol in ("HTTPS", "TLS"):
        facts.say("https_only", True)
        _tell(facts, "tls", tls(one.get("SslPolicy")))
    elif protocol == "HTTP":
        rules = found.whole("elbv2 describe-rules", page.region, str(one.get("ListenerArn")))
        if not _sends_to_tls(one.get("DefaultActions")):
            facts.say("https_only", False)
        elif rules is None:
            facts.leave("https_only")
        else:
            every = (rule.get("Actions") for each in rules for rule in each.listed("Rules"))
            facts.say("https_only", all(map(_sends_to_tls, every)))
    return facts


def _sends_to_tls(actions: Any) -> bool:
    """Whether actions, one after another, end in a redirection to TLS."""
    sent = list(along(valued(actions), "RedirectConfig", "Protocol"))
    return bool(sent) and all(each.of == "HTTPS" for each in sent)
