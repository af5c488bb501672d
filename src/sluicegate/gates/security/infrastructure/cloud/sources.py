"""Which files declare resources of a cloud, known without loading what reads them."""

from __future__ import annotations

TERRAFORM = tuple(f"{way}*.{end}" for end in ("tf", "tofu", "tf.json", "tfvars") for way in ("", "**/"))
TEMPLATES = tuple(f"{way}*.{end}" for end in ("yaml", "yml", "json", "template") for way in ("", "**/"))
"""What may be a template of CloudFormation; what it is its content tells."""


def is_template(raw: bytes) -> bool:
    """Whether a file is a template of CloudFormation, by the words that each has."""
    return b"Resources" in raw and (b"AWSTemplateFormatVersion" in raw or b"AWS::" in raw)
