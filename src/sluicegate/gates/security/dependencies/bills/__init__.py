"""Bills of materials that are written: what the lock files of a tree pin, in CycloneDX 1.6 or SPDX 2.3 (JSON).

The same tree gives the same text, to the byte: sorted, named by its content, and with a time only where
`SOURCE_DATE_EPOCH` says one (the specification of reproducible-builds).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UserError
from sluicegate.gates.security.dependencies.bills.inventory import inventory
from sluicegate.gates.security.dependencies.files import Files
from sluicegate.gates.security.dependencies.lockfiles import locks
from sluicegate.model import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.security.settings import Settings
    from sluicegate.model import Tree

_EPOCH = "SOURCE_DATE_EPOCH"


def write(settings: Settings, tree: Tree, form: str, named: Sequence[str], called: str) -> str:
    """The SBOM of the lock files that are named, or of all there are; `called` names the product.

    Raises GateError: one cannot be read, or there is none. A part of what is shipped must not look like the whole.
    """
    if find_spec("license_expression") is None:
        what = "license-expression is not installed, which reads licences"
        raise GateError(what, hint="pip install 'sluicegate[security]'")
    context = Context(
        settings=settings, head=tree, reference=None, rules=frozenset(), now=datetime.now(UTC)
    )  # fmt: skip
    files, readers = Files(tree), locks(context)
    paths = sorted(named) or list(readers)
    if not paths:
        raise GateError("there is no lock file of a kind that is read", hint="name one, or write one")
    found = inventory([files.lock(path, readers.get(path, "")) for path in paths], called, _time())
    module = import_module(f"{__name__}.{form}")
    text: str = module.text(found)
    return text


def _time() -> str:
    """The time that the environment says is that of the build; "" where it says none. Raises UserError."""
    said = os.environ.get(_EPOCH, "")
    if not said:
        return ""
    try:
        return datetime.fromtimestamp(int(said), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise UserError(f"{_EPOCH} is {said[:40]!r}, which is no number of seconds", hint="unset it") from None
