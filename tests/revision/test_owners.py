from __future__ import annotations

import pytest

from clones import Clone
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.revision.owners import parse_owners, read_owners

# The cases that GitHub's documentation explains, in sentences of ours.
EXPLAINED = """\
# The default, unless a later line says otherwise.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/adr/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ("@global-owner1", "@global-owner2")),
        ("src/deep/down/a.c", ("@global-owner1", "@global-owner2")),
        ("a.js", ("@js-owner",)),
        ("src/a.js", ("@js-owner",)),
        ("src/a.go", ("docs@example.com",)),
        ("src/a.txt", ("@octo-org/octocats",)),
        ("docs/getting-started.md", ("docs@example.com",)),
        ("docs/build-app/troubleshooting.md", ("@global-owner1", "@global-owner2")),
        ("other/docs/getting-started.md", ("@global-owner1", "@global-owner2")),
        ("docs/adr/1.md", ("@doctocat",)),
        ("other/apps/x/y.c", ("@octocat",)),
        ("scripts/x/y.sh", ("@doctocat", "@octocat")),
        ("other/scripts/y.sh", ("@global-owner1", "@global-owner2")),
        ("build/logs/a/b.log", ("@octocat",)),
        ("deeply/nested/logs/b.log", ("@octocat",)),
        ("logs/b.log", ("@octocat",)),
        ("apps/x.c", ("@octocat",)),
        ("apps/github", ()),
        ("apps/github/x.c", ()),
        ("apps/github2/x.c", ("@octocat",)),
    ],
)
def test_what_the_documentation_explains(path: str, owners: tuple[str, ...]) -> None:
    assert parse_owners(EXPLAINED).of(path) == owners


@pytest.mark.parametrize(
    ("line", "path", "owned"),
    [
        ("/build/logs/", "build/logs/a", True),
        ("/build/logs/", "x/build/logs/a", False),
        ("/build/logs/", "build/logs", False),
        ("apps/", "apps", False),
        ("a/**", "a/b/c", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/x/y/b/z", True),
        ("a/b", "a/b/c", True),
        ("a/b", "x/a/b", False),
        ("a\\ b.txt", "a b.txt", True),
        ("?.txt", "x/a.txt", True),
        ("?.txt", "x/ab.txt", False),
        ("A.txt", "a.txt", False),
        ("a.txt", "abtxt", False),
        ("**/*", "a/b", True),
        ("/*", "a", True),
        ("/", "a", False),
        ("!a.txt", "a.txt", False),
        ("[ab].txt", "a.txt", False),
        ("\\#a", "#a", False),
        ("# a.txt", "a.txt", False),
        ("", "a", False),
    ],
)
def test_patterns(line: str, path: str, owned: bool) -> None:
    assert bool(parse_owners(f"{line} @me\n").of(path)) is owned


def test_a_line_with_what_is_no_owner_is_skipped() -> None:
    assert parse_owners("* @all\na.txt @me nobody\n").of("a.txt") == ("@all",)


def test_the_first_place_is_the_only_one(clone: Clone) -> None:
    tree = open_tree(TreeSpec(kind="working-tree", root=str(clone.root)))
    assert read_owners(tree).of("a") == ()
    for place, owner in (("docs/CODEOWNERS", "@docs"), ("CODEOWNERS", "@top"), (".github/CODEOWNERS", "@github")):
        clone.write(place, f"* {owner}\n")
        assert read_owners(tree).of("a") == (owner,)


def test_a_file_that_is_too_large_names_nobody(clone: Clone) -> None:
    clone.write("CODEOWNERS", "* @me\n" + "#" * (3 * 1024 * 1024))
    assert read_owners(open_tree(TreeSpec(kind="working-tree", root=str(clone.root)))).of("a") == ()


def test_hostile_patterns_take_no_time() -> None:
    owners = parse_owners("/" + "*a" * 40 + "b @me\n" + "/**" * 40 + "/x/y @me\n")
    assert owners.of("a" * 4_000) == ()
    assert owners.of("b/" * 2_000 + "z") == ()
