"""The types of resources, what kind of thing each is, and where its facts stand.

The defaults for what is left out are those of the provider (AWS 6, Google 7, azurerm 4) or of the service itself; where
they hang on an account, on a version or on the age of the thing, what is left out is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

FOR_GOOD = 36_500
"""Days that stand for what is kept until somebody deletes it."""
LONGEST_RECOVERY = 35
"""Days that DynamoDB can be taken back to any point in, where nothing says fewer."""
OPEN = object()
"""In the place of a default: nobody can tell."""
_TRUE = (True, "true")


class Asked(Struct, frozen=True, kw_only=True):
    """Where a fact stands: the ways to it, of which the first that is there counts, how it reads, and its default.

    A default of None: where it is left out, the thing has no such fact.
    """

    fact: str
    ways: tuple[str, ...]
    read: Callable[[Any], Any]
    default: Any


def there(value: Any) -> bool:
    """Whether something is named at all."""
    return value not in ("", None)


def tls(value: Any) -> float | None:
    """The lowest version of TLS that a policy or setting allows: `TLS1_2`, `TLSv1.2_2021`, a policy of a balancer."""
    text = str(value)
    if found := re.search(r"(?:TLS|FS)v?1?[._-]?(?:13-)?1[._-]([0-3])(?![0-9])", text):
        return float(f"1.{found[1]}")
    if re.fullmatch(r"TLSv1(?:_2016)?|SSLv3|ELBSecurityPolicy-(?:2016-08|FS-2018-06)", text):
        return 1.0
    return float(text) if re.fullmatch(r"1\.[0-3]", text) else None


def _on(value: Any) -> bool:
    return value in _TRUE


def _off(value: Any) -> bool:
    return value not in _TRUE


def number(value: Any) -> int | None:
    """A whole number, also as a text; None where it is none."""
    if isinstance(value, bool):
        return None
    return int(value) if isinstance(value, int | float) or re.fullmatch(r"[0-9]{1,9}", str(value)) else None


def _kept(value: Any) -> int | None:
    return FOR_GOOD if number(value) == 0 else number(value)


def _is(*wanted: str) -> Callable[[Any], bool]:
    return lambda value: str(value).lower() in wanted


def _fact(fact: str, *ways: str, read: Callable[[Any], Any] = _on, default: Any = OPEN) -> Asked:
    return Asked(fact=fact, ways=ways, read=read, default=default)


_ALWAYS = _fact("encrypted", default=True)
_STORAGE = (_fact("encrypted", "storage_encrypted", default=False),)
_RETENTION = "backup_retention_period"
_CLUSTER = ("database", (*_STORAGE, _fact("backup_days", _RETENTION, read=number, default=1)))
_PUBLIC = _fact("public", "publicly_accessible", default=False)
_FLEXIBLE = (
    "database",
    (
        _ALWAYS,
        _fact("public", "public_network_access_enabled"),
        _fact("backup_days", "backup_retention_days", read=number, default=7),
    ),
)
_WEB = ("web-app", (_fact("https_only", "https_only", default=False),))

KINDS: dict[str, tuple[str, tuple[Asked, ...]]] = {
    "aws_s3_bucket": ("bucket", (_ALWAYS,)),
    "aws_db_instance": (
        "database",
        (*_STORAGE, _PUBLIC, _fact("backup_days", _RETENTION, read=number, default=0)),
    ),
    "aws_rds_cluster": _CLUSTER,
    "aws_docdb_cluster": _CLUSTER,
    "aws_neptune_cluster": _CLUSTER,
    "aws_rds_cluster_instance": ("database", (_PUBLIC,)),
    "aws_redshift_cluster": (
        "database",
        (
            _fact("encrypted", "encrypted"),
            _fact("public", "publicly_accessible"),
            _fact("backup_days", "automated_snapshot_retention_period", read=number, default=1),
        ),
    ),
    "aws_dynamodb_table": (
        "database",
        (
            _ALWAYS,
            _fact(
                "backup_days",
                "point_in_time_recovery.enabled",
                "point_in_time_recovery_specification.point_in_time_recovery_enabled",
                read=lambda value: LONGEST_RECOVERY if value in _TRUE else 0,
                default=0,
            ),
        ),
    ),
    "aws_ebs_volume": ("volume", (_fact("encrypted", "encrypted"),)),
    "aws_efs_file_system": ("volume", (_fact("encrypted", "encrypted", default=False),)),
    "aws_sqs_queue": (
        "queue",
        (
            _fact("encrypted", "kms_master_key_id", read=there, default=None),
            _fact("encrypted", "sqs_managed_sse_enabled", default=True),
        ),
    ),
    "aws_sns_topic": ("topic", (_ALWAYS,)),
    "aws_kms_key": ("key", (_fact("rotates", "enable_key_rotation", default=False),)),
    "aws_kinesis_stream": (
        "queue",
        (_fact("encrypted", "encryption_type", "stream_encryption.encryption_type", read=_is("kms"), default=False),),
    ),
    "aws_elasticache_replication_group": (
        "cache",
        (
            _fact("encrypted", "at_rest_encryption_enabled", default=False),
            _fact("https_only", "transit_encryption_enabled", default=False),
        ),
    ),
    "aws_opensearch_domain": (
        "database",
        (
            _fact("encrypted", "encrypt_at_rest.enabled", "encryption_at_rest_options.enabled", default=False),
            _fact("https_only", "domain_endpoint_options.enforce_https", default=False),
            _fact("tls", "domain_endpoint_options.tls_security_policy", read=tls),
        ),
    ),
    "aws_cloudwatch_log_group": (
        "log-group",
        (_ALWAYS, _fact("retention_days", "retention_in_days", read=_kept, default=FOR_GOOD)),
    ),
    "aws_lb": ("balancer", (_fact("access_logs", "access_logs.enabled", default=False),)),
    "aws_lb_listener": ("listener", ()),
    "aws_cloudfront_distribution": (
        "distribution",
        (
            _fact(
                "https_only",
                "default_cache_behavior.viewer_protocol_policy",
                "distribution_config.default_cache_behavior.viewer_protocol_policy",
                read=_is("https-only", "redirect-to-https"),
            ),
            _fact(
                "tls",
                "viewer_certificate.minimum_protocol_version",
                "distribution_config.viewer_certificate.minimum_protocol_version",
                read=tls,
                default=1.0,
            ),
        ),
    ),
    "aws_cloudtrail": (
        "trail",
        (
            _ALWAYS,
            _fact("validated", "enable_log_file_validation", default=False),
            _fact("every_region", "is_multi_region_trail", default=False),
        ),
    ),
    "google_storage_bucket": (
        "bucket",
        (_ALWAYS, _fact("guarded", "public_access_prevention", read=_is("enforced"))),
    ),
    "google_sql_database_instance": (
        "database",
        (
            _ALWAYS,
            _fact(
                "backup_days",
                "settings.backup_configuration.enabled",
                read=lambda value: None if value in _TRUE else 0,
                default=0,
            ),
            _fact(
                "backup_days",
                "settings.backup_configuration.backup_retention_settings.retained_backups",
                read=number,
                default=7,
            ),
        ),
    ),
    "google_compute_disk": ("volume", (_ALWAYS,)),
    "google_bigquery_dataset": ("database", (_ALWAYS,)),
    "google_logging_project_bucket_config": (
        "log-group",
        (_ALWAYS, _fact("retention_days", "retention_days", read=number, default=30)),
    ),
    "azurerm_storage_account": (
        "bucket",
        (
            _ALWAYS,
            _fact("guarded", "allow_nested_items_to_be_public", "allow_blob_public_access", read=_off, default=False),
            _fact("https_only", "https_traffic_only_enabled", "enable_https_traffic_only", default=True),
            _fact("tls", "min_tls_version", read=tls, default=1.2),
        ),
    ),
    "azurerm_storage_container": (
        "bucket",
        (_ALWAYS, _fact("public", "container_access_type", read=_is("blob", "container"), default=False)),
    ),
    "azurerm_mssql_server": (
        "database",
        (
            _ALWAYS,
            _fact("public", "public_network_access_enabled", default=True),
            _fact("tls", "minimum_tls_version", read=tls, default=1.2),
        ),
    ),
    "azurerm_postgresql_flexible_server": _FLEXIBLE,
    "azurerm_mysql_flexible_server": _FLEXIBLE,
    "azurerm_managed_disk": ("volume", (_ALWAYS,)),
    "azurerm_log_analytics_workspace": (
        "log-group",
        (_ALWAYS, _fact("retention_days", "retention_in_days", read=number, default=30)),
    ),
    "azurerm_linux_web_app": _WEB,
    "azurerm_windows_web_app": _WEB,
    "azurerm_linux_function_app": _WEB,
    "provider": ("provider", ()),
}
"""By Terraform's type. Of two that ask for one fact, the first that tells it counts."""

_OTHERWISE = {
    "aws_alb": "aws_lb",
    "aws_alb_listener": "aws_lb_listener",
    "aws_elasticsearch_domain": "aws_opensearch_domain",
    "written.provider": "provider",
    "AWS::CloudFront::Distribution": "aws_cloudfront_distribution",
    "AWS::CloudTrail::Trail": "aws_cloudtrail",
    "AWS::DynamoDB::Table": "aws_dynamodb_table",
    "AWS::ElasticLoadBalancingV2::Listener": "aws_lb_listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "aws_lb",
    "AWS::KMS::Key": "aws_kms_key",
    "AWS::Kinesis::Stream": "aws_kinesis_stream",
    "AWS::Logs::LogGroup": "aws_cloudwatch_log_group",
    "AWS::OpenSearchService::Domain": "aws_opensearch_domain",
    "AWS::SNS::Topic": "aws_sns_topic",
    "AWS::SNS::TopicInlinePolicy": "aws_sns_topic_policy",
    "AWS::SNS::TopicPolicy": "aws_sns_topic_policy",
    "AWS::SQS::Queue": "aws_sqs_queue",
    "AWS::SQS::QueueInlinePolicy": "aws_sqs_queue_policy",
    "AWS::SQS::QueuePolicy": "aws_sqs_queue_policy",
}


def type_of(kind: str) -> str:
    """What Terraform calls a type today."""
    return _OTHERWISE.get(kind, kind)
