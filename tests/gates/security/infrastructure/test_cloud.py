"""Resources of a cloud: one law for whatever way they are written, and each way read with what it leaves open."""

from __future__ import annotations

import json

import pytest
from folders import RULES, said_of

from sluicegate.model import Level, Outcome

ALL = frozenset(rule for rule in RULES if "/cloud-" in rule)


def said(files, **settings):
    return said_of(files, rules=ALL, **settings)


def names(files, **settings):
    return [one.removeprefix("cloud-") for one in said(files, **settings).names]


def tf(kind, body):
    return {"main.tf": f'resource "{kind}" "x" {{\n{body}\n}}\n'}


def planned(kind, after, unknown=None, expressions=None, **more):
    """A plan as `terraform show -json` has it, cut down to what is read."""
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown or {}}
    resource = {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x"}
    configured = {**resource, "expressions": expressions or {}}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": {}},
        "resource_changes": [{**resource, "change": change}],
        "configuration": {"root_module": {"resources": [configured]}},
        **more,
    }


def plan(*arguments, **more):
    return {"plan.json": json.dumps(planned(*arguments, **more))}


def template(kind, properties):
    resource = {"Type": kind, "Properties": properties}
    return {"web.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"X": resource}})}


EVERY = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
WIDE = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
AZURE = 'source_address_prefixes = ["Internet"]\ndestination_port_ranges = ["443", "8000-8010"]'
GOOGLE = 'settings {\nip_configuration {\nauthorized_networks {\nvalue = "0.0.0.0/0"\n}\n}\n}'
DYNAMIC = """\
dynamic "ingress" {
  for_each = var.ports
  content {
    from_port   = ingress.value
    to_port     = ingress.value
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
SAME = [
    (
        "public-bucket", ("aws_s3_bucket", {"acl": "public-read"}, 'acl = "public-read"'),
        ("AWS::S3::Bucket", {"AccessControl": "PublicRead"}),
    ),
    (
        "open-port",
        ("aws_security_group", {"ingress": [EVERY]},
         'ingress {\nfrom_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]\n}'),
        ("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": "22", "ToPort": 22, "CidrIp": "0.0.0.0/0"}]}),
    ),
    (
        "unencrypted-storage", ("aws_efs_file_system", {"encrypted": False}, "encrypted = false"),
        ("AWS::EFS::FileSystem", {"Encrypted": False}),
    ),
    (
        "public-database",
        ("aws_db_instance", {"storage_encrypted": True, "publicly_accessible": True},
         "storage_encrypted = true\npublicly_accessible = true"),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": True, "PubliclyAccessible": "true"}),
    ),
    (
        "broad-policy", ("aws_iam_policy", {"policy": json.dumps(WIDE)}, f"policy = <<E\n{json.dumps(WIDE)}\nE"),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": WIDE}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "terraform", "formation"), SAME, ids=[one[0] for one in SAME])
def test_one_law_holds_for_every_way_to_write(rule, terraform, formation):
    kind, body, text = terraform
    files = {
        **tf(kind, text),
        **plan(kind, body),
        **template(*formation),
        "more.tf.json": json.dumps({"resource": {kind: {"x": body}}}),
        "more.yaml": json.dumps({"Resources": {"X": {"Type": formation[0], "Properties": formation[1]}}}),
    }
    found = said(files, terraform_plans=("plan.json",))
    assert [one.rule for one in found.findings] == [f"security/cloud-{rule}"] * 5
    assert sorted(one.key[0] for one in found.findings) == sorted(files)
    assert {one.key[2] for one in found.findings if one.key[0].endswith((".tf", "plan.json"))} == {
        found.findings[0].key[2]
    }
    assert found.errored == {}


@pytest.mark.parametrize(
    ("kind", "body", "wanted"),
    [
        ("aws_s3_bucket_acl", 'acl = "public-read-write"', ["public-bucket"]),
        ("aws_s3_bucket_acl", 'acl = "private"', []),
        ("aws_s3_bucket_public_access_block", "block_public_acls = true", ["public-bucket"]),
        ("aws_s3_bucket_policy", 'policy = jsonencode({Statement = [{Principal = "*", Action = "s3:GetObject"}]})',
         ["public-bucket"]),
        ("aws_s3_bucket_policy", 'policy = jsonencode({Statement = [{Principal = {AWS = "*"}, Effect = "Allow"}]})',
         ["public-bucket"]),
        ("aws_s3_bucket_policy", 'policy = jsonencode({Statement = [{Principal = {AWS = "1"}}]})', []),
        ("aws_s3_bucket_policy", 'policy = jsonencode({Statement = [{Principal = "*", Effect = "Deny"}]})', []),
        ("aws_s3_bucket_policy",
         'policy = jsonencode({Statement = [{Principal = "*", Condition = {Bool = {a = "b"}}}]})', []),
        ("google_storage_bucket_iam_member", 'member = "allUsers"', ["public-bucket"]),
        ("google_storage_bucket_iam_binding", 'members = ["user:a", "allAuthenticatedUsers"]', ["public-bucket"]),
        ("google_storage_bucket_iam_binding", 'members = ["user:a"]', []),
        ("azurerm_storage_container", 'container_access_type = "blob"', ["public-bucket"]),
        ("azurerm_storage_account", "allow_nested_items_to_be_public = true", ["public-bucket"]),
        ("azurerm_storage_account", 'name = "x"', []),
        ("aws_security_group_rule", 'type = "ingress"\nfrom_port = 0\nto_port = 65535\ncidr_blocks = ["0.0.0.0/0"]',
         ["open-port"]),
        ("aws_security_group_rule", 'type = "egress"\nfrom_port = 0\nto_port = 65535\ncidr_blocks = ["0.0.0.0/0"]', []),
        ("aws_security_group_rule", 'type = "ingress"\nfrom_port = 80\nto_port = 80\ncidr_blocks = ["0.0.0.0/0"]', []),
        ("aws_security_group_rule", 'type = "ingress"\nfrom_port = 80\nto_port = 443\ncidr_blocks = ["0.0.0.0/0"]',
         ["open-port"]),
        ("aws_vpc_security_group_ingress_rule", 'ip_protocol = "-1"\ncidr_ipv6 = "::/0"', ["open-port"]),
        ("aws_vpc_security_group_ingress_rule", 'ip_protocol = "icmp"\nfrom_port = 8\ncidr_ipv4 = "0.0.0.0/0"', []),
        ("aws_vpc_security_group_ingress_rule", 'from_port = 22\nto_port = 22\ncidr_ipv4 = "10.0.0.0/8"', []),
        ("google_compute_firewall", 'source_ranges = ["0.0.0.0/0"]\nallow {\nports = ["443", "22"]\n}',
         ["open-port"]),
        ("google_compute_firewall", 'source_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "all"\n}', ["open-port"]),
        ("google_compute_firewall", 'source_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "icmp"\n}', []),
        ("google_compute_firewall", 'direction = "EGRESS"\nsource_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "all"\n}',
         []),
        ("google_compute_firewall", 'source_ranges = ["10.0.0.0/8"]\nallow {\nprotocol = "all"\n}', []),
        ("azurerm_network_security_rule", 'access = "Allow"\nsource_address_prefix = "*"\ndestination_port_range = 22',
         ["open-port"]),
        ("azurerm_network_security_group", f"security_rule {{\n{AZURE}\n}}", ["open-port"]),
        ("azurerm_network_security_rule", f'direction = "Outbound"\n{AZURE}', []),
        ("azurerm_network_security_rule", f'access = "Deny"\n{AZURE}', []),
        ("aws_db_instance", "storage_encrypted = true", []),
        ("aws_db_instance", 'engine = "postgres"', ["unencrypted-storage"]),
        ("aws_db_instance", 'engine = "aurora-postgresql"', []),
        ("aws_rds_cluster", "", ["unencrypted-storage"]),
        ("aws_ebs_volume", "encrypted = false", ["unencrypted-storage"]),
        ("aws_instance", "root_block_device {\nencrypted = false\n}", ["unencrypted-storage"]),
        ("aws_instance", "root_block_device {\nvolume_size = 8\n}", []),
        ("google_sql_database_instance", GOOGLE, ["public-database"]),
        ("azurerm_mssql_firewall_rule", 'start_ip_address = "0.0.0.0"\nend_ip_address = "255.255.255.255"',
         ["public-database"]),
        ("azurerm_mssql_firewall_rule", 'start_ip_address = "0.0.0.0"\nend_ip_address = "0.0.0.0"', []),
        ("aws_iam_role_policy_attachment", 'policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"',
         ["broad-policy"]),
        ("aws_iam_role_policy_attachment", 'policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"', []),
        ("aws_iam_role", 'inline_policy {\npolicy = jsonencode({Statement = {Action = ["*"], Resource = "*"}})\n}',
         ["broad-policy"]),
        ("aws_iam_role", 'assume_role_policy = jsonencode({Statement = {Action = ["*"], Resource = "*"}})', []),
        ("aws_iam_user_policy", 'policy = jsonencode({Statement = {Action = "s3:*", Resource = "*"}})', []),
        ("google_project_iam_member", 'role = "roles/owner"', ["broad-policy"]),
        ("azurerm_role_assignment", 'role_definition_name = "Reader"', []),
        ("azurerm_role_definition", 'permissions {\nactions = ["*"]\n}', ["broad-policy"]),
        ("acme_thing", 'api_key = "gr4vel-Otter-91"', ["plain-secret"]),
        ("acme_thing", 'env = {\nDB_PASSWORD = "gr4vel-Otter-91"\n}', ["plain-secret"]),
        ("acme_thing", 'env {\nname = "DB_PASSWORD"\nvalue = "gr4vel-Otter-91"\n}', ["plain-secret"]),
        ("acme_thing", 'all = jsonencode([{environment = [{name = "DB_PASSWORD", value = "gr4vel-Otter-91"}]}])',
         ["plain-secret"]),
        ("acme_thing", "password = 52849163", ["plain-secret"]),
        ("acme_thing", "password = true", []),
        ("acme_thing", 'password = "changeme"', []),
        ("acme_thing", 'encryption_key = "alias/shop"', []),
        ("acme_thing", 'db_password = "@Microsoft.KeyVault(SecretUri=https://x)"', []),
        ("acme_thing", 'token = "SHOP_API_TOKEN"', []),
        ("acme_thing", 'password = "${var.a}-gr4vel"', []),
        ("acme_thing", "password = var.password", []),
        ("acme_thing", 'password = file("a.txt")', []),
    ],
)  # fmt: skip
def test_what_a_resource_says(kind: str, body: str, wanted: list[str]):
    told = said(tf(kind, body))
    assert [one.removeprefix("cloud-") for one in told.names] == wanted
    assert told.errored == told.untested == {}
    assert not [one for one in told.examinations if one.undecided]
    assert not any("tter" in f"{one.message} {one.key}" for one in told.findings)


@pytest.mark.parametrize(
    ("kind", "body", "rule"),
    [
        ("aws_s3_bucket_acl", "acl = var.acl", "public-bucket"),
        ("aws_s3_bucket_public_access_block", "\n".join(
            f"{one} = var.x" for one in ("block_public_acls", "block_public_policy", "ignore_public_acls",
                                         "restrict_public_buckets")), "public-bucket"),
        ("aws_security_group", DYNAMIC, "open-port"),
        ("aws_security_group", "ingress = var.ingress", "open-port"),
        ("aws_vpc_security_group_ingress_rule", "from_port = 22\nto_port = 22\ncidr_ipv4 = var.a", "open-port"),
        ("google_compute_firewall", 'source_ranges = ["0.0.0.0/0"]\nallow {\nports = var.ports\n}', "open-port"),
        ("aws_db_instance", "storage_encrypted = local.safe", "unencrypted-storage"),
        ("aws_db_instance", 'snapshot_identifier = "x"', "unencrypted-storage"),
        ("aws_db_instance", "storage_encrypted = true\npublicly_accessible = var.a ? true : false", "public-database"),
        ("aws_iam_policy", 'policy = file("policy.json")', "broad-policy"),
        ("aws_iam_policy", 'policy = jsonencode({Statement = {Action = var.a, Resource = "*"}})', "broad-policy"),
        ("google_project_iam_member", "role = each.value", "broad-policy"),
    ],
)  # fmt: skip
def test_what_is_no_literal_is_neither_passed_nor_failed(kind: str, body: str, rule: str):
    told = said(tf(kind, body))
    assert told.names == []
    ((outcome, reason),) = told.undecided(f"cloud-{rule}")
    assert outcome is Outcome.INCONCLUSIVE
    assert reason.startswith(f"{kind}.x leaves open ")
    assert [one.rule for one in told.examinations if one.undecided] == [f"security/cloud-{rule}"]


def test_how_many_could_not_be_decided_is_told():
    text = "".join(f'resource "aws_s3_bucket_acl" "a{n}" {{\n  acl = var.acl\n}}\n' for n in range(5))
    ((_, reason),) = said({"main.tf": text}).undecided("cloud-public-bucket")
    assert reason.startswith("5 things of 5 resources cannot be decided: aws_s3_bucket_acl.a0 leaves open who may read")
    assert reason.endswith("; and 2 things more")


def test_a_policy_that_stands_in_the_files_is_judged_there():
    text = (
        'data "aws_iam_policy_document" "all" {\n  statement {\n    actions   = ["*"]\n    resources = ["*"]\n  }\n}\n'
        'resource "aws_iam_policy" "all" {\n  policy = data.aws_iam_policy_document.all.json\n}\n'
    )
    told = said({"main.tf": text})
    assert [(one.location.logical, one.location.line) for one in told.findings] == [
        ("data.aws_iam_policy_document.all", 2)
    ]
    assert told.undecided("cloud-broad-policy") == []


def test_a_volume_that_says_nothing_may_be_encrypted_by_the_account():
    (one,) = said(tf("aws_ebs_volume", "size = 8")).findings
    assert (one.level, "unless the account" in one.message) == (Level.WARNING, True)


def test_secrets_stand_in_other_blocks_too():
    files = {
        "a.tf": 'variable "db_password" {\n  default = "gr4vel-Otter-91"\n}\nvariable "api_key" {}\n',
        "b.tf": 'provider "acme" {\n  token = "gr4vel-Otter-91"\n}\nmodule "m" {\n  api_key = "gr4vel-Otter-91"\n}\n',
        "c.tf": 'locals {\n  token = "gr4vel-Otter-91"\n}\noutput "password" {\n  value = "x"\n}\n',
        "d.tf": 'terraform {\n  backend "s3" {\n    secret_key = "gr4vel-Otter-91"\n  }\n}\n',
        "prod.tfvars": 'db_password = "gr4vel-Otter-91"\nregion = "eu"\n',
    }
    found = [(one.key[0], one.location.logical, one.location.line) for one in said(files).findings]
    assert found == [
        ("a.tf", "var.db_password", 2), ("b.tf", "module.m", 5), ("b.tf", "provider.acme", 2), ("c.tf", "locals", 2),
        ("d.tf", "terraform", 3),
        ("prod.tfvars", "the file", 1),
    ]  # fmt: skip


def test_nothing_to_look_at_is_told():
    told = said({"README.md": "x", "a.yaml": "a: 1\n", "b.json": "{}"})
    assert {(one.subject, one.undecided.reason) for one in told.examinations} == {
        ("cloud resources", "there is no file of Terraform or CloudFormation")
    }
    assert "declares nothing" in said({"main.tf": "# nothing\n"}).undecided("cloud-open-port")[0][1]


def test_a_hook_looks_at_what_is_touched():
    files = {**tf("aws_rds_cluster", ""), **template("AWS::RDS::DBCluster", {}), **plan("aws_rds_cluster", {})}
    told = said_of(files, rules=ALL, touched=frozenset({"web.json"}), terraform_plans=("plan.json",))
    assert [one.key[0] for one in told.findings] == ["web.json"]
    assert told.errored == {}
