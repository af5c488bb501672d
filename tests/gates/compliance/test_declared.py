"""What files declare, held against the controls of the packs that ship."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sluicegate.gates.compliance.check import check
from sluicegate.gates.compliance.controls.reading import SHIPPED, shipped
from sluicegate.gates.compliance.evidence.declared import joined
from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.settings import Settings
from sluicegate.infrastructure import terraform
from sluicegate.model import Context, Evidence, Examination, Finding, Outcome
from sluicegate.revision import TreeSpec, open_tree

DIGEST = "@sha256:" + "3f1b9c5e" * 8
COMMIT = "3f1b9c5e" * 5
TF, POD, RELEASE = "infra/main.tf", "k8s/web.yaml", ".github/workflows/release.yml"


class Said:
    """What the gate says of a folder."""

    def __init__(self, said):
        found = (one for one in said if isinstance(one, Finding))
        self.findings = [one for one in found if KINDS[one.rule.partition("/")[2]] in DECLARED]
        self.examinations = [one for one in said if isinstance(one, Examination)]
        self.evidence = [one for one in said if isinstance(one, Evidence)]

    @property
    def broken(self):
        """The controls of what is declared that something breaks, with how often."""
        names = [one.rule.rpartition("/")[2] for one in self.findings]
        return {name: names.count(name) for name in names}

    def undecided(self, control, outcome):
        """Why a control could not be decided."""
        return [
            one.undecided.reason
            for one in self.examinations
            if one.rule.endswith(f"/{control}") and one.undecided and one.undecided.outcome is outcome
        ]

    def examined(self, control):
        return sum(one.examined for one in self.examinations if one.rule.endswith(f"/{control}") and not one.undecided)


DECLARED = {"resources", "workloads", "images", "workflows", "servers"}
KINDS = {control.id: control.evidence for name in SHIPPED for control in shipped(name)[0].controls}


@pytest.fixture
def ask(tmp_path):
    """Ask the gate about a folder with some files."""

    def asking(files, **settings):
        for path, text in files.items():
            at = Path(tmp_path, path)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(text if isinstance(text, bytes) else text.encode())
        context = Context(
            settings=Settings(**{"packs": ("baseline", "gdpr", "pci-dss"), **settings}),
            head=open_tree(TreeSpec(kind="folder", root=str(tmp_path), shown="")),
            reference=None,
            rules=frozenset(),
            now=datetime.now(UTC),
        )
        return Said(list(check(context)))

    return asking


HEALTHY = {
    TF: """
provider "aws" { region = "eu-central-1" }
resource "aws_s3_bucket" "logs" { bucket = "acme-logs" }
resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_db_instance" "main" {
  storage_encrypted       = true
  backup_retention_period = 14
  availability_zone       = "eu-central-1b"
}
resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_lb_listener" "web" {
  protocol   = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}
resource "aws_lb_listener" "plain" {
  protocol = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_sqs_queue" "jobs" { kms_master_key_id = aws_kms_key.jobs.arn }
resource "aws_cloudwatch_log_group" "app" { retention_in_days = 400 }
resource "aws_cloudtrail" "all" {
  enable_log_file_validation = true
  is_multi_region_trail      = true
}
""",
    POD: f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    spec:
      securityContext: {{runAsNonRoot: true}}
      containers:
        - name: web
          image: acme/web:1.2{DIGEST}
""",
    "Dockerfile": f'FROM alpine:3.20{DIGEST}\nUSER app\nCMD ["x"]\n',
    RELEASE: f"""
on:
  release: {{types: [published]}}
permissions: {{contents: read}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@{COMMIT} # v4
      - run: sluicegate security sbom --output sbom.json
      - run: twine upload dist/*
""",
}


def test_a_healthy_tree_breaks_nothing_and_leaves_nothing_open(ask):
    said = ask(HEALTHY)
    assert said.broken == {}
    for control in (
        "actions-pinned", "workflow-permissions-narrow", "release-has-sbom", "stored-data-encrypted",
        "stored-data-private", "admin-ports-closed", "backups-kept", "containers-restrained", "containers-pinned",
        "images-restrained", "images-pinned", "transport-encrypted", "trails-complete", "regions-allowed", "logs-kept",
    ):  # fmt: skip
        assert said.examined(control), control
        assert not said.undecided(control, Outcome.INCONCLUSIVE), control
        assert not said.undecided(control, Outcome.ERRORED), control
    assert said.examined("stored-data-encrypted") == 5


@pytest.mark.parametrize(
    ("file", "old", "new", "control"),
    [
        (TF, "storage_encrypted       = true", "", "stored-data-encrypted"),
        (TF, "kms_master_key_id = aws_kms_key.jobs.arn", "sqs_managed_sse_enabled = false",
         "stored-data-encrypted"),
        (TF, "restrict_public_buckets = true", "restrict_public_buckets = false", "stored-data-private"),
        (TF, "storage_encrypted ", "publicly_accessible = true\n  storage_encrypted", "stored-data-private"),
        (TF, "from_port   = 443", "from_port   = 20", "admin-ports-closed"),
        (TF, "backup_retention_period = 14", "backup_retention_period = 3", "backups-kept"),
        ("infra/main.tf", '"eu-central-1"', '"us-east-1"', "regions-allowed"),
        (TF, "eu-central-1b", "us-west-2b", "regions-allowed"),
        (TF, "retention_in_days = 400", "retention_in_days = 90", "logs-kept"),
        ("infra/main.tf", 'protocol    = "HTTPS"', 'protocol    = "HTTP"', "transport-encrypted"),
        (TF, "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08", "transport-encrypted"),
        (TF, "enable_log_file_validation = true", "", "trails-complete"),
        (POD, "runAsNonRoot: true", "runAsNonRoot: false", "containers-restrained"),
        (POD, "- name: web", "- name: web\n          securityContext: {privileged: true}",
         "containers-restrained"),
        (POD, "      containers:", "      hostNetwork: true\n      containers:", "containers-restrained"),
        (POD, DIGEST, "", "containers-pinned"),
        ("Dockerfile", "USER app", "USER root", "images-restrained"),
        ("Dockerfile", DIGEST, "", "images-pinned"),
        (RELEASE, COMMIT, "v4", "actions-pinned"),
        (RELEASE, "permissions: {contents: read}", "permissions: write-all",
         "workflow-permissions-narrow"),
        (RELEASE, "permissions: {contents: read}", "", "workflow-permissions-narrow"),
        (RELEASE, "sluicegate security sbom --output sbom.json", "echo no", "release-has-sbom"),
    ],
)  # fmt: skip
def test_each_fault_breaks_its_control_alone(ask, file, old, new, control):
    assert old in HEALTHY[file]
    said = ask(HEALTHY | {file: HEALTHY[file].replace(old, new, 1)})
    assert said.broken == {control: 1}
    found = said.findings[0]
    assert found.location.path == file
    assert found.location.line


def test_what_a_file_leaves_open_is_inconclusive_and_never_passed(ask):
    text = """
variable "x" {}
resource "aws_db_instance" "main" {
  storage_encrypted       = var.x
  backup_retention_period = var.x
  publicly_accessible     = var.x
}
resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.x
  }
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = var.x
  }
}
resource "aws_cloudwatch_log_group" "app" { retention_in_days = var.x }
provider "aws" { region = var.x }
resource "aws_lb_listener" "web" { protocol = var.x }
resource "aws_s3_bucket" "old" {}
"""
    said = ask({"main.tf": text})
    assert said.broken == {}
    assert all(one.examined for one in said.examinations if not one.undecided)
    for control, told in {
        "backups-kept": "1 resource cannot be judged",
        "stored-data-private": "2 resources cannot be judged",
        "logs-kept": "retention_days of aws_cloudwatch_log_group.app",
        "regions-allowed": "main.tf:23",
        "transport-encrypted": "https_only of aws_lb_listener.web",
    }.items():
        reasons = said.undecided(control, Outcome.INCONCLUSIVE)
        assert len(reasons) == 1, control
        assert told in reasons[0]
        assert said.examined(control) == 0, control
    assert said.examined("admin-ports-closed") == 1  # the port of the web is nobody's business, whoever may reach it
    assert len(said.undecided("admin-ports-closed", Outcome.INCONCLUSIVE)) == 1
    assert said.examined("stored-data-encrypted") == 2  # the bucket and the group, which always are
    assert len(said.undecided("stored-data-encrypted", Outcome.INCONCLUSIVE)) == 1


def test_a_file_that_cannot_be_read_is_told_with_its_place_and_the_others_are_judged(ask):
    said = ask({
        "a.tf": 'resource "aws_db_instance" "a" { storage_encrypted = false }',
        "b.tf": 'resource "aws_db_instance" "b" {',
        "cut.json": '{"format_version": "1.2", "planned_values": {',
        "bomb.yaml": "Resources: AWS::\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{chr(98 + at)}: &{chr(98 + at)} [{','.join([f'*{chr(97 + at)}'] * 9)}]\n" for at in range(9)),
    }, terraform_plans=("cut.json", "none.json"))  # fmt: skip
    assert said.broken["stored-data-encrypted"] == 1
    errors = said.undecided("stored-data-encrypted", Outcome.ERRORED)
    assert any(reason.startswith("b.tf:1:33: not HCL") for reason in errors), errors
    assert any(reason.startswith("cut.json: not JSON") for reason in errors)
    assert any(reason.startswith("none.json: there is no such plan") for reason in errors)
    assert any(reason.startswith("bomb.yaml:") and "values" in reason for reason in errors)


def test_without_any_file_nothing_passes(ask):
    said = ask({"README.md": "x"})
    for control in ("stored-data-encrypted", "containers-pinned", "images-pinned", "actions-pinned", "logs-kept"):
        assert said.undecided(control, Outcome.NOT_APPLICABLE), control
        assert not said.examined(control)


def test_a_bucket_is_public_by_what_others_say_of_it(ask):
    said = ask({
        "main.tf": """
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket_acl" "a" {
  bucket = aws_s3_bucket.a.id
  acl    = "public-read"
}
resource "aws_s3_bucket" "b" { bucket = "acme-b" }
resource "aws_s3_bucket_policy" "b" {
  bucket = "acme-b"
  policy = data.aws_iam_policy_document.b.json
}
data "aws_iam_policy_document" "b" {
  statement {
    actions = ["s3:GetObject"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
resource "google_storage_bucket" "c" { public_access_prevention = "inherited" }
"""
    })  # fmt: skip
    assert {one.key[1] for one in said.findings if one.rule.endswith("stored-data-private")} == {
        "aws_s3_bucket.a",
        "aws_s3_bucket.b",
        "google_storage_bucket.c",
    }


def test_a_template_of_cloudformation_has_the_same_facts(ask):
    said = ask({
        "stack.yaml": """
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
  Open:
    Type: AWS::S3::Bucket
  Everybody:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Open
      PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*"}]}
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {StorageEncrypted: !Ref Wanted, BackupRetentionPeriod: 7}
"""
    })  # fmt: skip
    assert said.broken == {"logs-kept": 1, "stored-data-private": 1}
    assert said.findings[0].location.path == "stack.yaml"
    assert said.examined("backups-kept") == 2
    assert len(said.undecided("stored-data-encrypted", Outcome.INCONCLUSIVE)) == 1


def plan_of(changes, configuration=None):
    return json.dumps({
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": [
            {"address": address, "type": address.split(".")[-2], "change": {"after": after, "after_unknown": unknown}}
            for address, after, unknown in changes
        ],
        "configuration": configuration or {},
    })  # fmt: skip


def test_a_plan_knows_what_the_files_leave_open(ask):
    guard = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    )
    plan = plan_of(
        [
            ("module.x.aws_s3_bucket.logs[0]", {"bucket": None}, {"bucket": True, "id": True}),
            ("module.x.aws_s3_bucket_public_access_block.logs[0]", guard, {"bucket": True}),
            ("aws_db_instance.main", {"storage_encrypted": True, "backup_retention_period": 1}, {}),
            ("aws_db_instance.later", {"backup_retention_period": 9}, {"storage_encrypted": True}),
        ],
        {
            "provider_config": {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}},
            "root_module": {
                "module_calls": {
                    "x": {
                        "module": {
                            "resources": [
                                {
                                    "address": "aws_s3_bucket_public_access_block.logs",
                                    "type": "aws_s3_bucket_public_access_block",
                                    "expressions": {"bucket": {"references": ["aws_s3_bucket.logs[0].id"]}},
                                }
                            ]
                        }
                    }
                }
            },
        },
    )
    said = ask({"plan.json": plan}, terraform_plans=("plan.json",))
    assert said.broken == {"backups-kept": 1, "regions-allowed": 1}
    assert said.examined("stored-data-private") == 3
    assert said.examined("stored-data-encrypted") == 2
    assert len(said.undecided("stored-data-encrypted", Outcome.INCONCLUSIVE)) == 1
    assert next(one.population for one in said.evidence if one.subject == "the plan plan.json")


def test_a_template_of_a_chart_waits_for_helm(ask):
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers: [{name: a, image: {{ .Values.x }}}]\n"
    said = ask({"chart/Chart.yaml": "name: x\n", "chart/templates/pod.yaml": text})
    assert any("Helm" in reason for reason in said.undecided("containers-pinned", Outcome.NOT_TESTED))


def test_servers_of_descriptions_speak_tls(ask):
    text = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers:
  - url: https://api.acme.com/v1
  - url: http://localhost:8080
  - url: /v1
paths:
  /old:
    servers: [{url: "http://me:hunter2@old.acme.com/v0"}]
    get: {responses: {"200": {description: x}}}
"""
    said = ask({"api/openapi.yaml": text, "swagger.json": '{"swagger": "2.0", "host": "a.com", "schemes": ["http"]}'})
    assert said.broken == {"servers-https": 2}
    old = next(one for one in said.findings if one.location.path == "api/openapi.yaml")
    assert (old.location.line, "hunter2" in str(old)) == (10, False)
    assert said.examined("servers-https") == 3
    reason = said.undecided("servers-https", Outcome.INCONCLUSIVE)
    assert len(reason) == 1
    assert "api/openapi.yaml:7" in reason[0]


def test_what_a_file_leaves_open_is_judged_in_the_plan_of_its_folder(ask):
    database = 'resource "aws_db_instance" "a" {\n  storage_encrypted = var.x\n  backup_retention_period = 1\n}\n'
    after = {"storage_encrypted": True, "backup_retention_period": 1}
    plan = plan_of(
        [("aws_db_instance.a", after, {}), ("module.m.aws_db_instance.a", after, {})],
        {"root_module": {"module_calls": {"m": {"source": "../modules/m", "module": {}}}}},
    )
    files = {"infra/main.tf": database, "modules/m/main.tf": database, "other/main.tf": database}
    said = ask(files | {"infra/plan.json": plan}, terraform_plans=("infra/*.json",))
    assert said.examined("stored-data-encrypted") == 2
    reason = said.undecided("stored-data-encrypted", Outcome.INCONCLUSIVE)
    assert len(reason) == 1
    assert reason[0].startswith("1 resource cannot be judged")
    assert "other/main.tf" in reason[0]
    assert said.broken == {"backups-kept": 5}  # what the files do say counts, whatever a plan says


def test_providers_are_told_apart_by_their_alias(ask):
    said = ask({
        "main.tf": """
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "backup"
  region = "us-east-1"
}
"""
    })  # fmt: skip
    assert [one.key for one in said.findings] == [("main.tf", "provider.aws.backup")]


def test_a_module_that_is_fetched_is_not_tested_until_a_plan_shows_it(ask):
    text = """
resource "aws_db_instance" "a" { storage_encrypted = true }
module "near" { source = "./near" }
module "far" { source = "terraform-aws-modules/s3-bucket/aws" }
"""
    said = ask({"infra/main.tf": text})
    assert said.undecided("stored-data-encrypted", Outcome.NOT_TESTED) == [
        "1 module from elsewhere, which nobody looks into here: infra/main.tf:4 module.far"
    ]
    far = {"source": "terraform-aws-modules/s3-bucket/aws", "module": {}}
    plan = plan_of([], {"root_module": {"module_calls": {"far": far}}})
    said = ask({"infra/plan.json": plan}, terraform_plans=("infra/plan.json",))
    assert not said.undecided("stored-data-encrypted", Outcome.NOT_TESTED)


def test_what_broke_a_control_and_breaks_it_further_is_new(clone, judged):
    pod = HEALTHY[POD].replace("runAsNonRoot: true", "runAsNonRoot: false")
    clone.write("sluicegate.toml", '[compliance]\npacks = ["baseline"]\n')
    clone.commit("a container that may be root", **{POD: pod})
    clone.git("checkout", "-q", "-b", "work")
    clone.commit(
        "and shares its machine",
        **{POD: pod.replace("      containers:", "      hostNetwork: true\n      containers:")},
    )
    said = judged("--base", "main")
    found = {each["key"][-1]: each["state"] for each in said.findings("baseline/containers-restrained")}
    assert (said.exit, found) == (1, {"non-root": "unchanged", "apart": "new"})


SERVICES = """
resource "aws_kms_key" "good" {
  enable_key_rotation = true
  policy = jsonencode({Statement = [{
    Effect = "Allow", Principal = {AWS = "arn:aws:iam::111122223333:root"}, Action = "kms:*", Resource = "*"
  }]})
}
resource "aws_kms_key" "signs" { customer_master_key_spec = "RSA_2048" }
resource "aws_sqs_queue" "jobs" {}
resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({Statement = [{Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*"
    , Condition = {ArnEquals = {"aws:SourceArn" = "arn:aws:sns:eu-central-1:111122223333:told"}}
  }]})
}
resource "aws_sns_topic" "told" {}
resource "aws_dynamodb_table" "carts" {
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 14
  }
}
resource "aws_lb" "web" {
  access_logs {
    bucket  = "acme-logs"
    enabled = true
  }
}
resource "aws_lb" "gate" { load_balancer_type = "gateway" }
"""
TOPIC = 'resource "aws_sns_topic" "told" {}'
SERVICE_FAULTS = {
    "a key that stays": ("enable_key_rotation = true", "enable_key_rotation = false", "keys-rotated"),
    "a key that says nothing": ("  enable_key_rotation = true\n", "", "keys-rotated"),
    "a key for everybody": ('{AWS = "arn:aws:iam::111122223333:root"}', '"*"', "stored-data-private"),
    "a queue for everybody": (
        '    , Condition = {ArnEquals = {"aws:SourceArn" = "arn:aws:sns:eu-central-1:111122223333:told"}}\n',
        "",
        "stored-data-private",
    ),
    "a queue in clear": ('"jobs" {}', '"jobs" { sqs_managed_sse_enabled = false }', "stored-data-encrypted"),
    "a topic for everybody": (
        TOPIC,
        TOPIC
        + """
resource "aws_sns_topic_policy" "told" {
  arn    = aws_sns_topic.told.arn
  policy = jsonencode({Statement = [{Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*"}]})
}""",
        "stored-data-private",
    ),
    "a table that goes back three days": ("period_in_days = 14", "period_in_days = 3", "backups-kept"),
    "a table that goes nowhere": ("enabled                 = true", "enabled = false", "backups-kept"),
    "a balancer without logs": ("    enabled = true", "    enabled = false", "balancers-logged"),
    "a balancer that says nothing": ('"gateway"', '"application"', "balancers-logged"),
}


def test_keys_queues_topics_tables_and_balancers_in_order_break_nothing(ask):
    said = ask({"main.tf": SERVICES})
    assert (said.broken, said.undecided("stored-data-private", Outcome.INCONCLUSIVE)) == ({}, [])
    examined = {"keys-rotated": 1, "balancers-logged": 1, "backups-kept": 1, "stored-data-private": 4}
    assert {name: said.examined(name) for name in examined} == examined
    assert said.examined("stored-data-encrypted") == 3  # the queue, the topic, the table


@pytest.mark.parametrize(("old", "new", "control"), SERVICE_FAULTS.values(), ids=SERVICE_FAULTS)
def test_each_fault_of_a_service_breaks_its_control_alone(ask, old, new, control):
    assert old in SERVICES
    assert ask({"main.tf": SERVICES.replace(old, new, 1)}).broken == {control: 1}


def test_what_services_leave_open_is_never_passed(ask):
    said = ask({
        "main.tf": """
resource "aws_kms_key" "a" { enable_key_rotation = var.rotate }
resource "aws_kms_key" "b" { policy = var.policy }
resource "aws_kms_key" "c" { customer_master_key_spec = var.spec }
resource "aws_sqs_queue" "d" { sqs_managed_sse_enabled = var.on }
resource "aws_sqs_queue_policy" "d" {
  queue_url = aws_sqs_queue.d.id
  policy    = file("policy.json")
}
resource "aws_sns_topic" "e" { policy = templatefile("policy.json", {}) }
resource "aws_dynamodb_table" "f" {
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = var.days
  }
}
resource "aws_lb" "g" {
  access_logs { enabled = var.on }
}
"""
    })  # fmt: skip
    assert said.broken == {"keys-rotated": 1}  # of b, which says nothing
    left = {
        "keys-rotated": "2 resources ",  # a, c
        "stored-data-private": "3 resources ",  # b, d, e
        "stored-data-encrypted": "1 resource ",  # d
        "backups-kept": "1 resource ",
        "balancers-logged": "1 resource ",
    }
    for control, told in left.items():
        (reason,) = said.undecided(control, Outcome.INCONCLUSIVE)
        assert reason.startswith(told), (control, reason)


TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
      KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: root}, Action: "kms:*", Resource: "*"}]}
  Signs: {Type: AWS::KMS::Key, Properties: {KeySpec: RSA_2048}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14}
  Queue: {Type: AWS::SQS::Queue, Properties: {SqsManagedSseEnabled: true}}
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: me}, Action: "sqs:*", Resource: "*"}]}
  Topic: {Type: AWS::SNS::Topic}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: you}, Action: "sns:*", Resource: "*"}]}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes: [{Key: access_logs.s3.enabled, Value: "true"}, {Key: x, Value: !Ref X}]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Protocol: HTTP
      DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, StatusCode: HTTP_301}}]
"""
TEMPLATE_FAULTS = (
    ("EnableKeyRotation: true", "EnableKeyRotation: false", "keys-rotated"),
    ("{AWS: root}", '"*"', "stored-data-private"),
    ("RecoveryPeriodInDays: 14", "RecoveryPeriodInDays: 2", "backups-kept"),
    ("PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "backups-kept"),
    ("SqsManagedSseEnabled: true", "SqsManagedSseEnabled: false", "stored-data-encrypted"),
    ("{AWS: me}", '"*"', "stored-data-private"),
    ("{AWS: you}", '{AWS: "*"}', "stored-data-private"),
    ('Value: "true"', 'Value: "false"', "balancers-logged"),
    ("Key: access_logs.s3.enabled", "Key: idle_timeout.timeout_seconds", "balancers-logged"),
    ("RedirectConfig: {Protocol: HTTPS", "RedirectConfig: {Protocol: HTTP", "transport-encrypted"),
)


def test_a_template_has_the_same_services(ask):
    said = ask({"stack.yaml": TEMPLATE})
    assert said.broken == {}
    assert not [one for one in said.examinations if one.undecided and one.undecided.outcome is Outcome.INCONCLUSIVE]
    examined = {"keys-rotated": 1, "balancers-logged": 1, "backups-kept": 1, "stored-data-private": 4}
    assert {name: said.examined(name) for name in examined} == examined


@pytest.mark.parametrize(("old", "new", "control"), TEMPLATE_FAULTS)
def test_each_fault_of_a_template_breaks_its_control_alone(ask, old, new, control):
    assert old in TEMPLATE
    assert ask({"stack.yaml": TEMPLATE.replace(old, new)}).broken == {control: 1}


def test_what_a_template_leaves_to_its_parameters_is_never_passed(ask):
    open_ = {"{AWS: you}": "!Ref Who", "Days: 14": "Days: !Ref D", 'Value: "true"': "Value: !Ref On"}
    text = TEMPLATE
    for old, new in (open_ | {"Rotation: true": "Rotation: !Ref R"}).items():
        assert old in text
        text = text.replace(old, new)
    said = ask({"stack.yaml": text})
    assert said.broken == {}
    for control in ("stored-data-private", "backups-kept", "balancers-logged", "keys-rotated"):
        assert len(said.undecided(control, Outcome.INCONCLUSIVE)) == 1, control


def test_a_plan_joins_the_policy_of_a_queue_by_its_configuration(ask):
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
    named = {"references": ["aws_sqs_queue.a.id", "aws_sqs_queue.a"]}
    kind = "aws_sqs_queue_policy"
    written = {"address": f"{kind}.a", "type": kind, "expressions": {"queue_url": named, "policy": {}}}
    plan = plan_of(
        [
            ("aws_sqs_queue.a", {"sqs_managed_sse_enabled": True}, {"policy": True}),
            (f"{kind}.a", {"policy": policy}, {"queue_url": True}),
            ("aws_kms_key.b", {"enable_key_rotation": False}, {"policy": True}),
        ],
        {"root_module": {"resources": [written]}},
    )
    said = ask({"plan.json": plan}, terraform_plans=("plan.json",))
    assert said.broken == {"stored-data-private": 1, "keys-rotated": 1}


def test_what_speaks_of_many_buckets_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [
        f'resource "aws_s3_bucket" "b{at}" {{\n bucket = "one"\n}}\n'
        f'resource "aws_s3_bucket_policy" "p{at}" {{\n bucket = "one"\n policy = "{{}}"\n}}\n'
        for at in range(60)
    ]
    asked: list[int] = []
    real = joined.documents
    monkeypatch.setattr(joined, "documents", lambda one: asked.append(id(one)) or real(one))
    resources = terraform.resources("main.tf", "".join(parts).encode(), "main.tf")
    group = joined.Group(resources)
    for one in resources:
        if one.kind in joined.JOINED:
            group.complete(one, Facts())
    assert len(asked) == len(set(asked)) == 120
