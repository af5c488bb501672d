"""The face of publishing on GitHub: its action, and the pair of starter workflows that serves forks."""

from __future__ import annotations

from sluicegate.cli.action import COMMAND
from sluicegate.cli.faces import CHECKOUT, COMMIT, GENERATED, REPOSITORY, TOKEN, UPLOAD, _action, _input

DOWNLOAD = "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0"
ACTION = "actions/publish"
NAME = "Sluicegate for forks"
"""The name of the workflow that checks; the one that publishes waits for it by this name."""


def publish_faces() -> dict[str, str]:
    """Every derived file, by its path in the repository."""
    return {
        f"{ACTION}/action.yml": publish_action(),
        "workflows/fork-safe-check.yml": _CHECK.format(
            name=NAME, checkout=CHECKOUT, upload=UPLOAD, action=f"{REPOSITORY}@{COMMIT}", generated=GENERATED
        ),
        "workflows/fork-safe-publish.yml": _PUBLISH.format(
            name=NAME, download=DOWNLOAD, action=f"{REPOSITORY}/{ACTION}@{COMMIT}", generated=GENERATED
        ),
    }


def publish_action() -> str:
    """The action that publishes a Run that another job, or another workflow, has made."""
    return _action(
        name="Sluicegate: publish",
        description="Sends a Run to GitHub: check run, comment, code scanning, status, suggestions.",
        inputs=[
            _input("run", "The Run, or the folder that holds it as run.json; in the workspace, or a whole path."),
            _input(
                "to",
                "Where to send it: check-run, comment, sarif, status, review; one per line."
                " Default: check-run, and for a pull request comment.",
            ),
            _input("name", "The name of what is published; one for each Run of a commit. Default: sluicegate."),
            _input("best-effort", "`true`: what cannot be sent is told, and changes no exit code. Default: `false`."),
            TOKEN,
        ],
        variables={COMMAND: "publish"},
        script="../../src/sluicegate/ci/action.sh",
        branding=False,
        outputs=(),
    )


_CHECK = """\
# The first of two workflows that show the verdict on pull requests from forks, too. Copy both to .github/workflows/,
# write the commit of a release in the place of the zeros, and make the job `gates` a required status check.
# {generated}
#
# This one runs what the pull request says, so that it gets no secret and no right to write. The second one,
# fork-safe-publish.yml, may write and runs nothing of the pull request.
name: {name}

on:
  pull_request:
  merge_group:

permissions: {{}}

concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  gates:
    name: gates
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read # to check out
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
          name: sluicegate-run
          path: ${{{{ steps.sluicegate.outputs.report-dir }}}}/run.json
"""

_PUBLISH = """\
# The second of two workflows that show the verdict on pull requests from forks, too; see fork-safe-check.yml.
# {generated}
#
# It takes the artifact of the first one for what it is: a file that a stranger may have written. It is read as data,
# the commit and the pull request come from the event, and nothing of the pull request is checked out or run.
name: {name} (publish)

on:
  workflow_run: # zizmor: ignore[dangerous-triggers] nothing of the pull request is checked out or run
    workflows: [{name}]
    types: [completed]

permissions: {{}}

concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.event.workflow_run.head_sha }}}}
  cancel-in-progress: false

jobs:
  publish:
    name: publish
    if: >-
      github.event.workflow_run.event == 'pull_request' && github.event.workflow_run.conclusion != 'cancelled'
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      actions: read # to download the artifact of the other workflow
      checks: write # --to check-run
      contents: read # to ask whether the commit that was judged is a merge of the pull request's head
      pull-requests: write # --to comment
    steps:
      - uses: {download}
        with:
          name: sluicegate-run
          path: ${{{{ runner.temp }}}}/sluicegate-run
          run-id: ${{{{ github.event.workflow_run.id }}}}
          github-token: ${{{{ github.token }}}}
      - uses: {action}
        with:
          run: ${{{{ runner.temp }}}}/sluicegate-run
          to: |
            check-run
            comment
"""
