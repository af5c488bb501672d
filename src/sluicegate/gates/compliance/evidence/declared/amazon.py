"""What AWS answered when it was asked, read only, as resources with the same facts as those that files declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.evidence.declared.answers import FINE, MISSING, Answers, Asked, answered, item
from sluicegate.gates.compliance.evidence.declared.asked_singly import singly
from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.kinds import FOR_GOOD
from sluicegate.gates.compliance.evidence.recorded import LARGEST
from sluicegate.gates.compliance.items import Answer, Asking, Gathered, Item, digest_of
from sluicegate.model import Outcome, Undecided
from sluicegate.text import one_line, plural, shorten

HINT = "record the answers: sluicegate compliance collect aws --output evidence/aws.jsonl"
_DENIED, _THROTTLED, _LACKS = 403, 429, 501
_SWITCHES = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_EVERYBODY = ("groups/global/AllUsers", "groups/global/AuthenticatedUsers")
_LAST = 65_535


def gather(asking: Asking) -> Iterator[Gathered]:
    """One piece of evidence from all recorded answers of AWS, where there are any."""
    troubles = [why for name, why in asking.recorded.troubles if _of_aws(asking, name)]
    found = answered(asking)
    if not found.all:
        for why in troubles[:1]:
            yield Gathered(subject="recorded answers of AWS", query="recorded answers of AWS", undecided=why)
        return
    lacking = [*troubles, *_refused(found), *_cut(found)]
    yield Gathered(
        subject="recorded answers of AWS",
        query=f"{plural(len(found.all), 'recorded answer')} of AWS: "
        + ", ".join(sorted({each.answer.query.partition(" --")[0] for each in found.all})),
        sha256=digest_of(sorted([each.answer.query, each.answer.sha256] for each in found.all)),
        items=tuple(_items(found)),
        collected=max(each.answer.at for each in found.all),
        lacking=tuple(lacking),
    )


def _of_aws(asking: Asking, name: str) -> bool:
    """Whether a file that cannot be used has answers of AWS in it."""
    try:
        return re.search(rb'"query":\s*"aws ', asking.context.head.read(name, LARGEST)) is not None
    except UnreadableError:
        return "aws" in name


def _refused(found: Answers) -> Iterator[Undecided]:
    """What AWS did not say, once for each kind of question, with the right that was missing."""
    kinds: dict[tuple[str, int], list[Answer]] = {}
    for each in found.all:
        if each.answer.status not in (FINE, MISSING):
            kinds.setdefault((each.name, each.answer.status), []).append(each.answer)
    for (_, status), answers in kinds.items():
        told = shorten(one_line(answers[0].query), 120) + (f" and {len(answers) - 1} alike" if len(answers) > 1 else "")
        outcome, reason, hint = Outcome.NOT_TESTED, f"AWS refused {told}", "record the answers again"
        if status == _THROTTLED:
            reason, hint = f"AWS asked for fewer requests: {told}", "record the answers later"
        elif status == _DENIED:
            reason += f": the credentials lack {answers[0].scopes}" if answers[0].scopes else ""
            hint = "give them that right, and record the answers again"
        elif status == _LACKS:
            reason, hint = f"the server has no answer to {told}", ""
        else:
            outcome, reason = Outcome.ERRORED, f"AWS answered {told} with {status}"
        yield Undecided(outcome=outcome, reason=reason, hint=hint)


def _cut(found: Answers) -> Iterator[Undecided]:
    """Lists of which the next page was not recorded: what is on it, nobody knows."""
    there = {each.answer.query for each in found.all}
    for each in found.all:
        if (wanted := each.follows) and wanted not in there:
            told = shorten(one_line(wanted), 120)
            yield Undecided(
                outcome=Outcome.NOT_TESTED, reason=f"AWS has more, which was not recorded: {told}", hint=HINT
            )


def _items(found: Answers) -> Iterator[Item]:
    buckets: dict[str, list[Asked]] = {}
    for each in found.all:
        if each.name == "s3api list-buckets":
            for bucket in each.listed("Buckets"):
                buckets.setdefault(str(bucket.get("Name")), [])
        elif each.name.startswith("s3api ") and "bucket" in each.options:
            buckets.setdefault(each.options["bucket"], []).append(each)
    for name, said_of_it in buckets.items():
        yield _bucket(name, said_of_it, next(iter(said_of_it), None) or found.all[0])
    for each in found.all:
        if each.name == "ec2 describe-security-groups":
            for group in each.listed("SecurityGroups"):
                yield from _ways(group, each)
        elif each.name in _LISTS:
            member, kind, type_, address, read = _LISTS[each.name]
            for one in each.listed(member):
                facts = Facts()
                read(facts, one)
                facts.say("region", each.region)
                if kind == "trail":
                    _logging(facts, found.said("cloudtrail get-trail-status", each.region, str(one.get("TrailARN"))))
                yield item(str(one.get(address)), type_, kind, facts, each.answer)
    yield from singly(found)


def _bucket(name: str, asked: list[Asked], at: Asked) -> Item:
    """A bucket; what was refused or never asked is unknown."""
    answers = {each.name.partition(" ")[2]: each for each in asked}
    facts = Facts()

    def told(question: str, fact: str, read: Callable[[dict[str, Any]], Any], missing: Any) -> None:
        each = answers.get(question)
        if each is None or each.answer.status not in (FINE, MISSING):
            facts.leave(fact)
        elif each.answer.status == FINE:
            facts.say(fact, read(each.said))
        elif missing is not None:
            facts.say(fact, missing)

    told("get-bucket-encryption", "encrypted", _encrypted, False)
    told("get-public-access-block", "guarded", _guarded, False)
    told("get-bucket-policy-status", "by_policy", _public, False)
    told("get-bucket-acl", "by_list", _granted, False)
    told("get-bucket-lifecycle-configuration", "retention_days", _kept, None)
    told("get-bucket-location", "region", lambda said: said.get("LocationConstraint") or "us-east-1", None)
    if facts.known.get("guarded") is True:
        facts.say("public", False)
    elif True in (facts.known.get("by_policy"), facts.known.get("by_list")):
        facts.say("public", True)
    elif {"by_policy", "by_list"} <= facts.known.keys():
        facts.say("public", False)
    else:
        facts.leave("public")
    for one in ("by_policy", "by_list"):
        facts.known.pop(one, None)
        facts.unknown.discard(one)
    return item(name, "AWS::S3::Bucket", "bucket", facts, at.answer)


def _encrypted(said: dict[str, Any]) -> bool:
    return bool((said.get("ServerSideEncryptionConfiguration") or {}).get("Rules"))


def _public(said: dict[str, Any]) -> bool:
    return (said.get("PolicyStatus") or {}).get("IsPublic") is True


def _guarded(said: dict[str, Any]) -> bool:
    block = said.get("PublicAccessBlockConfiguration") or {}
    return all(block.get(name) is True for name in _SWITCHES)


def _granted(said: dict[str, Any]) -> bool:
    grants = said.get("Grants") or ()
    return any(str((each.get("Grantee") or {}).get("URI", "")).endswith(_EVERYBODY) for each in grants)


def _kept(said: dict[str, Any]) -> int:
    rules = [each for each in said.get("Rules") or () if each.get("Status") == "Enabled"]
    return min((int(days) for each in rules if (days := (each.get("Expiration") or {}).get("Days"))), default=FOR_GOOD)


def _database(facts: Facts, one: dict[str, Any]) -> None:
    facts.say("encrypted", one.get("StorageEncrypted") is True)
    facts.say("backup_days", int(one.get("BackupRetentionPeriod") or 0))
    if "PubliclyAccessible" in one:
        facts.say("public", one["PubliclyAccessible"] is True)


def _volume(facts: Facts, one: dict[str, Any]) -> None:
    facts.say("encrypted", one.get("Encrypted") is True)


def _log_group(facts: Facts, one: dict[str, Any]) -> None:
    facts.say("encrypted", True)
    facts.say("retention_days", int(one.get("retentionInDays") or FOR_GOOD))


def _trail(facts: Facts, one: dict[str, Any]) -> None:
    facts.say("encrypted", True)
    facts.say("validated", one.get("LogFileValidationEnabled") is True)
    facts.say("every_region", one.get("IsMultiRegionTrail") is True)


_LISTS: dict[str, tuple[str, str, str, str, Callable[[Facts, dict[str, Any]], None]]] = {
    "rds describe-db-instances": ("DBInstances", "database", "AWS::RDS::DBInstance", "DBInstanceIdentifier", _database),
    "rds describe-db-clusters": ("DBClusters", "database", "AWS::RDS::DBCluster", "DBClusterIdentifier", _database),
    "ec2 describe-volumes": ("Volumes", "volume", "AWS::EC2::Volume", "VolumeId", _volume),
    "logs describe-log-groups": ("logGroups", "log-group", "AWS::Logs::LogGroup", "logGroupName", _log_group),
    "cloudtrail describe-trails": ("trailList", "trail", "AWS::CloudTrail::Trail", "TrailARN", _trail),
}
"""By the question: its list, the kind and type of its members, what they are called, and what they say."""


def _logging(facts: Facts, status: dict[str, Any] | None) -> None:
    """Whether a trail writes at all, which only its status says."""
    if status is None:
        facts.leave("logging")
    else:
        facts.say("logging", status.get("IsLogging") is True)


def _ways(group: dict[str, Any], asked: Asked) -> Iterator[Item]:
    for rule in group.get("IpPermissions") or ():
        if str(rule.get("IpProtocol")) in ("icmp", "icmpv6", "1", "58"):
            continue
        sources = [each.get("CidrIp") for each in rule.get("IpRanges") or ()]
        sources += [each.get("CidrIpv6") for each in rule.get("Ipv6Ranges") or ()]
        first, last = rule.get("FromPort", 0), rule.get("ToPort", _LAST)
        facts = Facts()
        facts.say("first", first)
        facts.say("last", last)
        facts.say("from_everywhere", "0.0.0.0/0" in sources or "::/0" in sources)
        facts.say("ports", f"port {first}" if first == last else f"ports {first} to {last}")
        facts.say("region", asked.region)
        name = str(group.get("GroupId"))
        further = (f"{first}-{last}", *sorted(map(str, sources)))
        yield item(name, "AWS::EC2::SecurityGroup", "way-in", facts, asked.answer, *further)
