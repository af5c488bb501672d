"""Over a range of commits nothing is lost: what differs between its ends is told in one of its sections."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cli_types import Command
from clones import Clone

SPEC = "openapi.yaml"
LIMIT = "name: limit\nin: query\nschema: {type: integer, maximum: 100}\n"
SMALL = LIMIT.replace("100", "50")
BREAK = "maximum` changed"
BROKEN = "a: [\n"
Files = Mapping[str, str | None]


def orders(fields: str = "", extra: str = "") -> str:
    """A description with a property `size`, in JSON Schema `fields`."""
    return f"""openapi: 3.1.0
info: {{title: Shop, version: "1"}}
tags:
  - {{name: orders, description: Whatever is asked of the shop and has not been sent to anybody yet.}}
paths:
  /orders:
    post:
      tags: [orders]
      parameters: [{{$ref: "parts/limit.yaml"}}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                size:
                  type: integer
{fields}      responses: {{"200": {{description: The order was taken.}}}}
{extra}"""


SHOP = orders()
LEAST = orders("                  minimum: 1\n")
MORE = orders("                  minimum: 2\n")
USERS = SHOP.replace("/orders", "/users")
BROKEN_LEAST = LEAST + "broken: [\n"


def story(clone: Clone, *steps: Files) -> None:
    """A commit for each step, that writes files, and removes those whose text is None; the first has a tag."""
    clone.commit("Start", **{SPEC: SHOP, "parts/limit.yaml": LIMIT})
    for number, files in enumerate(steps):
        for name, text in files.items():
            if text is None:
                (clone.root / name).unlink()
            else:
                clone.write(name, text)
        clone.commit(f"Step {number + 1}")


def sections(text: str) -> dict[str, str]:
    """What is told of each commit, by its subject."""
    return {part.partition("\n")[0].partition(" (")[0]: part for part in f"\n{text}".split("\n## ")[1:]}


def telling(text: str, said: str) -> list[str]:
    return [name for name, part in sections(text).items() if said in part]


class TestAway:
    """The description goes to another file, or goes altogether, and comes back."""

    @pytest.mark.parametrize(
        ("steps", "where"),
        [
            ([{SPEC: None, "shop.yaml": SHOP}, {"shop.yaml": LEAST}, {"shop.yaml": None, SPEC: LEAST}], "Step 2"),
            ([{SPEC: None, "shop.yaml": LEAST}, {"shop.yaml": None, SPEC: LEAST}], "Step 1"),
            ([{SPEC: None, "shop.yaml": SHOP}, {"shop.yaml": None, SPEC: LEAST}], "Step 2"),
            ([{SPEC: None, "new/shop.yaml": SHOP, "new/parts/limit.yaml": LIMIT}, {"new/shop.yaml": LEAST}], "Step 2"),
        ],
        ids=["moved, changed, moved back", "moved with a change", "moved back with a change", "stays there"],
    )
    def test_moved(self, command: Command, clone: Clone, steps: list[Files], where: str) -> None:
        story(clone, *steps)
        done = command("contract", "changelog", "HEAD~" + str(len(steps)) + "..HEAD", "--by", "commit", "--spec", SPEC)
        assert (done.returncode, done.stderr) == (0, "")
        assert telling(done.stdout, "`minimum`") == [where]
        assert "was removed" not in done.stdout

    def test_what_a_description_was_called_before_is_told_too(self, command: Command, clone: Clone) -> None:
        story(clone, {SPEC: LEAST}, {SPEC: None, "shop.yaml": LEAST}, {"shop.yaml": MORE})
        done = command("contract", "changelog", "HEAD~3..HEAD", "--by", "commit", "--spec", "shop.yaml")
        assert (done.returncode, done.stderr) == (0, "")
        assert telling(done.stdout, "`minimum`") == ["Step 3", "Step 1"]
        assert telling(done.stdout, "shop.yaml was openapi.yaml before") == ["Step 2"]

    @pytest.mark.parametrize("between", [[], [{"README.md": "x"}, {"other.yaml": "a: 1\n"}]], ids=["at once", "later"])
    def test_removed_and_brought_back(self, command: Command, clone: Clone, between: list[Files]) -> None:
        story(clone, {SPEC: None}, *between, {SPEC: LEAST})
        way = f"HEAD~{len(between) + 2}..HEAD"
        done = command("contract", "changelog", way, "--by", "commit", "--spec", SPEC)
        assert (done.returncode, done.stderr) == (0, "")
        assert telling(done.stdout, "openapi.yaml was removed") == ["Step 1"]
        assert telling(done.stdout, "`minimum`") == [f"Step {len(between) + 2}"]
        assert "the last one that has it" in done.stdout


class TestBroken:
    """A version that cannot be read: what changed in it is told at the next one that can."""

    @pytest.mark.parametrize(
        ("steps", "where"),
        [
            ([{SPEC: BROKEN_LEAST}, {SPEC: LEAST}], "Step 2"),
            ([{SPEC: None, "shop.yaml": BROKEN_LEAST}, {"shop.yaml": LEAST}], "Step 2"),
            ([{SPEC: None, "shop.yaml": BROKEN_LEAST}, {"shop.yaml": None, SPEC: LEAST}], "Step 2"),
            ([{SPEC: None, "shop.yaml": BROKEN}, {"shop.yaml": None, SPEC: LEAST}], "Step 2"),
            ([{SPEC: BROKEN_LEAST}, {SPEC: None, "shop.yaml": SHOP}, {"shop.yaml": None, SPEC: LEAST}], "Step 3"),
            ([{SPEC: BROKEN_LEAST}, {SPEC: None}, {SPEC: LEAST}], "Step 3"),
            (
                [{SPEC: None, "shop.yaml": SHOP}, {"shop.yaml": BROKEN_LEAST}, {"shop.yaml": None, SPEC: LEAST}],
                "Step 3",
            ),
        ],
        ids=["in its place", "moved", "moved and back", "unlike", "then moved and back", "then gone", "there"],
    )
    def test_alone(self, command: Command, clone: Clone, steps: list[Files], where: str) -> None:
        story(clone, *steps)
        done = command("contract", "changelog", f"HEAD~{len(steps)}..HEAD", "--by", "commit", "--spec", SPEC)
        assert telling(done.stdout, "`minimum`") == [where]
        unlike = BROKEN in steps[0].values()
        assert done.returncode == (0 if unlike else 3), "what is not known for the description is gone, and not broken"

    def test_one_of_two(self, command: Command, clone: Clone) -> None:
        clone.write("users.yaml", USERS)
        story(clone, {SPEC: BROKEN_LEAST, "users.yaml": LEAST.replace("/orders", "/users")}, {SPEC: LEAST})
        clone.write("sluicegate.toml", '[contract]\nspec = ["openapi.yaml", "users.yaml"]\n')
        done = command("contract", "changelog", "HEAD~2..HEAD", "--by", "commit")
        assert done.returncode == 3
        assert telling(done.stdout, "`POST /users`") == ["Step 1"], "it is told once"
        assert telling(done.stdout, "`POST /orders`") == ["Step 2"]

    def test_a_part_of_it(self, command: Command, clone: Clone) -> None:
        story(clone, {"parts/limit.yaml": BROKEN}, {"README.md": "x"}, {"parts/limit.yaml": SMALL}, {SPEC: LEAST})
        done = command("contract", "changelog", "HEAD~4..HEAD", "--by", "commit", "--spec", SPEC)
        assert telling(done.stdout, "`maximum`") == ["Step 3"]
        assert telling(done.stdout, "`minimum`") == ["Step 4"]

    def test_a_fault_that_always_was_there_hides_no_more(self, command: Command, clone: Clone) -> None:
        wrong = {"openapi.yaml": SHOP + "unknown: 1\n"}
        story(clone, wrong, {SPEC: LEAST + "unknown: 1\n"}, {SPEC: LEAST})
        done = command("contract", "changelog", "HEAD~2..HEAD", "--by", "commit", "--spec", SPEC)
        assert done.returncode == 0
        assert telling(done.stdout, "`minimum`") == ["Step 2"]
