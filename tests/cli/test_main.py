"""The command as a whole: how it ends, what it says, what it loads."""

from __future__ import annotations

import html
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from command import unmeasured
from sluicegate import __version__
from sluicegate.cli.main import COMMANDS
from terminals import Terminal

HEAVY = (
    "httpx",
    "boto3",
    "numpy",
    "openapi_spec_validator",
    "jsonschema_rs",
    "ryml",
    "rich",
    "junit_xml",
    "schemathesis",
)


@pytest.mark.usefixtures("repository")
class TestExitCodes:
    def test_0_passed(self, command: Command, repository: Clone) -> None:
        repository.write("a.txt", "ok\nfine\n")
        done = command("check")
        assert (done.returncode, done.stderr) == (0, "")
        assert "PASSED" in done.stdout
        assert "examined 2 lines" in done.stdout

    def test_1_failed(self, command: Command) -> None:
        assert command("check").returncode == 1

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["chekc"], "Did you mean check?"),
            (["check", "--nope"], "No such option"),
            (["check", "--gate", "nope"], "there is no gate nope"),
            (["check", "--report", "pdf=x"], "there is no report 'pdf'"),
            (["check", "--report", "junit"], "expected KIND=PATH"),
            (["check", "--report", "junit=-", "--report", "json=-"], "only one report can go to standard output"),
            (["check", "--config", "no.toml"], "cannot be read"),
            (["explain", "sample/wrod"], "did you mean sample/word?"),
            (["rules", "--gate", "nope"], "there is no gate nope"),
            (["report", "no.json"], "no.json does not exist"),
        ],
    )
    def test_2_usage(self, command: Command, arguments: list[str], said: str) -> None:
        done = command(*arguments)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr

    def test_3_could_not_look(self, command: Command) -> None:
        done = command("check", "--base", "nowhere")
        assert done.returncode == 3
        assert "ERRORED" in done.stdout
        assert "the revision nowhere does not exist in this clone" in done.stdout
        assert "git fetch origin nowhere" in done.stdout

    def test_4_our_bug_comes_with_a_report_to_paste_and_without_values(self, command: Command, site: Path) -> None:
        (site / "sitecustomize.py").write_text(
            "import sluicegate.engine.planning as p\n"
            "def broken(*a, **k): raise KeyError('kept \\x1b[31m')\n"
            "import sluicegate.cli.check as c\nc.plan_check = broken\n"
        )
        done = command("check", "--set", "sample.token=hunter2")
        assert done.returncode == 4
        assert "a bug of ours" in done.stderr
        assert f"sluicegate {__version__}, Python 3." in done.stderr
        assert "KeyError" in done.stderr
        assert "hunter2" not in done.stderr
        assert "\x1b[31m" not in done.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
    def test_130_interrupted_with_every_report_written(
        self, repository: Clone, site: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(Path(__file__).parents[1])]))
        repository.write("sluicegate.toml", 'plugins = ["sample-gates"]\n[sample]\nthen = "orphan"\ntimeout = 50\n')
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "sluicegate.cli.main",
                "check",
                "--report",
                "json=run.json",
                "--report",
                "junit=j.xml",
            ],
            cwd=repository.root,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(300):
            if (repository.root / "orphan.pid").exists():
                break  # the gate has said what it found, and waits
            time.sleep(0.1)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 15
        assert process.returncode == 130
        assert "INTERRUPTED" in out
        run = json.loads((repository.root / "run.json").read_text())
        assert run["interrupted"] == "SIGTERM"
        assert [each["rule"] for gate in run["gates"] for each in gate["findings"]] == ["sample/word"]
        assert "<error" in (repository.root / "j.xml").read_text()


class TestInterruptedWhileItBegins:
    """The modules that are imported first are stand-ins that send the signal, since nobody hits that moment."""

    SEND = "import os, signal; os.kill(os.getpid(), signal.{})\n"

    def ended(self, folder: Path, sent: str, *before: str) -> subprocess.CompletedProcess[str]:
        (folder / "click.py").write_text(self.SEND.format(sent))
        scripts = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["scripts"]
        module, _, name = scripts["sluicegate"].partition(":")
        code = "; ".join((*before, f"from {module} import {name}", f"{name}()"))
        return subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {code}", "--version"],
            capture_output=True, text=True, check=False, timeout=60, env=unmeasured(),
        )  # fmt: skip

    @pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
    def test_it_ends_quietly(self, tmp_path: Path, sent: str) -> None:
        heard = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # whoever started the tests may ignore it
        done = self.ended(tmp_path, sent, "import signal", heard)
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")

    def test_one_that_was_told_to_ignore_it_goes_on(self, tmp_path: Path) -> None:
        done = self.ended(tmp_path, "SIGINT", "import signal", "signal.signal(signal.SIGINT, signal.SIG_IGN)")
        assert "interrupted" not in done.stderr
        assert "has no attribute" in done.stderr  # the stand-in is no click


class TestLightness:
    @pytest.mark.parametrize(
        "arguments", [["--help"], ["gates"], ["rules"], ["explain", "sluicegate/suppression-unused"]]
    )
    def test_looking_things_up_loads_nothing_heavy(self, tmp_path: Path, arguments: list[str]) -> None:
        script = (
            "import sys\nfrom sluicegate.cli.main import main\n"
            f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
            f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "HEAVY []"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_help_with_an_example(self, command: Command, name: str) -> None:
        done = command(name, "--help")
        assert done.returncode == 0
        assert "Example:\n  " in done.stdout


def test_the_version(command: Command) -> None:
    assert command("--version").stdout == f"sluicegate {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(command: Command, shell: str) -> None:
    done = command("completion", shell)
    assert done.returncode == 0
    assert "_SLUICEGATE_COMPLETE" in done.stdout


def test_completion_really_completes(command: Command) -> None:
    done = command(_SLUICEGATE_COMPLETE="bash_complete", COMP_WORDS="sluicegate che", COMP_CWORD="1")
    assert "check" in done.stdout


class TestErrors:
    def test_all_mistakes_of_the_settings_at_once(self, command: Command, repository: Clone) -> None:
        repository.write("sluicegate.toml", 'plugins = ["sample-gates"]\nfail-onn = "x"\n[sample]\nfilse = []\n')
        done = command("check")
        assert done.returncode == 2
        assert done.stderr.startswith("error: the settings hold 2 mistakes:\n  sluicegate.toml:2: ")
        assert "did you mean files?" in done.stderr

    def test_a_rule_that_nobody_has_is_told_with_its_line_and_a_likely_one(
        self, command: Command, repository: Clone
    ) -> None:
        repository.write(
            "sluicegate.toml",
            'plugins = ["sample-gates"]\n[sample]\n[[override]]\nrules = ["sample/wrod"]\nlevel = "error"\n'
            '[[suppress]]\nrule = "nope/*"\nreason = "r"\nowner = "o"\nexpires = 2100-01-01\n',
        )
        done = command("check")
        assert done.returncode == 2
        assert "  sluicegate.toml:3: there is no rule sample/wrod; did you mean sample/word?\n" in done.stderr
        assert "  sluicegate.toml:6: there is no rule nope/*\n" in done.stderr

    def test_a_message_cannot_be_a_command_of_the_runner(self, command: Command, repository: Clone) -> None:
        repository.write("sluicegate.toml", '"::error::x\\n::error::y" = 1\n"##[error]z" = 2\n')
        done = command("check")
        assert done.returncode == 2
        lines = [line.strip() for line in done.stderr.splitlines()]
        assert not [line for line in lines if line.startswith("::") or "##[" in line]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "asked",
    [["check", "--base", ""], ["check", "--only", " "], ["plan", "--base="], ["suppress", "12345678", "--base", " "]],
)
def test_an_option_without_a_value_asks_for_nothing_else_in_silence(command: Command, asked: list[str]) -> None:
    done = command(*asked)
    assert (done.returncode, done.stdout) == (2, "")
    assert "it is empty" in done.stderr


@pytest.mark.usefixtures("repository")
class TestReports:
    def test_the_command_that_shows_it_again_judges_as_strictly(self, command: Command, repository: Clone) -> None:
        done = command("check", "--fail-on", "note", "--report", "json=run.json")
        run = json.loads((repository.root / "run.json").read_text())
        commands = {found["reproduce"] for gate in run["gates"] for found in gate["findings"]}
        assert commands
        assert all(" --fail-on note " in f"{one} " for one in commands)
        assert done.returncode == 1

    def test_the_command_that_shows_it_again_has_the_same_lists(self, command: Command, repository: Clone) -> None:
        repository.write("b  c.txt", "FAIL\n")
        command("check", "--set", "sample.files=b  c.txt\na.txt\n", "--report", "json=run.json")
        for kind in ("markdown", "terminal", "html", "junit", "annotations"):
            said = command("report", "run.json", "--report", f"{kind}=-").stdout
            text = html.unescape(said).replace("&quot;", '"').replace("\\", "")
            assert """--set 'sample.files=["b  c.txt", "a.txt"]'""" in text, kind
        run = json.loads((repository.root / "run.json").read_text())
        for found in run["gates"][0]["findings"]:
            done = command(*shlex.split(found["reproduce"])[1:])
            assert (done.returncode, found["message"] in done.stdout) == (1, True), done.stderr

    def test_every_kind_into_files_at_once_and_the_terminal_report_beside(
        self, command: Command, repository: Clone
    ) -> None:
        kinds = ["terminal", "junit", "annotations", "sarif", "markdown", "json"]
        done = command("check", *(f"--report={kind}=out/new/{kind}" for kind in kinds))
        assert done.returncode == 1
        assert "FAILED" in done.stdout
        assert sorted(path.name for path in (repository.root / "out/new").iterdir()) == sorted(kinds)

    def test_a_run_document_renders_again_to_the_same_reports(self, command: Command, repository: Clone) -> None:
        command("check", "--report", "json=run.json", "--report", "sarif=first.sarif", "--report", "junit=first.xml")
        done = command("report", "run.json", "--report", "sarif=again.sarif", "--report", "junit=again.xml")
        assert done.returncode == 1, "a run keeps its verdict"
        for first, again in (("first.sarif", "again.sarif"), ("first.xml", "again.xml")):
            assert (repository.root / first).read_bytes() == (repository.root / again).read_bytes()

    def test_a_run_document_fits_its_published_schema(self, command: Command) -> None:
        import jsonschema_rs

        schema = json.loads(command("schema", "run").stdout)
        jsonschema_rs.validator_for(schema).validate(json.loads(command("check", "--report", "json=-").stdout))

    def test_a_folder_that_cannot_be_made_is_said_before_anything_runs(self, command: Command) -> None:
        done = command("check", "--report", "json=a.txt/run.json")
        assert (done.returncode, done.stdout) == (2, "")
        assert "the report a.txt/run.json cannot be written: " in done.stderr

    def test_two_reports_in_one_place_are_refused(self, command: Command) -> None:
        done = command("check", "--report", "json=same", "--report", "sarif=./same")
        assert (done.returncode, "would overwrite" in done.stderr) == (2, True)

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
    def test_links_are_followed_and_pipes_written_to(self, command: Command, repository: Clone) -> None:
        target, link = repository.root / "target", repository.root / "link"
        target.write_text("old")
        link.symlink_to("target")
        assert command("check", "--report", "json=link").returncode == 1
        assert link.is_symlink()
        assert json.loads(target.read_text())["outcome"] == "failed"
        assert command("check", "--report", "json=/dev/stderr").stderr.startswith("{")
        os.mkfifo(repository.root / "pipe")
        done = command("check", "--report", "json=pipe")
        assert (done.returncode, "not every report could be written: json to pipe" in done.stderr) == (3, True)

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
    @pytest.mark.parametrize(("content", "code"), [("ok\n", 0), ("FAIL\n", 1)])
    def test_a_reader_that_went_away_costs_neither_verdict_nor_reports(
        self, repository: Clone, site: Path, content: str, code: int
    ) -> None:
        repository.write("a.txt", content)
        read, write = os.pipe()
        os.close(read)
        path = os.pathsep.join([str(site), str(Path(__file__).parents[1])])
        done = subprocess.run(
            [sys.executable, "-m", "sluicegate.cli.main", "check", "--report", "json=run.json"],
            cwd=repository.root,
            env={**os.environ, "PYTHONPATH": path},
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(write)
        assert (done.returncode, done.stderr) == (code, b"")
        assert (repository.root / "run.json").is_file()

    @pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes streams")
    @pytest.mark.parametrize("closed", [">&-", "2>&-"])
    def test_closed_streams_cost_nothing(self, repository: Clone, site: Path, closed: str) -> None:
        path = os.pathsep.join([str(site), str(Path(__file__).parents[1])])
        line = f'"$0" -m sluicegate.cli.main check --report json=run.json {closed}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable],
            cwd=repository.root,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert (repository.root / "run.json").is_file()

    def test_no_colour_unless_asked_for(self, command: Command) -> None:
        assert "\x1b[" not in command("check").stdout
        assert "\x1b[" in command("check", FORCE_COLOR="1").stdout
        assert "\x1b[" not in command("check", FORCE_COLOR="1", NO_COLOR="1").stdout

    def test_nothing_half_written_is_left(self, command: Command, repository: Clone) -> None:
        command("check", "--report", "json=out/run.json")
        assert [path.name for path in (repository.root / "out").iterdir()] == ["run.json"]


SHOP = """openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}}}}
      responses: {"200": {description: ok}}
"""


class TestAnExampleThatProvesABreak:
    def test_it_comes_through_the_process_of_the_gate_into_every_report(
        self, command: Command, repository: Clone
    ) -> None:
        repository.write("old.yaml", SHOP)
        repository.write("new.yaml", SHOP.replace("integer", "integer, maximum: 5"))
        kinds = ["terminal", "junit", "annotations", "sarif", "markdown", "json"]
        done = command("contract", "diff", "old.yaml", "new.yaml", *(f"--report={kind}=out/{kind}" for kind in kinds))
        assert done.returncode == 1, done.stderr
        (found,) = [
            each
            for each in json.loads((repository.root / "out/json").read_text())["gates"][0]["findings"]
            if each["rule"] == "contract/request-maximum-tightened"
        ]
        assert found["witness"].endswith(" was accepted, and is refused now")
        for kind in kinds:
            assert "was accepted, and is refused now" in (repository.root / "out" / kind).read_text(), kind
        again = command("report", "out/json", "--report", "markdown=-").stdout
        assert again == (repository.root / "out/markdown").read_text()


class TestExplain:
    def test_rules_of_one_family_share_a_page_that_speaks_of_each(self, command: Command) -> None:
        for keyword in ("minimum", "max-length"):
            page = command("explain", f"contract/request-{keyword}-tightened").stdout
            assert f"contract/request-{keyword}-tightened" in page.partition("\n\n")[2]
            assert "{rule}" not in page
            assert "{title}" not in page
            assert page.count("\n# ") == 1, "plain Markdown where nobody watches"

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
    def test_a_terminal_gets_it_typeset(self, tmp_path: Path) -> None:
        with Terminal("explain", "sluicegate/suppression-unused", cwd=tmp_path, columns=70) as terminal:
            text = terminal.ended()
        assert "\x1b[" in text
        assert "Suppression matches nothing" in text
        assert "\n# " not in text
        assert "```" not in text

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
    def test_without_rich_a_terminal_gets_the_page_as_it_stands(self, command: Command, tmp_path: Path) -> None:
        with Terminal("explain", "sluicegate/suppression-unused", cwd=tmp_path, rich=False) as terminal:
            text = terminal.ended().replace("\r\n", "\n")
        assert "\n# Suppression matches nothing\n" in text
        assert text == command("explain", "sluicegate/suppression-unused").stdout
