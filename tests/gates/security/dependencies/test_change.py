"""A change as a whole, by the real command in a real repository: what is new fails, what the world brought does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from advised import HIGH, advisory, archive, before

TODAY = datetime.now(UTC).isoformat()
HTTP = advisory("A-1", "acme-http", before("2.0.7"), modified=TODAY, severity=[{"type": "CVSS_V3", "score": HIGH}])
FILES = advisory("B-1", "acme-files", before("1.2"), modified=TODAY, severity=[{"type": "CVSS_V3", "score": HIGH}])
SETTINGS = '[security]\nadvisories = "../osv/all.zip"\n'
LOCK = "acme-files==1.0\nacme-http==2.0.7\n"


@pytest.fixture
def shop(clone):
    """A repository with a lock file of which an advisory is known."""
    archive(clone.root.parent / "osv/all.zip", HTTP, FILES)
    clone.commit("one", **{"sluicegate.toml": SETTINGS, "requirements.txt": LOCK, ".gitignore": ".sluicegate\n"})
    return clone


def verdict(command, *arguments, **environment):
    done = command("check", "--gate", "security", "--report", "json=-", *arguments, **environment)
    run = json.loads(done.stdout)
    found = {one["key"][2]: one["state"] for gate in run["gates"] for one in gate["findings"] if len(one["key"]) > 3}
    return done.returncode, found, run


def test_only_what_a_change_brings_fails_it(shop, command):
    shop.write("requirements.txt", LOCK + "# a line moves nothing\n")
    assert verdict(command)[:2] == (0, {"acme-files": "unchanged"})
    shop.write("requirements.txt", LOCK.replace("http==2.0.7", "http==2.0.6"))
    assert verdict(command)[:2] == (1, {"acme-files": "unchanged", "acme-http": "new"})


def test_another_vulnerable_version_is_no_new_finding(shop, command):
    shop.write("requirements.txt", LOCK.replace("files==1.0", "files==1.1"))
    assert verdict(command)[:2] == (0, {"acme-files": "unchanged"})


def test_settings_in_a_folder_name_files_from_there(shop, command):
    shop.commit(
        "two",
        **{
            "api/sluicegate.toml": SETTINGS.replace("../osv", "../../osv"),
            "api/requirements.txt": "acme-http==2.0.7\n",
        },
    )
    shop.write("api/requirements.txt", "acme-http==2.0.6\n")
    for folder in ("api", "api/deep"):
        (shop.root / folder).mkdir(exist_ok=True)
        code, found, _ = verdict(lambda *words, where=folder: command(*words, cwd=shop.root / where))
        assert (code, found) == (1, {"acme-http": "new"})


def test_new_advisories_judge_both_sides_alike(shop, command, tmp_path):
    """Also where what was found at the base is kept: the database is a part of the key."""
    cache = {"SLUICEGATE_CACHE": str(tmp_path / "cache")}
    shop.write("other.txt", "")
    assert verdict(command, **cache)[:2] == (0, {"acme-files": "unchanged"})
    assert verdict(command, **cache)[:2] == (0, {"acme-files": "unchanged"})
    more = advisory("C-1", "acme-http", before("9"), modified=TODAY)
    archive(shop.root.parent / "osv/all.zip", HTTP, FILES, more)
    assert verdict(command, **cache)[:2] == (0, {"acme-files": "unchanged", "acme-http": "unchanged"})
    assert len(list((tmp_path / "cache/advisories").glob("*.sqlite"))) == 2


def test_what_is_accepted_hears_of_a_new_advisory_as_the_world(shop, command):
    assert command("check", "--gate", "security", "--report", "json=.git/run.json").returncode == 0
    done = command("baseline", "accept", ".git/run.json")
    assert done.returncode == 0, done.stderr
    more = advisory("C-1", "acme-http", before("9"), modified=TODAY)
    archive(shop.root.parent / "osv/all.zip", HTTP, FILES, more)
    shop.write("sluicegate.toml", SETTINGS + '[baseline]\ncompare = "both"\n')
    code, found, run = verdict(command)
    [gate] = [one for one in run["gates"] if one["gate"] == "security"]
    causes = {one["key"][2]: one["cause"] for one in gate["findings"]}
    assert (code, found["acme-http"], causes["acme-http"]) == (0, "unchanged", "world")


def test_a_pin_is_raised_in_its_line(shop, command):
    shop.write("requirements.txt", "acme-http[tls]==2.0.6 ; python_version > '3' # why\r\nacme-files == 1.0\n")
    done = command("check", "--gate", "security", "--fix")
    assert "raise acme-http to 2.0.7" in done.stderr, done.stderr
    assert (shop.root / "requirements.txt").read_bytes() == (
        b"acme-http[tls]==2.0.7 ; python_version > '3' # why\r\nacme-files == 1.0\n"
    )


def test_advisories_that_were_lost_are_never_green(shop, command):
    (shop.root.parent / "osv/all.zip").unlink()
    shop.write("requirements.txt", LOCK.replace("2.0.7", "2.0.6"))
    code, found, run = verdict(command)
    assert (code, found, run["outcome"]) == (3, {}, "errored")


def test_without_advisories_the_rules_are_not_tested(shop, command):
    shop.write("sluicegate.toml", "[security]\n")
    _, _, run = verdict(command)
    [gate] = [one for one in run["gates"] if one["gate"] == "security"]
    outcomes = {one["rule"]: one["outcome"] for one in gate["rules"]}
    assert outcomes["security/vulnerable-dependency"] == outcomes["security/malicious-dependency"] == "not-tested"


@pytest.mark.usefixtures("shop")
def test_the_run_says_what_it_rests_on(command):
    _, _, run = verdict(command)
    [gate] = run["gates"]
    [evidence] = gate["evidence"]
    assert (evidence["subject"], evidence["population"], len(evidence["sha256"])) == ("advisories", 2, 64)
    assert "2 advisories, the newest of" in gate["facts"]["advisories"]


def test_a_change_that_excuses_itself_is_told(shop, command):
    """What VEX says takes the finding away at once, and the run says that the change said it."""
    shop.commit("two", **{"sluicegate.toml": SETTINGS + 'vex = ["vex.json"]\n'})
    shop.write("requirements.txt", LOCK.replace("2.0.7", "2.0.6"))
    says = {
        "vulnerability": {"name": "A-1"},
        "products": [{"@id": "pkg:pypi/acme-http@2.0.6"}],
        "status": "not_affected",
    }
    shop.write("vex.json", json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": [says]}))
    code, found, run = verdict(command)
    assert (code, found) == (0, {"acme-files": "unchanged"})
    assert taken(run).endswith("(not affected; vex.json, said in this change)")
    shop.commit("three")
    shop.write("other.txt", "")
    assert taken(verdict(command)[2]).endswith("(not affected; vex.json)")
    shop.write("vex.json", json.dumps({"@context": "https://openvex.dev/ns/v0.2.0"}))
    assert verdict(command)[:2] == (1, {"acme-files": "unchanged", "acme-http": "new"})


def taken(run):
    [gate] = [one for one in run["gates"] if one["gate"] == "security"]
    return gate["facts"]["taken away by VEX"]


def test_vex_that_git_does_not_keep_is_the_same_on_both_sides(shop, command):
    shop.commit("two", **{"sluicegate.toml": SETTINGS + 'vex = [".osv/vex.json"]\n', ".gitignore": ".osv\n"})
    says = {"vulnerability": "A-1", "products": ["pkg:pypi/acme-http"], "status": "not_affected"}
    shop.write(".osv/vex.json", json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": [says]}))
    shop.write("requirements.txt", LOCK.replace("2.0.7", "2.0.6"))
    code, found, run = verdict(command)
    assert (code, found) == (0, {"acme-files": "unchanged"})
    assert taken(run).endswith("(not affected; .osv/vex.json)")
