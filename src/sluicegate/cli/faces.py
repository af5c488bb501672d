"""The faces of the gates on GitHub and in pre-commit, derived from their declarations: pure functions, text out.

`sluicegate generate` writes them, and `generate --check` holds them against the tree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from sluicegate.ci.compare import TOKENS
from sluicegate.cli.action import GATE, INPUT, SETTING
from sluicegate.config.schema import section_schema
from sluicegate.model import CommitHook, Gate
from sluicegate.registry import settings_type

REPOSITORY = "sluicegate/sluicegate"
CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
UPLOAD = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0"
COMMIT = "0" * 40 + " # the full commit of a release"
GENERATED = "Written by `sluicegate generate` from the declarations beside the code; edit those."


class Input(Struct, frozen=True, kw_only=True):
    """An input of an action, and the variable in which it reaches Sluicegate."""

    name: str
    description: str
    variable: str
    default: str = ""


class Setting(Struct, frozen=True, kw_only=True):
    """A key of a gate's settings, in words: its type, its default ("" where it has none) and what it is."""

    key: str
    type: str
    default: str
    description: str


def faces(gates: Iterable[Gate]) -> dict[str, str]:
    """Every derived file, by its path in the repository."""
    known = sorted(gates, key=lambda gate: gate.id)
    written = {
        "action.yml": root_action(known),
        ".pre-commit-hooks.yaml": hooks(known),
        "workflows/pull-request.yml": workflow("Sluicegate", "gates", REPOSITORY),
    }
    for gate in known:
        settings = settings_of(section_schema(settings_type(gate)))
        written[f"gates/{gate.id}/action.yml"] = gate_action(gate, settings)
        written[f"gates/{gate.id}/README.md"] = gate_readme(gate, settings)
        written[f"workflows/{gate.id}.yml"] = workflow(gate.title, gate.id, f"{REPOSITORY}/gates/{gate.id}")
    return written


def root_action(gates: Iterable[Gate]) -> str:
    """The Action that runs every configured gate."""
    ids = ", ".join(f"`{gate.id}`" for gate in gates)
    inputs = [
        _input("gates", f"The gates to run, one per line ({ids}). Default: every gate that the settings configure."),
        _input("base", "The revision to compare with. Default: what the event says, such as the pull request's base."),
        *_common(),
        _input(
            "plan", "The plan of a run on several machines, as actions/plan writes it. Default: run everything here."
        ),
        _input("part", "The part of the plan to run here; its findings are told where the parts are joined."),
    ]
    return _action(
        name="Sluicegate",
        description="Quality gates with one verdict: may this change go through?",
        inputs=inputs,
        variables={},
        script="src/sluicegate/ci/action.sh",
        branding=True,
    )


def gate_action(gate: Gate, settings: Iterable[Setting]) -> str:
    """The action of one gate, with its settings as inputs."""
    own = [
        Input(name=setting.key, description=_told(setting), variable=SETTING + _variable(setting.key))
        for setting in settings
    ]
    taken = {item.name for item in own}
    return _action(
        name=f"Sluicegate: {gate.title}",
        description=gate.summary,
        inputs=[*own, *(item for item in _common() if item.name not in taken)],
        variables={GATE: gate.id},
        script="../../src/sluicegate/ci/action.sh",
        branding=False,
    )


def hooks(gates: Iterable[Gate]) -> str:
    """The manifest of the pre-commit hooks: one for all gates that judge a commit, and one for each that has a hook.

    A gate that is too slow for a commit, or asks the network, declares a later stage; there the whole change is judged.
    """
    hooked = [(gate, gate.commit_hook) for gate in gates if gate.commit_hook]
    files = [hook.files for _, hook in hooked if hook.judges_commits]
    entries = []
    if files:
        description = "Every gate of the settings that judges a commit."
        every = CommitHook(files="|".join(f"(?:{one})" for one in files), summary=description)
        extras = {extra for gate, hook in hooked if hook.judges_commits for extra in gate.needs.extras}
        entries.append(_hook("sluicegate", "Sluicegate", description, (), every, extras))
    entries += [
        _hook(
            f"sluicegate-{gate.id}", f"Sluicegate: {gate.title}", hook.summary, ("--gate", gate.id), hook,
            gate.needs.extras,
        )
        for gate, hook in hooked
    ]  # fmt: skip
    return f"# {GENERATED}\n" + ("\n".join(entries) or "[]\n")


def gate_readme(gate: Gate, settings: Iterable[Setting]) -> str:
    """The page of a gate: what it is, how it is used, its settings and its rules."""
    parts = [
        f"<!-- {GENERATED} -->",
        f"# {gate.title}",
        gate.summary,
        _usage(gate),
        "## Settings",
        (
            f"Keys of the section `[{gate.id}]` in `sluicegate.toml`, and inputs of the action. An empty input leaves"
            " the file's value in force; a list takes one value per line."
        ),
        _table(
            ("setting", "type", "default", "what it is"),
            [(f"`{one.key}`", one.type, one.default, one.description) for one in settings],
        ),
        "## Rules",
        (
            "`sluicegate explain RULE` shows the page of a rule, with examples. A change rule judges the step from the"
            " base to the head; a state rule looks at both sides, and only what is new counts."
        ),
        _table(
            ("rule", "level", "kind", "what it finds"),
            [(f"`{rule.id}`", rule.level.value, rule.kind.value, rule.summary) for rule in gate.rules],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def workflow(name: str, job: str, action: str, generated: str = GENERATED) -> str:
    """A whole workflow to copy, for pull requests and the merge queue."""
    return _WORKFLOW.format(
        name=_quoted(name), job=job, action=f"{action}@{COMMIT}", checkout=CHECKOUT, upload=UPLOAD, generated=generated
    )


_WORKFLOW = """\
# Copy to .github/workflows/, write the commit of a release in the place of the zeros, and make the job `{job}` a
# required status check. {generated}
#
# It always runs: a required check whose workflow is skipped by `paths:` stays pending for ever. What a change does not
# concern ends as not applicable.
name: {name}

on:
  pull_request:
  merge_group:

permissions: {{}}

concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  {job}:
    name: {job}
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read # to check out; nothing here writes, so that pull requests from forks are judged alike
    steps:
      - uses: {checkout}
        with:
          fetch-depth: 0 # what is new is judged against the merge base
          persist-credentials: false
      - id: sluicegate
        uses: {action}
      - if: ${{{{ !cancelled() && steps.sluicegate.outputs.report-dir != '' }}}}
        uses: {upload}
        with:
          name: sluicegate-{job}
          path: ${{{{ steps.sluicegate.outputs.report-dir }}}}
"""


def settings_of(schema: Mapping[str, Any]) -> list[Setting]:
    """The settings that the JSON Schema of a section describes: the gate's own first, then those every gate has."""
    definitions = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    everyones = ("mode", "timeout", "base")
    settings = []
    for key, given in schema.get("properties", {}).items():
        kind, description = _kind(given, definitions)
        default = given.get("default")
        settings.append(
            Setting(
                key=key,
                type=kind + (", required" if key in required else ""),
                default="" if default in (None, "", [], ()) else _words(default),
                description=given.get("description", description),
            )
        )
    return sorted(settings, key=lambda setting: setting.key in everyones)


def _kind(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[str, str]:
    """The type of a value in words, and the description that stands deepest inside its schema."""
    if "$ref" in schema:
        return _kind(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    said = str(schema.get("description", ""))
    if "anyOf" in schema:
        kinds = [_kind(one, definitions) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kind for kind, _ in kinds)), said or next(
            (text for _, text in kinds if text), ""
        )
    if "enum" in schema:
        return _words(schema["enum"]), said
    if schema.get("type") == "array":
        kind, inside = _kind(schema.get("items", {}), definitions)
        return f"list of {kind}", said or inside
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    return names.get(schema.get("type", ""), "table"), said


def _words(value: Any) -> str:
    return ", ".join(f"`{_scalar(one)}`" for one in (value if isinstance(value, list | tuple) else [value]))


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _told(setting: Setting) -> str:
    """The description of an input: GitHub knows no types, so that the text has to say them."""
    parts = [setting.description, f"Type: {setting.type}{' (one per line)' if 'list of' in setting.type else ''}."]
    parts += [f"Default: {setting.default}."] if setting.default else []
    return " ".join(part for part in parts if part)


def _common() -> list[Input]:
    return [
        _input("config", "The settings file. Default: sluicegate.toml, or [tool.sluicegate] in pyproject.toml."),
        _input("fail-on", "The lowest level of a new finding that fails: error, warning or note. Default: error."),
        _input("working-directory", "The folder to check, relative to the workspace. Default: the workspace."),
        _input("report-dir", "Where the reports go. Default: a new folder under the runner's temporary folder."),
        _input(
            "publish",
            "Where else to send the verdict: check-run, comment, sarif, status, review. Default: nowhere.",
        ),
        TOKEN,
    ]


TOKEN = Input(
    name="token",
    description="What GitHub's API is asked with for a base that the clone does not hold, and published with. It is"
    " taken out of the environment before a gate runs. Default: the token of the job.",
    variable=TOKENS[0],
    default="${{ github.token }}",
)


def _input(name: str, description: str) -> Input:
    return Input(name=name, description=description, variable=INPUT + _variable(name))


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


OUTPUTS = (
    ("outcome", "passed, failed, inconclusive, not-tested, not-applicable or errored."),
    ("findings", "How many findings fail the change; empty where nothing could be checked."),
    ("report-dir", "The folder with run.json, junit.xml, results.sarif and summary.md."),
)
"""What a check gives to the steps after it."""


def _action(
    *,
    name: str,
    description: str,
    inputs: Iterable[Input],
    variables: Mapping[str, str],
    script: str,
    branding: bool,
    outputs: tuple[tuple[str, str], ...] = OUTPUTS,
) -> str:
    """A composite action without a nested `uses:`, whose every input goes through the environment."""
    known = list(inputs)
    lines = [f"# {GENERATED}", f"name: {_quoted(name)}", f"description: {_quoted(description)}"]
    lines += ["branding:", "  icon: check-circle", "  color: blue"] if branding else []
    lines.append("inputs:")
    for one in known:
        lines += [
            f"  {one.name}:",
            f"    description: {_quoted(one.description)}",
            "    required: false",
            f"    default: {_quoted(one.default)}",
        ]
    lines += ["outputs:"] if outputs else []
    for output, told in outputs:
        lines += [
            f"  {output}:",
            f"    description: {_quoted(told)}",
            f"    value: ${{{{ steps.check.outputs.{output} }}}}",
        ]
    lines += ["runs:", "  using: composite", "  steps:", "    - id: check", "      shell: bash", "      env:"]
    lines += [f"        {variable}: {_quoted(value)}" for variable, value in variables.items()]
    lines += [f"        {one.variable}: ${{{{ inputs.{one.name} }}}}" for one in known]
    lines.append(f'      run: exec bash "$GITHUB_ACTION_PATH/{script}"')
    return "\n".join(lines) + "\n"


def _hook(
    hook_id: str,
    name: str,
    description: str,
    selection: tuple[str, ...],
    hook: CommitHook,
    extras: Iterable[str],
) -> str:
    # reaches the installer as an option: a run then writes byte code for what it loads, which is a third of it all
    asked = ["--no-compile", *([f".[{','.join(sorted(extras))}]"] if extras else [])]
    staged = ("--staged",) if hook.judges_commits else ()
    lines = [
        f"- id: {hook_id}",
        f"  name: {_quoted(name)}",
        f"  description: {_quoted(description)}",
        f"  entry: {' '.join(['sluicegate', 'check', *staged, *selection])}",
        "  language: python",
        f"  files: {_quoted(hook.files)}",
        "  pass_filenames: false",
        "  require_serial: true",
        f"  additional_dependencies: {json.dumps(asked)}",
        f"  stages: [{', '.join(hook.stages)}]",
        '  minimum_pre_commit_version: "3.2.0"',  # the first to know these names of the stages
    ]
    return "\n".join(lines) + "\n"


def _usage(gate: Gate) -> str:
    """How the gate is called from a workflow, from pre-commit and from a shell."""
    blocks = [
        "## Usage",
        f"In a workflow, after a checkout with `fetch-depth: 0` ([one to copy](../../workflows/{gate.id}.yml)):",
        f"```yaml\n- uses: {REPOSITORY}/gates/{gate.id}@COMMIT # the full SHA of a release\n```",
    ]
    if gate.commit_hook:
        blocks += [
            "In `.pre-commit-config.yaml`:",
            (
                f"```yaml\n- repo: https://github.com/{REPOSITORY}\n  rev: COMMIT # the full SHA of a release\n"
                f"  hooks:\n    - id: sluicegate-{gate.id}\n```"
            ),
        ]
    blocks += ["On a laptop:", f"```console\n$ sluicegate check --gate {gate.id}\n```"]
    return "\n\n".join(blocks)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _quoted(text: str) -> str:
    """A YAML scalar in double quotes, which JSON's are."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
