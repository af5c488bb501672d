"""Writes docs/crosswalk.md from the crosswalk of the gate: every rule of oasdiff, and why we judge some otherwise.

python tests/crosswalk/page.py [--check]
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crosswalk.oasdiff import FACTS
from crosswalk.parameters import EXPLAINED
from real.shared import ROOT
from sluicegate.gates.contract import crosswalk

PAGE = ROOT / "docs" / "crosswalk.md"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}

# The first pattern that fits an id says why we judge it otherwise, or say nothing of it.
REASONS = (
    ("api-global-security*-added", "a call that was let in without it is refused now"),
    ("api-security-added", "a call that was let in without it is refused now"),
    ("api-security-removed", "the only requirement went: everybody is let in, and nobody is refused"),
    ("api-*version-*", "only when `version-policy` asks for it; then it is an error"),
    ("api-operation-id-removed", "generated clients name their methods by it"),
    ("api-invalid-stability-level", "a word that is no level takes nothing from clients"),
    ("api-*removed-with-deprecation", "deprecated without a sunset is no promise of a date: the removal breaks"),
    ("request-parameter-removed-with-deprecation", "clients still send it, and get something else without it"),
    ("new-request-path-parameter", "the path had the parameter before: only its description is new"),
    ("optional-response-header-removed", "clients that read it find nothing, though it was never promised"),
    ("*-all-of-*-annotation-only", "a member of `allOf` that only annotates allows and refuses nothing"),
    ("*-all-of-*", "what the member says is compared, not that there is one more or less"),
    ("*-default-value-*", "clients that leave the value out get another behaviour, without any error"),
    ("*-item-schema-*", "the stated type went or came: a warning until both sides state one"),
    ("*-media-type-schema-*", "the stated type went or came: a warning until both sides state one"),
    ("*-prefix-items-*", "the items at those places are compared: here a type changed"),
    ("*-type-compatible", "XML states no type: text that was a number is any text now"),
    ("*-wrapped-in-one-of*", "the variants are compared with what stood there, and each is told by itself"),
    ("request-*-became-*read-only", "what no longer travels in requests is a property that requests lost, or won"),
    ("*-pattern-changed", "a text that the new pattern refuses (or allows) is shown: that is a proof"),
    ("*-property-type-changed", "the type of a property of a parameter is as binding as any other"),
    ("*-any-of-added", "clients that expect variants they do not know are not broken: a warning"),
    ("*-one-of-added", "clients that expect variants they do not know are not broken: a warning"),
    ("*-const-*", "a constant is a list of one value: another one in a response is a warning, as with any list"),
    ("*-enum-value-added", "clients that expect values they do not know are not broken: a warning"),
    ("*-dependent-required-changed", "the demand of the pair only grew, so a response promises more"),
    ("*-schema-became-false", "nothing is sent any more, which no client has to expect: fewer values, never others"),
    ("*-schema-became-not-false", "values are sent where there were none"),
    ("response-media-type-name-specialized", "a client that asks for the old media type is not given it"),
    ("response-media-type-parameter-*", "how the body is read may change with it: a warning"),
    ("response-non-success-status-removed", "an error that clients handle by its status is gone: a warning"),
    ("response-*-became-write-only", "clients no longer receive it"),
    ("response-*-became-*read-only", "a response carries it before and after"),
    ("response-optional-property-removed", "clients that read it find nothing, whether it was promised or not"),
    ("request-read-only-property-*", "a read-only property is in no request"),
    ("response-*write-only-property-*", "a write-only property is in no response"),
    ("request-*-became-*write-only", "a request carries it before and after"),
    ("*-content-schema-*", "`contentSchema` describes the text inside a text; JSON Schema refuses nothing by it"),
    ("*-discriminator-*", "clients choose by it what they read a message as: a warning"),
    ("api-security-component-oauth-scope-changed", "only the description of the scope changed"),
)  # fmt: skip

HEAD = """# Crosswalk: oasdiff and us

Which rule of ours says what a rule of oasdiff {version} says, with the levels of both and the impact that Redocly
sees in the same pair of descriptions. Each row is held by a pair that oasdiff itself is asked about in our tests.
`[contract] ids = "oasdiff"` adds their id to each finding, and `profile = "oasdiff"` or `"redocly"` takes their levels.
A component is told once, and has the id of the place where it is reached first (header, parameter, property, body).

## Where we judge otherwise

Where the same change weighs more or less for us, and why. ({count} of {all} rules.)

| oasdiff | theirs | Redocly | ours | our rule | why |
|---|---|---|---|---|---|
{rows}

## Where a parameter has another id

A change of a parameter's type, bound or list of values has the id that oasdiff gives it, in whichever place it is
sent, stated in place or by a `$ref`, and in a property or an item of it. Where oasdiff tells one change twice, as it
does a list of values that appears, we give one of its ids. It looks at the parameters of a path with `--flatten-params`
alone. These differ:

| in | of | change | why |
|---|---|---|---|
{parameters}

## All rules

| oasdiff | theirs | Redocly | ours | our rule |
|---|---|---|---|---|
{every}
"""


def disagrees(row: dict[str, str]) -> bool:
    return row.get("ours", "silent") != LEVELS[row["theirs"]]


def why(name: str) -> str:
    """The reason for judging a rule otherwise; empty where none is written."""
    return next((reason for pattern, reason in REASONS if fnmatchcase(name, pattern)), "")


def cells(name: str, row: dict[str, str]) -> str:
    rule = f"`{row['rule']}`" if "rule" in row else "–"
    return f"| `{name}` | {row['theirs']} | {row['redocly']} | {row.get('ours', 'silent')} | {rule} |"


def text() -> str:
    rows = crosswalk.rows()
    differing = {name: row for name, row in rows.items() if disagrees(row)}
    version = FACTS.read_text("utf-8").partition('version = "')[2].partition('"')[0]
    return HEAD.format(
        version=version, count=len(differing), all=len(rows),
        rows="\n".join(f"{cells(name, row)} {why(name)} |" for name, row in differing.items()),
        every="\n".join(cells(name, row) for name, row in rows.items()),
        parameters="\n".join(
            f"| {where or 'any place'} | {inside or 'the parameter'} | {change} | {reason} |"
            for (where, inside, change), reason in EXPLAINED.items()
        ),
    )  # fmt: skip


def main() -> None:
    if "--check" in sys.argv[1:]:
        sys.exit(PAGE.read_text("utf-8") != text())
    PAGE.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
