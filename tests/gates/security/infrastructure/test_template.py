"""How templates of CloudFormation are read: short tags, functions, parameters."""

from __future__ import annotations

import json

import pytest
from test_cloud import names, said, template

from sluicegate.model import Outcome

YAML = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  DBPassword:
    Type: String
    NoEcho: true
    Default: gr4vel-Otter-91
  Acl:
    Type: String
Conditions:
  Live: !Equals [!Ref Acl, x]
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !Ref Acl
      PublicAccessBlockConfiguration:
        BlockPublicAcls: !If [Live, true, false]
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
  Shop:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: !Sub "${DBPassword}"
      StorageEncrypted: yes
      PubliclyAccessible:
        Fn::If: [Live, true, false]
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns:
        - !Sub arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess
        - arn:aws:iam::aws:policy/AdministratorAccess
      Policies:
        - PolicyName: all
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: '*', Resource: '*'}
              - Effect: Allow
                Action: '*'
                Resource: !GetAtt Logs.Arn
"""


def test_a_template_is_read_with_its_places_and_what_it_leaves_open():
    told = said({"web.yaml": YAML})
    found = [(one.rule.partition("cloud-")[2], one.location.logical, one.location.line) for one in told.findings]
    assert found == [
        ("broad-policy", "Deploy (AWS::IAM::Role)", 38),
        ("broad-policy", "Deploy (AWS::IAM::Role)", 33),
        ("plain-secret", "parameter DBPassword", 6),
    ]
    for rule in ("public-bucket", "public-database", "broad-policy"):
        assert told.undecided(f"cloud-{rule}")[0][0] is Outcome.INCONCLUSIVE
    assert told.undecided("cloud-plain-secret") == []
    assert told.errored == {}


@pytest.mark.parametrize(
    ("kind", "properties", "wanted"),
    [
        ("AWS::S3::Bucket", {"AccessControl": "Private"}, []),
        ("AWS::S3::Bucket", {"AccessControl": "AuthenticatedRead"}, ["public-bucket"]),
        ("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": "true"}}, ["public-bucket"]),
        ("AWS::S3::BucketPolicy",
         {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}},
         ["public-bucket"]),
        ("AWS::EC2::SecurityGroupIngress", {"IpProtocol": -1, "CidrIpv6": "::/0"}, ["open-port"]),
        ("AWS::EC2::SecurityGroupIngress", {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"},
         []),
        ("AWS::EC2::SecurityGroup", {"SecurityGroupEgress": [{"IpProtocol": -1, "CidrIp": "0.0.0.0/0"}]}, []),
        ("AWS::RDS::DBInstance", {"DBClusterIdentifier": {"Ref": "X"}}, []),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": "false"}, ["unencrypted-storage"]),
        ("AWS::EC2::Volume", {"Encrypted": True}, []),
        ("AWS::Redshift::Cluster", {"PubliclyAccessible": True}, ["public-database"]),
        ("AWS::IAM::User", {"Policies": [{"PolicyDocument": {"Statement": {"Action": ["*"], "Resource": ["*"]}}}]},
         ["broad-policy"]),
        ("AWS::Lambda::Function", {"Environment": {"Variables": {"DB_PASSWORD": "gr4vel-Otter-91"}}}, ["plain-secret"]),
        ("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Environment": [
            {"Name": "DB_PASSWORD", "Value": "gr4vel-Otter-91"}]}]}, ["plain-secret"]),
        ("AWS::SecretsManager::Secret", {"SecretString": '{"password": "gr4vel-Otter-91"}'}, ["plain-secret"]),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": True,
         "MasterUserPassword": "{{resolve:secretsmanager:shop:SecretString:password}}"}, []),
    ],
)  # fmt: skip
def test_what_a_resource_says(kind: str, properties: dict, wanted: list[str]):
    assert names(template(kind, properties)) == wanted


def test_the_same_property_left_open_by_a_long_function_is_unknown():
    told = said(template("AWS::RDS::DBInstance", {"StorageEncrypted": {"Fn::FindInMap": ["A", "B", "C"]}}))
    assert "(`Fn::FindInMap`)" in told.undecided("cloud-unencrypted-storage")[0][1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (YAML + "  - x\n", "web.yaml:42: not YAML"),
        (YAML + "Resources: {}\n", "stands twice"),
        (YAML + "X: " + "[" * 5000, "deep"),
    ],
)
def test_what_cannot_be_read_is_errored_at_its_place(text: str, why: str):
    assert why in said({"web.yaml": text}).errored["web.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "Resources: AWS::X\n",
        "AWSTemplateFormatVersion: 1\nResources: [1, {a: b}]\n",
        "Resources: {X: 1, Y: {Type: AWS::X}}\n",
    ],
)
def test_a_shape_that_is_none_is_no_trouble(text: str):
    assert said({"web.template": text}).errored == {}


def test_other_files_are_let_be():
    told = said({"a.yaml": "Resources: {X: {Type: Foo}}\n", "b.json": json.dumps({"AWS::": 1}), "c.yml": "a: [\n"})
    assert {one.subject for one in told.examinations} == {"cloud resources"}
