"""What the Action publishes: after a check, or as a step of its own that is given a Run.

The command that publishes prints text of ours alone, so that its log needs no quarantine: its warnings are to be seen.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from sluicegate.errors import Exit
from sluicegate.report.annotations import command

INPUT = "SLUICEGATE_INPUT_"
DOCUMENT = "run.json"
"""The name of a Run in a folder of reports."""


def publish_given(environ: Mapping[str, str], log: TextIO, program: tuple[str, ...]) -> int:
    """Publish the Run that the step names, with the exit code that this has."""
    folder = Path(environ.get("GITHUB_WORKSPACE") or Path.cwd())
    run = folder / environ.get(f"{INPUT}RUN", "").strip()
    if run.is_dir():
        run /= DOCUMENT
    told = [str(run), *_options(environ, environ.get(f"{INPUT}TO", ""))]
    return _called(told, environ, log, program)


def publish_after(environ: Mapping[str, str], exit_code: int, run: Path, log: TextIO, program: tuple[str, ...]) -> int:
    """Publish what a check has found where the step asks for it; gives the exit code of the step.

    Trouble with publishing turns neither red into green nor green into red: it is an error of its own (exit 3).
    """
    targets = environ.get(f"{INPUT}PUBLISH", "")
    if not targets.strip():
        return exit_code
    # the check has shown its annotations and its summary already
    code = _called([str(run), *_options(environ, targets), "--no-fallback"], environ, log, program)
    return Exit.ERRORED if code != exit_code and exit_code in (Exit.PASSED, Exit.FAILED) else exit_code


def _options(environ: Mapping[str, str], targets: str) -> list[str]:
    told = [f"--to={target}" for target in re.split(r"[\s,]+", targets) if target]
    name = environ.get(f"{INPUT}NAME", "").strip()
    told += [f"--name={name}"] if name else []
    return told + (["--best-effort"] if environ.get(f"{INPUT}BEST_EFFORT", "").strip() == "true" else [])


def _called(told: list[str], environ: Mapping[str, str], log: TextIO, program: tuple[str, ...]) -> int:
    """Run the command, and hand what it prints through. Where it cannot be run, the log says so."""
    log.flush()
    try:
        done = subprocess.run(
            [*program, "publish", *told],
            env={**environ, "PYTHONIOENCODING": "utf-8"},
            cwd=environ.get("RUNNER_TEMP") or os.curdir,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        log.write(command("error", f"{error}", title="Sluicegate could not publish") + "\n")
        return Exit.ERRORED
    log.write(done.stdout.decode("utf-8", "replace"))
    log.flush()
    return done.returncode
