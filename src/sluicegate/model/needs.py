"""What a gate cannot work without, declared so that `sluicegate doctor` can look for it."""

from __future__ import annotations

from msgspec import Struct


class Tool(Struct, frozen=True, kw_only=True):
    """A program that a gate starts: `asking` makes it print its version, `minimum` is the oldest that serves.

    `install` is the command that gets it, for those whose system has no package of that name. `setting` says which
    setting of the gate has it started, where not every setting does.
    """

    name: str
    minimum: str = ""
    asking: tuple[str, ...] = ("--version",)
    install: str = ""
    setting: str = ""


class Needs(Struct, frozen=True, kw_only=True):
    """`extras` of the gate's own distribution, `tools` on the path, `variables` of the environment.

    `network`: the gate reaches beyond this machine, and so is never asked at the commit stage. `asked` is the import
    string of a function of the gate's settings that gives the names of the tools they ask for; without one, all are.
    """

    extras: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    variables: tuple[str, ...] = ()
    network: bool = False
    asked: str = ""
