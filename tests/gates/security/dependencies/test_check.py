"""The check as a whole: what it finds, what it says that it could not look at, how bad it calls it."""

from __future__ import annotations

import pytest
from advised import HIGH, advisory, archive, before, looked, ranged

from sluicegate.gates.security.dependencies import matching
from sluicegate.gates.security.dependencies.advisories.index import open_index
from sluicegate.gates.security.dependencies.advisories.joined import hits
from sluicegate.gates.security.dependencies.exploited import Exploited
from sluicegate.gates.security.dependencies.packages import CRATES
from sluicegate.model import Evidence, Level

HTTP = advisory(
    "PYSEC-2026-1", "acme-http", before("2.0.7"), aliases=["CVE-2026-1"],
    summary="A header\nis read past its end", severity=[{"type": "CVSS_V3", "score": HIGH}],
)  # fmt: skip


def test_a_pin_that_an_advisory_covers(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "# ours\nother==1\nAcme_HTTP == 2.0.6  # pinned\n"}, HTTP)
    [found] = told.findings
    assert found.rule == "security/vulnerable-dependency"
    assert found.level is Level.ERROR
    assert found.key == ("requirements.txt", "PyPI", "acme-http", "CVE-2026-1")
    assert found.former_keys == (("requirements.txt", "PyPI", "acme-http", "PYSEC-2026-1"),)
    assert (found.location.path, found.location.line, found.location.logical) == (
        "requirements.txt", 3, "pkg:pypi/acme-http",
    )  # fmt: skip
    assert found.message == (
        "`acme-http` 2.0.6 has CVE-2026-1 (high, 7.5; also PYSEC-2026-1), fixed in 2.0.7: A header is read past its end"
    )
    assert found.advice == "Raise `acme-http` to 2.0.7."
    assert found.fix.replacement == "Acme_HTTP == 2.0.7  # pinned"
    assert told.examined() == {"requirements.txt": 2}


def test_the_near_miss_is_silent(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.7\n"}, HTTP)
    assert told.findings == []
    assert told.examined() == {"requirements.txt": 1}


def test_another_vulnerable_version_is_the_same_finding(tmp_path):
    one = looked(tmp_path / "a", {"requirements.txt": "acme-http==2.0.5\n"}, HTTP)
    other = looked(tmp_path / "b", {"requirements.txt": "\nacme-http==2.0.6\n"}, HTTP)
    assert [found.fingerprint for found in one.findings] == [found.fingerprint for found in other.findings]


def test_without_advisories_nothing_is_tested(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.6\n"})
    assert told.findings == []
    assert list(told.why("not-tested")) == ["requirements.txt"]
    assert not told.examined()


def test_without_lock_files_there_is_nothing_to_look_at(tmp_path):
    told = looked(tmp_path, {"README.md": ""}, HTTP)
    assert told.why("not-applicable") == {"lock files": "there is no lock file of a kind that is read"}


def test_what_pins_nothing_is_told(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "acme-http>=2\nother==1.0\n-e ./here\n"}, HTTP)
    assert told.examined() == {"requirements.txt": 1}
    [why] = told.why("not-tested").values()
    assert "acme-http>=2 (line 1): its line pins no version" in why
    assert "(line 3): it is installed from a folder" in why


@pytest.mark.parametrize(
    ("line", "settings", "level"),
    [
        ("acme-files==1.2", {}, Level.ERROR),
        ("acme-files==1.4", {}, Level.WARNING),
        ("acme-files==1.4", {"unrated": "note"}, Level.NOTE),
        ("acme-files==1.2", {"unrated_fixable": "note"}, Level.NOTE),
        ("acme-files==1.2\n    # via acme-app", {}, Level.WARNING),
        ("acme-files==1.2\n    # via -r requirements.in", {}, Level.ERROR),
    ],
)
def test_what_nobody_rated_has_a_policy(tmp_path, line, settings, level):
    unrated = [
        advisory("A-1", "acme-files", before("1.3", introduced="1.0")),
        advisory("A-2", "acme-files", ranged(("introduced", "1.4"))),
    ]
    told = looked(tmp_path, {"requirements.txt": line}, *unrated, **settings)
    assert [(found.rule, found.level) for found in told.findings] == [("security/vulnerable-dependency-unrated", level)]


THROUGH = "acme-files==1.2\n    # via acme-app"


@pytest.mark.parametrize(
    ("line", "more", "settings", "level", "words"),
    [
        (THROUGH, {"published": "2026-08-22T00:00:00Z"}, {}, Level.WARNING, "unrated for 90 days"),
        (THROUGH, {"published": "2026-08-21T00:00:00Z"}, {}, Level.ERROR, "unrated for 91 days"),
        (THROUGH, {"published": "2026-08-21T00:00:00"}, {}, Level.ERROR, "unrated for 91 days"),
        (THROUGH, {"published": "2026-08-21T00:00:00Z"}, {"unrated_days": 91}, Level.WARNING, "unrated for 91 days"),
        (
            THROUGH,
            {"published": "2026-08-21T00:00:00Z"},
            {"unrated_fixable": "note"},
            Level.NOTE,
            "unrated for 91 days",
        ),
        (THROUGH, {}, {"unrated_days": 9}, Level.ERROR, "unrated for 10 days"),
        (THROUGH, {}, {}, Level.WARNING, "unrated for 10 days"),
        (THROUGH, {"published": "2027-01-01T00:00:00Z"}, {"unrated_days": 0}, Level.WARNING, "(unrated)"),
        ("acme-files==1.4", {"published": "2020-01-01T00:00:00Z"}, {}, Level.WARNING, "unrated for"),
    ],
)
def test_what_nobody_rated_for_long_weighs_more_where_a_version_mends_it(tmp_path, line, more, settings, level, words):
    unrated = [
        advisory("A-1", "acme-files", before("1.3", introduced="1.0"), **more),
        advisory("A-2", "acme-files", ranged(("introduced", "1.4")), **more),
    ]
    [found] = looked(tmp_path, {"requirements.txt": line}, *unrated, **settings).findings
    assert (found.level, words in found.message) == (level, True)


def test_the_age_is_that_of_the_first_who_told(tmp_path):
    both = [
        advisory("A-1", "acme-files", before("1.3"), aliases=["CVE-1"], published="2026-11-19T00:00:00Z"),
        advisory("B-1", "acme-files", before("1.3"), aliases=["CVE-1"], published="2026-01-01T00:00:00+02:00"),
    ]
    [found] = looked(tmp_path, {"requirements.txt": THROUGH}, *both).findings
    assert "unrated for 323 days" in found.message


def test_a_time_that_is_none_is_errored(tmp_path):
    odd = advisory("A-1", "acme-files", before("1.3"), published="last week")
    told = looked(tmp_path, {"requirements.txt": THROUGH}, odd)
    assert "is no advisory in the OSV format" in told.why("errored")["requirements.txt"]


def test_a_pin_with_digests_has_no_fix(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.6 \\\n    --hash=sha256:00\n"}, HTTP)
    [found] = told.findings
    assert found.fix is None
    assert found.advice == "Raise `acme-http` to 2.0.7 and renew its digests."


def test_the_fix_is_the_lowest_version_that_nothing_covers(tmp_path):
    others = advisory("A-2", "acme-http", before("2.0.9", introduced="2.0.7"), before("3.1", introduced="3.0"))
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.6\n"}, HTTP, others)
    [found] = told.findings
    assert found.advice == "Raise `acme-http` to 2.0.9."


def test_what_no_version_mends_as_a_whole(tmp_path):
    others = advisory("A-2", "acme-http", ranged(("introduced", "2.0.7")))
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.6\n"}, HTTP, others)
    [found] = told.findings
    assert found.fix is None
    assert "others are known of every fixed version" in found.advice


def test_malware_is_an_error_whatever_else_it_is(tmp_path):
    bad = advisory("MAL-2026-7", "acme-http", versions=["2.0.8"], aliases=["GHSA-aaaa-bbbb-cccc"])
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.8\n"}, bad)
    [found] = told.findings
    assert (found.rule, found.level, found.key[3]) == ("security/malicious-dependency", Level.ERROR, "MAL-2026-7")
    assert found.message == "`acme-http` 2.0.8 is malware: MAL-2026-7 (also GHSA-aaaa-bbbb-cccc)"


def test_what_the_advisories_are_is_told_once_a_run(tmp_path):
    memo = {}
    files = {"requirements.txt": "acme-http==2.0.7\n"}
    withdrawn = advisory("A-9", "acme-http", ranged(("introduced", "0")), withdrawn="2026-01-01T00:00:00Z")
    told = looked(tmp_path, files, HTTP, withdrawn, memo=memo)
    assert told.findings == []
    [evidence] = [one for one in told.said if isinstance(one, Evidence)]
    assert evidence.population == 2
    assert told.facts["advisories"].startswith(
        "2 advisories, the newest of 2026-11-10, which is 10 days old; 1 withdrawn;"
    )
    assert evidence.sha256 in told.facts["advisories"]
    base = looked(tmp_path, files, HTTP, memo=memo, past=True)
    assert base.facts == {}


def test_the_same_advisories_judge_both_sides(tmp_path):
    """What is fetched while a check runs does not make the base another one than the head."""
    memo = {}
    files = {"requirements.txt": "acme-http==2.0.6\n"}
    head = looked(tmp_path, files, HTTP, memo=memo)
    (tmp_path / "advisories/PYSEC-2026-1.json").unlink()
    base = looked(tmp_path, files, advisory("A-2", "other", before("1")), memo=memo, past=True)
    assert [found.key for found in base.findings] == [found.key for found in head.findings] != []


def test_advisories_that_are_too_old(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.7\n"}, HTTP, max_advisory_age=9)
    [found] = told.findings
    assert found.rule == "security/advisories-too-old"
    assert "10 days old, where 9 may pass" in found.message
    assert told.why("inconclusive") == {
        "advisories": "the newest of the advisories is 10 days old, and the settings allow 9"
    }
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.7\n"}, HTTP, max_advisory_age=10)
    assert told.findings == []
    assert told.why("inconclusive") == {}


def test_a_version_that_cannot_be_placed_is_no_clean_bill(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "acme-http===2004d.beta\n"}, HTTP)
    assert told.findings == []
    assert told.why("inconclusive") == {
        "requirements.txt": "acme-http: PYSEC-2026-1 cannot be held against 2004d.beta: "
        "`2004d.beta` is no version of PyPI"
    }


def test_advisories_that_are_not_there_are_errored(tmp_path):
    told = looked(tmp_path, {"requirements.txt": "a==1\n"}, advisories="nowhere.zip")
    assert told.why("errored") == {"requirements.txt": "nowhere.zip is not there"}
    told = looked(tmp_path, {"requirements.txt": "a==1\n"}, advisories="http://osv.example/all.zip")
    assert "is not fetched: only https is" in told.why("errored")["requirements.txt"]


def test_a_file_that_cannot_be_read_leaves_the_others(tmp_path):
    files = {"a/requirements.txt": "<<<<<<< HEAD\na==1\n", "b/requirements.txt": "acme-http==2.0.6\n"}
    told = looked(tmp_path, files, HTTP)
    assert [found.location.path for found in told.findings] == ["b/requirements.txt"]
    [(path, why)] = told.why("errored").items()
    assert path == "a/requirements.txt"
    assert why == "a/requirements.txt:1: the mark of a merge that was not finished"


@pytest.mark.parametrize(
    "line",
    [
        "acme-http==2.0.6 --hash=sha256:00",
        "acme-http==2.0.6 # no ==2.0.6 on our own index",
        "acme-http==2.0.6 \\\n  ; os_name == 'posix'",
        "acme-http==2.0.6.0\u200b# invisible",
    ],
)
def test_a_line_that_says_more_than_one_version_is_left_alone(tmp_path, line):
    told = looked(tmp_path, {"requirements.txt": line}, HTTP)
    assert [found.fix for found in told.findings] in ([None], [])


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("", ""),
        ("    # via -r requirements.in", "; the project asks for it itself"),
        ("    # via acme-app", "; it comes in through acme-app -> acme-http"),
        ("    # via\n    #   acme-app\n    #   other", "; it comes in through acme-app -> acme-http"),
        ("    # via somebody", "; it comes in through another package"),
    ],
)
def test_who_asks_for_a_package_is_told(tmp_path, note, says):
    content = f"acme-app==1\n    # via -r requirements.in\nacme-http==2.0.6\n{note}\n"
    content = content if note else "acme-http==2.0.6\n"
    [found] = looked(tmp_path, {"requirements.txt": content}, HTTP).findings
    assert found.message.partition(", fixed in 2.0.7")[2] == f"{says}: A header is read past its end"


def test_the_command_of_the_tool_is_told_where_it_can_be_pasted(tmp_path):
    lock = '{{"lockfileVersion": 3, "packages": {{"": {{}}, "node_modules/{0}": {{"version": "1.0.0"}}}}}}'
    some = [advisory(f"A-{name}", name, before("2.0.0"), ecosystem="npm") for name in ("acme", "a`; id")]
    [found] = looked(tmp_path / "a", {"package-lock.json": lock.format("acme")}, *some).findings
    assert found.advice == "Raise `acme` to 2.0.0: `npm update acme`."
    [found] = looked(tmp_path / "b", {"package-lock.json": lock.format("a`; id")}, *some).findings
    assert found.advice == "Raise `a`; id` to 2.0.0."


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("^1.0.0", "Raise `deep`, which `top` asks for as `^1.0.0`, to 2.0.0: `npm update deep`."),
        (
            "1.0.0",
            "Raise `top`, which pins `deep` at `1.0.0`, to a version that takes 2.0.0.",
        ),
    ],
)
def test_the_advice_says_what_stands_in_the_way(tmp_path, said, advice):
    lock = (
        '{"packages": {"": {"dependencies": {"top": "^1"}}, "node_modules/deep": {"version": "1.0.0"},'
        f'"node_modules/top": {{"version": "1.0.0", "dependencies": {{"deep": "{said}"}}}}}}}}'
    )
    one = advisory("A-1", "deep", before("2.0.0"), ecosystem="npm")
    [found] = looked(tmp_path, {"package-lock.json": lock}, one).findings
    assert found.advice == advice


def test_two_versions_of_a_package_are_two_findings_and_one_version_is_one(tmp_path):
    entries = {"a": "1.0.0", "b/node_modules/a": "1.0.0", "c/node_modules/a": "1.1.0"}
    packages = ", ".join(f'"node_modules/{place}": {{"version": "{version}"}}' for place, version in entries.items())
    one = advisory("A-1", "a", before("2.0.0"), ecosystem="npm")
    told = looked(tmp_path, {"package-lock.json": f'{{"packages": {{{packages}}}}}'}, one)
    assert [found.key for found in told.findings] == [("package-lock.json", "npm", "a", "A-1")] * 2


@pytest.mark.parametrize("lacking", ["packaging", "cvss"])
def test_a_library_that_is_not_installed_is_told_with_the_command(tmp_path, monkeypatch, lacking):
    found = matching.find_spec
    monkeypatch.setattr(matching, "find_spec", lambda name: None if name == lacking else found(name))
    told = looked(tmp_path, {"requirements.txt": "acme-http==2.0.6\n"}, HTTP)
    assert told.why("errored")["requirements.txt"].startswith(f"{lacking} is not installed")
    hints = {one.undecided.hint for one in told.examinations if one.undecided}
    assert hints == {"pip install 'sluicegate[security]'"}


CARGO = '[[package]]\nname = "b"\nversion = "1.0.0"\nsource = "registry+x"\n'


def test_a_database_that_says_nothing_of_an_ecosystem_says_nothing_of_its_packages(tmp_path):
    files = {"package-lock.json": '{"packages": {"node_modules/a": {"version": "1.0.0"}}}', "Cargo.lock": CARGO}
    told = looked(tmp_path, files, advisory("A-1", "a", before("2.0.0"), ecosystem="npm"))
    assert [found.key for found in told.findings] == [("package-lock.json", "npm", "a", "A-1")]
    assert told.why("not-tested") == {"Cargo.lock": f"the advisories hold none on {CRATES} (1 package)"}
    assert not [one for one in told.examinations if one.subject == "Cargo.lock" and not one.undecided]


def test_each_release_of_a_distribution_has_its_own_advisories(tmp_path):
    one = advisory("A-1", "curl", before("7.88.1-10"), ecosystem="Debian:12")
    one["affected"] += [{"package": {"ecosystem": "Debian:11", "name": "curl"}, "versions": ["7.74.0-1"]}]
    archive(tmp_path / "all.zip", one, advisory("A-2", "a", before("2"), ecosystem="Maven:https://x"))
    index = open_index(str(tmp_path), "all.zip")
    assert [index.knows(name) for name in ("Debian:12", "Debian:11", "Debian:13", "Debian", "Maven")] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert len(index.of("Debian:11", "curl")[0].affected) == 1


def test_what_a_distribution_calls_a_weakness_is_the_one_weakness(tmp_path):
    ends = before("2")
    archive(
        tmp_path / "all.zip",
        advisory("DEBIAN-CVE-2026-1", "curl", ends, ecosystem="Debian:12", upstream=["CVE-2026-1"]),
        advisory("DSA-1", "curl", ends, ecosystem="Debian:12", upstream=["CVE-2026-1", "CVE-2026-2"]),
    )
    found, _ = hits(open_index(str(tmp_path), "all.zip").of("Debian:12", "curl"), "Debian:12", "1-1")
    assert [hit.ids for hit in found] == [("CVE-2026-1", "DEBIAN-CVE-2026-1"), ("DSA-1",)]
    known = Exploited(known=frozenset({"CVE-2026-2"}), chances={"CVE-2026-2": 0.5})
    assert [(known.has(hit), known.chance(hit)) for hit in found] == [(False, None), (True, 0.5)]
