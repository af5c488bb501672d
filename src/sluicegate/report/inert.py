"""Documents that a CI runner finds no command in, when a job prints them; whoever parses one gets the same values.

GitHub trims white space before `::` and finds `##[` anywhere in a line, as Azure Pipelines does with `##vso[` and
TeamCity with `##teamcity[`. In a file for people, a backslash parts them (`sluicegate.text.disarm`); a file for
machines has its own spelling of a character.
"""

from __future__ import annotations

import re

_LEGACY = r"(?<=#)#(?=\w*\[)"
# JSON text may also hold what some readers take for the end of a line; visible text has none of these.
_ENDS_IN_JSON = re.compile("[\x85\u2028\u2029]")
_COMMAND_IN_JSON = re.compile(r"##(?=\w*\[)")  # begins with what is looked for, which is many times as quick
_IN_XML = re.compile(rf"{_LEGACY}|(?:(?<=\n)|\A)(?P<space>[^\S\n]*):(?=:)")


def in_json(text: str) -> str:
    """The same JSON (RFC 8259): a number sign is only ever inside of a string, and may be written as an escape there.

    No string of JSON begins a line, so `::` needs no care.
    """
    if "##" in text:
        text = _COMMAND_IN_JSON.sub("#\\\\u0023", text)
    if any(end in text for end in "\x85\u2028\u2029"):
        text = _ENDS_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def in_xml(text: str) -> str:
    """The same XML (1.0, section 4.1), of elements with attributes and text only: no CDATA, no comment."""
    if "##" not in text and "::" not in text:
        return text
    return _IN_XML.sub(lambda found: "&#35;" if found[0] == "#" else f"{found['space']}&#58;", text)
