"""`contract changelog` as people call it: files, revisions and ranges of a real repository."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from terminals import Terminal

SHOP = """openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders:
    post:
      parameters: [{$ref: "parts/limit.yaml"}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}}}}
      responses: {"200": {description: ok}}
"""
LIMIT = "name: limit\nin: query\nschema: {type: integer, maximum: 100}\n"
SPEC = "api/openapi.yaml"


def shop(**changes: str) -> str:
    """The description with a rule on the property `size`: minimum=1."""
    return SHOP.replace(
        "integer}}}", ", ".join(["integer", *(f"{key}: {value}" for key, value in changes.items())]) + "}}}"
    )


@pytest.fixture
def history(clone: Clone) -> Clone:
    """Nothing - v1.0 (there) - v1.1 (a part of it changed) - v1.2 (something else) - v2.0 (it changed)."""
    clone.commit("start", **{"README.md": "1\n"})
    clone.git("tag", "v0.1")
    clone.commit("Describe the shop", **{SPEC: SHOP, "api/parts/limit.yaml": LIMIT})
    clone.git("tag", "v1.0")
    clone.commit("Smaller pages", **{"api/parts/limit.yaml": LIMIT.replace("100", "50")})
    clone.git("tag", "v1.1")
    clone.commit("Write more", **{"README.md": "2\n", "other.yaml": "a: 1\n"})
    clone.git("tag", "v1.2")
    clone.commit("At least one", **{SPEC: shop(minimum="1")})
    clone.git("tag", "--annotate", "--message", "two", "v2.0")
    clone.write(SPEC, "not what is checked out")
    return clone


def headings(text: str) -> list[str]:
    return [line.removeprefix("## ").partition(" (")[0] for line in text.splitlines() if line.startswith("## ")]


class TestFiles:
    def test_two_files(self, command: Command, clone: Clone) -> None:
        clone.write("old.yaml", shop())
        clone.write("new.yaml", shop(minimum="1"))
        clone.write("parts/limit.yaml", LIMIT)
        done = command("contract", "changelog", "old.yaml", "new.yaml")
        assert (done.returncode, done.stderr) == (0, ""), "what it says is no failure"
        head = "# API changes from old.yaml to new.yaml\n\n**1 breaking change.** Impact: major.\n"
        assert done.stdout.startswith(head)
        assert "\n## `POST /orders`\n" in done.stdout
        assert "was accepted, and is refused now" in done.stdout

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["old.yaml", "gone.yaml"], 2, "if it is a git revision, name the file in it: --spec PATH"),
            (["old.yaml"], 2, "old.yaml is one version, and a changelog needs two"),
            (["old.yaml", "broken.yaml"], 3, "broken.yaml:1"),
            (["broken.yaml", "old.yaml"], 3, "broken.yaml:1"),
            (["old.yaml", "broken.yaml", "--output", "old.yaml"], 2, "old.yaml would overwrite what it is made from"),
            (["old.yaml", "old.yaml", "--output", "old.yaml/x"], 2, "the file old.yaml/x cannot be written"),
            (["old.yaml", "old.yaml", "--by", "tag"], 2, "--by divides a range"),
            (["old.yaml", "old.yaml", "--format", "pdf"], 2, "Invalid value for '--format'"),
        ],
    )
    def test_trouble(self, command: Command, clone: Clone, arguments: list[str], code: int, said: str) -> None:
        clone.write("old.yaml", shop())
        clone.write("broken.yaml", "a: [")
        done = command("contract", "changelog", *arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr
        assert (clone.root / "old.yaml").read_text() == shop()

    def test_a_page_in_a_file_that_is_whole(self, command: Command, clone: Clone) -> None:
        clone.write("old.yaml", shop())
        clone.write("new.yaml", shop(minimum="1"))
        clone.write("parts/limit.yaml", LIMIT)
        done = command(
            "contract", "changelog", "old.yaml", "new.yaml", "--format", "html", "--output", "out/new/x.html"
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert [path.name for path in (clone.root / "out/new").iterdir()] == ["x.html"]
        page = (clone.root / "out/new/x.html").read_text()
        assert page.startswith("<!doctype html>\n")
        assert page.endswith("</html>\n")
        assert "<h2><code>POST /orders</code></h2>" in page

    def test_what_is_wrong_with_a_description_itself_is_no_change(self, command: Command, clone: Clone) -> None:
        wrong = SHOP.replace("parts/limit.yaml", "nowhere.yaml")
        clone.write("old.yaml", SHOP)
        clone.write("new.yaml", f"{wrong}unknown: 1\ncomponents: {{schemas: {{Idle: {{type: object}}}}}}\n")
        clone.write("parts/limit.yaml", LIMIT)
        text = command("contract", "changelog", "old.yaml", "new.yaml").stdout
        assert "Take care: the description itself has 2 faults" in text, "it may feign that a parameter was removed"
        assert "`contract/unresolved-reference`" in text
        assert "unused-component" not in text
        assert "unused-component" in command("contract", "diff", "old.yaml", "new.yaml").stdout

    def test_a_description_without_operations(self, command: Command, clone: Clone) -> None:
        clone.write("old.yaml", 'openapi: 3.1.0\ninfo: {title: a, version: "1"}\npaths: {}\n')
        done = command("contract", "changelog", "old.yaml", "old.yaml")
        assert (done.returncode, "that clients can see" in done.stdout) == (0, True)

    def test_settings_have_their_say(self, command: Command, clone: Clone) -> None:
        clone.write("old.yaml", shop())
        clone.write("new.yaml", shop(minimum="1"))
        clone.write("parts/limit.yaml", LIMIT)
        clone.write("sluicegate.toml", '[[override]]\nrules = ["contract/*"]\nlevel = "warning"\n')
        assert "**No breaking change, 1 warning.**" in command("contract", "changelog", "old.yaml", "new.yaml").stdout


@pytest.mark.usefixtures("history")
class TestRevisions:
    def test_two_revisions_whatever_is_checked_out(self, command: Command) -> None:
        done = command("contract", "changelog", "v1.2", "v2.0", "--spec", SPEC)
        assert (done.returncode, done.stderr) == (0, "")
        title, facts = "# API changes from v1.2 to v2.0", "`api/openapi.yaml`. **1 breaking change.** Impact: major."
        assert done.stdout.startswith(f"{title}\n\n{facts}\n")
        assert "\nLines are those of `api/openapi.yaml`.\n" in done.stdout

    def test_the_path_counts_from_where_one_is(self, command: Command, history: Clone) -> None:
        there = command("contract", "changelog", "v1.2", "v2.0", "--spec", "openapi.yaml", cwd=history.root / "api")
        assert there.stdout == command("contract", "changelog", "v1.2", "v2.0", "--spec", SPEC).stdout

    def test_a_description_that_is_new_or_gone_is_told(self, command: Command, history: Clone) -> None:
        done = command("contract", "changelog", "v0.1", "v1.0", "--spec", SPEC)
        assert (done.returncode, "api/openapi.yaml is new in this change" in done.stdout) == (0, True)
        history.git("checkout", "--quiet", "--force", "v0.1")
        done = command("contract", "changelog", "v1.0", "v0.1", "--spec", SPEC)
        assert (done.returncode, "**Breaking:** api/openapi.yaml was removed" in done.stdout) == (0, True)

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["v1.0", "v9", "--spec", SPEC], 3, "the revision v9 does not exist in this clone"),
            (["v1.0", "--upload-pack=x", "--spec", SPEC], 2, "No such option"),
            (["v1.0", "v2.0", "--spec", "nope.yaml"], 2, "nope.yaml is not in v1.0 and v2.0"),
            (["v1.0..v2.0", "--spec", "nope.yaml"], 2, "nope.yaml is not in v1.0 and v2.0 and all between them"),
            (["v1.0", "v2.0", "--spec", "../x.yaml"], 2, "lies outside of the repository"),
            (["v1.0", "v2.0"], 2, "v1.0 does not exist"),
            (["v1.0..v2.0"], 2, "it is not said which file to look at"),
            (["v2.0..v1.0", "--spec", SPEC], 2, "the range v2.0..v1.0 holds no commit"),
            (["v1.0...v2.0", "--spec", SPEC], 2, "write two dots: BASE..HEAD"),
            (["v1.0..v9", "--spec", SPEC], 3, "the revision v9 does not exist in this clone"),
        ],
    )
    def test_trouble(self, command: Command, arguments: list[str], code: int, said: str) -> None:
        done = command("contract", "changelog", *arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in f"{done.stderr} "

    def test_outside_of_a_repository(self, command: Command, tmp_path: Path) -> None:
        (tmp_path / "plain").mkdir()
        done = command("contract", "changelog", "v1", "v2", "--spec", "a.yaml", cwd=tmp_path / "plain")
        assert (done.returncode, "is not in a git repository" in done.stderr) == (2, True)


@pytest.mark.usefixtures("history")
class TestRanges:
    def test_a_section_for_each_tag_newest_first(self, command: Command) -> None:
        done = command("contract", "changelog", "v0.1..v2.0", "--spec", SPEC)
        assert (done.returncode, done.stderr) == (0, "")
        assert headings(done.stdout) == ["v2.0", "v1.1", "v1.0"]
        assert "\nNothing changed in v1.2.\n" in done.stdout
        assert "Compared with v1.2: 1 breaking change." in done.stdout
        assert "**2 breaking changes.**" in done.stdout

    def test_head_that_has_a_tag_is_called_by_it(self, command: Command) -> None:
        assert headings(command("contract", "changelog", "v1.0..", "--spec", SPEC).stdout) == ["v2.0", "v1.1"]

    def test_what_came_after_the_last_tag_is_a_section_of_its_own(self, command: Command, history: Clone) -> None:
        history.commit("At least two", **{SPEC: shop(minimum="2")})
        assert headings(command("contract", "changelog", "v1.1..HEAD", "--spec", SPEC).stdout) == ["HEAD", "v2.0"]

    def test_a_section_for_each_commit_where_there_are_no_tags(self, command: Command, history: Clone) -> None:
        for tag in ("v1.1", "v1.2", "v2.0"):
            history.git("tag", "--delete", tag)
        done = command("contract", "changelog", "v1.0..HEAD", "--spec", SPEC)
        assert headings(done.stdout) == ["At least one", "Smaller pages"]
        assert "\nNothing changed in Write more.\n" in done.stdout
        commit = history.git("rev-parse", "HEAD")[:12]
        assert f"\nCommit {commit}. Compared with " in done.stdout

    def test_commits_can_be_asked_for(self, command: Command) -> None:
        done = command("contract", "changelog", "v1.0..v2.0", "--by", "commit", "--spec", SPEC)
        assert headings(done.stdout) == ["At least one", "Smaller pages"]

    def test_the_settings_may_name_the_file(self, command: Command, history: Clone) -> None:
        history.write("api/sluicegate.toml", '[contract]\nspec = ["openapi.yaml"]\n')
        done = command("contract", "changelog", "v1.0..v2.0", cwd=history.root / "api")
        assert (done.returncode, headings(done.stdout)) == (0, ["v2.0", "v1.1"]), done.stderr

    def test_a_version_that_cannot_be_read_costs_no_change_and_is_not_green(
        self, command: Command, history: Clone
    ) -> None:
        history.commit("Oops", **{SPEC: "a: ["})
        history.git("tag", "v2.1")
        history.commit("At least two", **{SPEC: shop(minimum="2")})
        history.git("tag", "v2.2")
        done = command("contract", "changelog", "v1.2..v2.2", "--spec", SPEC)
        assert done.returncode == 3
        assert headings(done.stdout) == ["v2.2", "v2.1", "v2.0"]
        assert "Compared with v2.0: 1 breaking change." in done.stdout
        assert "| v2.1 | ? | ? | ? | ? |" in done.stdout
        assert "1 section of 3 could not be compared, and says so; v2.1: api/openapi.yaml:1" in done.stderr

    def test_a_first_version_that_cannot_be_read_costs_its_own_section_alone(
        self, command: Command, history: Clone
    ) -> None:
        history.commit("Oops", **{SPEC: "a: ["})
        history.git("tag", "v3.0")
        history.commit("At least two", **{SPEC: shop(minimum="2")})
        history.git("tag", "v3.1")
        history.commit("At least three", **{SPEC: shop(minimum="3")})
        history.git("tag", "v3.2")
        done = command("contract", "changelog", "v3.0..v3.2", "--spec", SPEC)
        assert done.returncode == 3
        assert headings(done.stdout) == ["v3.2", "v3.1"]
        assert "Compared with v3.1: 1 breaking change." in done.stdout
        assert "| v3.1 | ? | ? | ? | ? |" in done.stdout
        assert "1 section of 2 could not be compared, and says so; v3.1: what it is compared with" in done.stderr

    def test_versions_on_both_sides_that_cannot_be_read(self, command: Command, history: Clone) -> None:
        for number, text in enumerate(("a: [", "b: [", shop(minimum="2"), shop(minimum="3"))):
            history.commit(str(number), **{SPEC: text})
            history.git("tag", f"v4.{number}")
        done = command("contract", "changelog", "v4.0..v4.3", "--spec", SPEC)
        assert done.returncode == 3
        assert headings(done.stdout) == ["v4.3", "v4.2", "v4.1"]
        assert "Compared with v4.2: 1 breaking change." in done.stdout

    def test_a_subject_is_inert(self, command: Command, history: Clone) -> None:
        history.commit("::error:: <b>x</b> [a](javascript:b) ##[error]", **{SPEC: shop(minimum="2")})
        for form in ("markdown", "html"):
            done = command("contract", "changelog", "v1.0..HEAD", "--by", "commit", "--spec", SPEC, "--format", form)
            assert done.returncode == 0
            assert "<b>x" not in done.stdout
            assert form == "html" or "](javascript" not in done.stdout
            assert "##[" not in done.stdout
            assert not [line for line in done.stdout.splitlines() if line.strip().startswith("::")]


def test_secrets_stay_out(command: Command, history: Clone) -> None:
    history.write("sluicegate.toml", '[contract]\nspec = "${WHERE}"\n')
    done = command("contract", "changelog", "v1.0..v2.0", WHERE="hidden/name.yaml")
    assert done.returncode == 2
    assert "hidden" not in done.stderr
    done = command("contract", "changelog", "v1.0..v2.0", WHERE=SPEC)
    assert done.returncode == 0
    assert SPEC not in done.stdout
    assert "`***`" in done.stdout


def test_help_has_examples(command: Command) -> None:
    done = command("contract", "changelog", "--help")
    assert done.returncode == 0
    assert "Example:\n    sluicegate contract changelog released/openapi.yaml openapi.yaml\n" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
@pytest.mark.parametrize("rich", [True, False])
def test_progress_is_told_to_whoever_watches_and_leaves_the_document_alone(history: Clone, rich: bool) -> None:
    asked = ("contract", "changelog", "v0.1..v2.0", "--spec", SPEC)
    with Terminal(*asked, cwd=history.root, rich=rich, piped=True) as terminal:
        document = terminal.ended()
    assert ("/4" if rich else " of 4") in terminal.said
    assert document.startswith("# API changes")
    assert "\x1b[" not in document
