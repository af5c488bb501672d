"""Which names stand for secrets, and which values are secrets themselves rather than something that leads to one."""

from __future__ import annotations

import re

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|pass|secret|token|credentials?|secret_?string"
    r"|(?:secret|api|access|private|account|encryption|signing)_?key)$"
)
_LEADS = re.compile(
    r"arn:|alias/|/|\./|~/|file:|https?://[^/@\s]+(?:/|$)|vault:|ssm:|op://|@Microsoft\.KeyVault|ENC\[|\{\{|<|projects/",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)+")
"""The name of a variable of the environment, which whoever reads the value looks up."""
_STAND_INS = re.compile(
    r"change_?me|change_?it|replace_?me|to_?do|tbd|dummy|fake|example|sample|placeholder|redacted|undefined|none|null|nil"
    r"|true|false|required|optional|(?:your|my|the|some)[_-].*|test|secret|password|token|default|unset|empty"
)
_SHORTEST = 4


def names_a_secret(name: str) -> bool:
    """Whether what goes by a name is a secret: `DB_PASSWORD`, `MasterUserPassword`, `api-key`."""
    return bool(_NAME.search(_CAMEL.sub("_", name).replace("-", "_").replace(".", "_").lower()))


def is_plain(value: str) -> bool:
    """Whether a value is one that works, and not a reference, a path, or what stands for a value."""
    text = value.strip()
    if len(text) < _SHORTEST or "$" in text[:1] or "${" in text or "$(" in text or _LEADS.match(text):
        return False
    if len(set(text.lower())) <= 2:  # noqa: PLR2004 (a row of one sign or two is nobody's secret)
        return False
    return not _VARIABLE.fullmatch(text) and not _STAND_INS.fullmatch(text.lower().replace("-", "_"))
