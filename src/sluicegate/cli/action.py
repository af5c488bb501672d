"""What the GitHub Action calls: `python -m sluicegate.cli.action`, with every input in the environment.

It runs `sluicegate check` as a process of its own, so that even its worst end leaves outputs, a summary and an exit
code behind. What that process prints stands in quarantine in the log, and the verdict is read from the Run it wrote.
"""

from __future__ import annotations

import codecs
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TextIO

from msgspec import Struct

from sluicegate.ci import append_summary, quarantine, write_outputs
from sluicegate.cli.sending import publish_after, publish_given
from sluicegate.errors import Exit, SluicegateError, UserError
from sluicegate.model import Outcome, Run
from sluicegate.report import json as run_document
from sluicegate.report import view
from sluicegate.report.annotations import command
from sluicegate.text import visible

GATE = "SLUICEGATE_GATE"
"""The variable that names the one gate of a gate's own action."""

COMMAND = "SLUICEGATE_COMMAND"
"""The variable that says what the action does: `check` (where it is empty), `plan`, `merge` or `publish`."""

INPUT = "SLUICEGATE_INPUT_"
SETTING = "SLUICEGATE_SETTING_"
"""What the variables of inputs begin with: those of every action, and those that are settings of its gate."""

FILES = {"json": "run.json", "junit": "junit.xml", "sarif": "results.sarif", "markdown": "summary.md"}
"""The reports that are kept, and their names in the folder of reports."""

_ANNOTATIONS = "annotations.txt"
_COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "sluicegate.cli.start")
_STEP_FILES = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
_ANNOTATION = re.compile(r"::(?:error|warning|notice)(?: [^\r\n]*?)?::[^\r\n]*")
_TAIL = 4_000
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Verdict(Struct, frozen=True, kw_only=True):
    """How the check ended; `run` is None where it left no Run that can be believed, and `trouble` says why."""

    exit_code: int
    run: Run | None = None
    trouble: str = ""

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the step. Where it could not look and so found nothing, the number is empty, never 0."""
        outcome = self.run.outcome if self.run else Outcome.ERRORED
        failing = sum(item.fails for item in view.shown(self.run)) if self.run else 0
        unknown = outcome is Outcome.ERRORED and not failing
        return {"outcome": outcome.value, "findings": "" if unknown else str(failing)}


def main() -> int:
    """Do what the action is for, report to GitHub, and answer with the exit code of the check."""
    if os.environ.get(COMMAND) == "plan":
        return deal(os.environ, sys.stdout)
    if os.environ.get(COMMAND) == "publish":
        return publish_given(os.environ, sys.stdout, _COMMAND)
    return act(os.environ, sys.stdout)


def deal(environ: Mapping[str, str], log: TextIO, program: tuple[str, ...] = _COMMAND) -> int:
    """Plan a run on several machines: the outputs are `matrix`, on one line, and `plan`, the path of its file."""
    from sluicegate.fleet.document import LIMIT, matrix, read_plan
    from sluicegate.fleet.files import content

    outputs = {"outcome": Outcome.ERRORED.value}
    try:
        file = report_folder(environ) / "plan.json"
        file.unlink(missing_ok=True)
        with quarantine(log):
            told = [*program, *_planning(environ), f"--out={file}"]
            code, _ = _run(told, working_directory(environ), _without_step_files(environ), log)
        trouble = f"The planning ended with exit code {code}; the log above says why." if code else ""
        if not code:
            plan = read_plan(content(file, LIMIT))
            outputs = {"outcome": Outcome.PASSED.value, "matrix": matrix(plan), "plan": str(file)}
    except SluicegateError as error:
        code, trouble = error.exit, ". ".join(filter(None, (error.message, error.hint)))
    except OSError as error:
        code, trouble = Exit.ERRORED, f"The planning could not be done: {error}"
    if trouble:
        log.write(command("error", trouble, title="Sluicegate could not plan") + "\n")
    if environ.get("GITHUB_OUTPUT"):
        write_outputs(Path(environ["GITHUB_OUTPUT"]), outputs)
    log.flush()
    return code


def _planning(environ: Mapping[str, str]) -> list[str]:
    told = ["plan", *_selection(environ)]
    for option in ("jobs", "least"):
        value = environ.get(INPUT + option.upper(), "").strip()
        told += [f"--{option}={value}"] if value else []
    earlier = environ.get(f"{INPUT}COST", "").splitlines()
    return told + [f"--cost={line.strip()}" for line in earlier if line.strip()]


def act(environ: Mapping[str, str], log: TextIO, program: tuple[str, ...] = _COMMAND) -> int:
    """The same with the environment, the log and the program given."""
    reports, tail = None, ""
    try:
        reports = report_folder(environ)
        folder = working_directory(environ)
        with quarantine(log):
            code, tail = _run([*program, *arguments(environ, reports)], folder, _without_step_files(environ), log)
        verdict = judge(code, reports / FILES["json"])
    except SluicegateError as error:
        verdict = Verdict(exit_code=error.exit, trouble=". ".join(filter(None, (error.message, error.hint))))
    except OSError as error:
        verdict = Verdict(exit_code=Exit.ERRORED, trouble=f"The check could not be started: {error}")
    if verdict.trouble:
        log.write(command("error", verdict.trouble, title="Sluicegate could not check") + "\n")
    # what a part found is told once, where the parts are joined
    whole = not environ.get(f"{INPUT}PART", "").strip()
    if reports is not None and whole:
        log.write(_annotations(reports / _ANNOTATIONS))
    log.flush()
    _tell(environ, verdict, reports, tail, log)
    if verdict.run is None or reports is None:
        return verdict.exit_code
    return publish_after(environ, verdict.exit_code, reports / FILES["json"], log, program)


def arguments(environ: Mapping[str, str], reports: Path) -> list[str]:
    """The arguments of the check that the inputs ask for; an empty input says nothing."""
    if environ.get(COMMAND) == "merge":
        listed = environ.get(f"{INPUT}RUNS", "").splitlines()
        told = ["merge", environ.get(f"{INPUT}PLAN", "").strip(), *(line.strip() for line in listed if line.strip())]
    else:
        told = ["check", *_selection(environ)]
        for option in ("plan", "part"):
            value = environ.get(INPUT + option.upper(), "").strip()
            told += [f"--{option}={value}"] if value else []
    kinds = {"terminal": "-", "annotations": str(reports / _ANNOTATIONS)}
    kinds |= {kind: str(reports / name) for kind, name in FILES.items()}
    return told + [f"--report={kind}={place}" for kind, place in kinds.items()]


def _selection(environ: Mapping[str, str]) -> list[str]:
    """Which gates are run, on what and by which settings."""
    gate = environ.get(GATE, "")
    wanted = [gate] if gate else re.split(r"[\s,]+", environ.get(f"{INPUT}GATES", ""))
    told = [f"--gate={one}" for one in wanted if one]
    for option in ("base", "config", "fail-on"):
        value = environ.get(INPUT + option.upper().replace("-", "_"), "").strip()
        told += [f"--{option}={value}"] if value else []
    for name in sorted(name for name in environ if name.startswith(SETTING)):
        value = environ[name].strip()
        told += [f"--set={gate}.{name.removeprefix(SETTING).lower().replace('_', '-')}={value}"] if value else []
    return told


def report_folder(environ: Mapping[str, str]) -> Path:
    """The folder of reports, made and free of those of an earlier run. Raises OSError."""
    wanted = environ.get(f"{INPUT}REPORT_DIR", "").strip()
    if wanted:
        folder = (working_directory(environ) / wanted).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*FILES.values(), _ANNOTATIONS):
            (folder / name).unlink(missing_ok=True)
        return folder
    number, first = 1, Path(environ.get("RUNNER_TEMP") or Path.cwd(), "sluicegate-reports").resolve()
    folder = first
    while True:  # a second use of the Action in the same job keeps the reports of the first
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
            folder = first.with_name(f"{first.name}-{number}")
        else:
            return folder


def working_directory(environ: Mapping[str, str]) -> Path:
    """The folder in which the check runs. Raises UserError where there is none."""
    wanted = environ.get(f"{INPUT}WORKING_DIRECTORY", "").strip() or "."
    folder = Path(environ.get("GITHUB_WORKSPACE") or Path.cwd(), wanted)
    if not folder.is_dir():
        raise UserError(
            f"The working directory {visible(wanted)} does not exist",
            hint="The step needs one with actions/checkout before it",
        )
    return folder


def judge(code: int, document: Path) -> Verdict:
    """What an exit code and a Run say together; where they disagree, nobody is believed."""
    try:
        run = run_document.read(document.read_bytes())
    except (OSError, UserError) as error:
        if code in (Exit.USAGE, Exit.ERRORED, Exit.BUG, Exit.INTERRUPTED):
            return Verdict(exit_code=code, trouble=f"The check ended with exit code {code}; the log above says why.")
        reason = error.message if isinstance(error, UserError) else "it left no Run"
        return Verdict(exit_code=Exit.ERRORED, trouble=f"The check ended with exit code {code}, but {reason}.")
    if run.exit_code != code:
        return Verdict(
            exit_code=Exit.ERRORED,
            trouble=f"The check ended with exit code {code}, but the Run it left says {run.exit_code}.",
        )
    return Verdict(exit_code=code, run=run)


def _run(told: list[str], folder: Path, environ: dict[str, str], log: TextIO) -> tuple[int, str]:
    """Run the check, its output passed through to the log; gives the exit code and the end of the output."""
    tail = ""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    with subprocess.Popen(
        told, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        restore = _forward_signals(child)
        assert child.stdout is not None  # noqa: S101 - it was asked for
        while chunk := os.read(child.stdout.fileno(), 65536):
            text = decode(chunk)
            log.write(text)
            log.flush()
            tail = (tail + text)[-_TAIL:]
        code = child.wait()
        restore()
    return code, tail


def _forward_signals(child: subprocess.Popen[bytes]) -> Callable[[], None]:
    """Hand the signals of a cancelled job to the check, which then still writes its reports."""

    def forward(number: int, _frame: FrameType | None) -> None:
        if child.poll() is None:
            child.send_signal(number)

    before = {number: signal.signal(number, forward) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore


def _without_step_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the check: nothing that it starts can write outputs or variables of this job."""
    return {
        name: value
        for name, value in environ.items()
        if name not in _STEP_FILES and not name.startswith((INPUT, SETTING, GATE))
    }


def _annotations(file: Path) -> str:
    """The lines of the file that are annotations, and no other."""
    try:
        lines = file.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return "".join(f"{line}\n" for line in lines if _ANNOTATION.fullmatch(line))


def _tell(environ: Mapping[str, str], verdict: Verdict, reports: Path | None, tail: str, log: TextIO) -> None:
    """Outputs and summary of the step. Where they cannot be written, the log says so and the verdict stands."""
    output, summary = environ.get("GITHUB_OUTPUT"), environ.get("GITHUB_STEP_SUMMARY")
    try:
        if output:
            write_outputs(Path(output), {**verdict.outputs, "report-dir": str(reports or "")})
        if summary and not (verdict.run and environ.get(f"{INPUT}PART", "").strip()):
            place = f"`{FILES['markdown']}` in `{reports}`"
            append_summary(Path(summary), _markdown(verdict, reports, tail), place)
    except (OSError, ValueError) as error:
        log.write(command("warning", f"{error}", title="Sluicegate could not write to this step") + "\n")
        log.flush()


def _markdown(verdict: Verdict, reports: Path | None, tail: str) -> str:
    if verdict.run is not None and reports is not None:
        try:
            return (reports / FILES["markdown"]).read_text("utf-8", "replace")
        except OSError:
            return f"### Sluicegate: {verdict.run.outcome.words}\n"
    said = visible(_COLOUR.sub("", tail)).rstrip()
    quoted = "".join(f"    {line}\n" for line in said.split("\n")) if said else ""
    return f"### Sluicegate could not check\n\n{visible(verdict.trouble)}\n\n{quoted}"


if __name__ == "__main__":
    sys.exit(main())
