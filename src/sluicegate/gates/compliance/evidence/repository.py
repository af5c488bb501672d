"""What a repository has once, in whatever folder of it the settings are."""

from __future__ import annotations

from sluicegate.gates.compliance.items import Asking


def prefix_of(asking: Asking) -> str:
    """The folder of the settings, from the top of the repository; "" at the top.

    Where the history is a recorded one there is no clone, and the folder of the settings is the top.
    """
    return asking.context.head.prefix if asking.settings.history == "git" else ""
