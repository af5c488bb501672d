"""The real cfn-lint and checkov through the whole gate: what they find, what they cannot read, what they stay off."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from clones import make_clone
from real.shared import TOOLS, run
from sluicegate.gates.security.infrastructure.scanners.checkov import _ASKED, _OFFLINE

SCANNERS = TOOLS / "scanners" / "bin"
BUCKET = """\
resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV_AWS_18: nobody reads them
  bucket = "acme-logs"
  acl    = "public-read"
}

module "far" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}
"""
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketNam: acme-logs
"""
FILES = {
    "infra/main.tf": BUCKET,
    "infra/variables.tf": 'variable "name" {\n  type = string\n}\n',
    "infra/broken.tf": 'resource "x" {\n  a = \n',
    "web.yaml": TEMPLATE,
    "broken.yaml": f"{TEMPLATE}   x: [\n",
    "images/Dockerfile": "FROM python\nRUN make\n",
}


@pytest.fixture(autouse=True)
def _there() -> None:
    for name in ("cfn-lint", "checkov"):
        assert (SCANNERS / name).exists(), "run tests/real/infrastructure/install.sh"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the gate says of a change that brings all the files."""
    clone = make_clone(tmp_path_factory.mktemp("clone") / "shop")
    settings = f'[security]\nkinds = ["infrastructure"]\ncfn-lint = true\ncheckov = "{SCANNERS}/checkov"\n'
    clone.commit(**{"sluicegate.toml": settings})
    for name, text in FILES.items():
        clone.write(name, text)
    report = clone.root.parent / "run.json"
    done = run(
        sys.executable, "-m", "sluicegate.cli.main", "check", "--gate", "security", "--report", f"json={report}",
        cwd=clone.root, env={**os.environ, "PATH": f"{SCANNERS}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    assert done.returncode == 3, done.stdout
    [one] = json.loads(report.read_text("utf-8"))["gates"]
    return one


def found(gate: dict, prefix: str) -> set[tuple[str, str, str]]:
    return {
        (one["rule"].removeprefix(f"security/{prefix}"), one["location"]["path"], one["location"].get("logical", ""))
        for one in gate["findings"]
        if one["rule"].startswith(f"security/{prefix}")
    }


def became(gate: dict, rule: str) -> dict[str, str]:
    [one] = [one for one in gate["rules"] if one["rule"] == f"security/{rule}"]
    return {
        each["subject"]: each["undecided"]["outcome"] if each.get("undecided") else "looked at"
        for each in one["examinations"]
    }


def test_cfn_lint_finds_what_is_spelt_wrong_and_says_what_it_cannot_read(gate: dict) -> None:
    assert ("e3002", "web.yaml", "Resources.Logs.Properties.BucketNam") in found(gate, "cfn-lint-")
    assert became(gate, "cfn-lint-checks") == {"web.yaml": "looked at", "broken.yaml": "errored"}


def test_checkov_finds_what_it_knows_and_says_what_it_cannot_read(gate: dict) -> None:
    told = found(gate, "checkov-")
    assert ("ckv-aws-20", "infra/main.tf", "aws_s3_bucket.logs") in told
    assert ("ckv-docker-3", "images/Dockerfile", "") in {(rule, path, "") for rule, path, _ in told}
    assert not any(rule == "ckv-aws-18" for rule, path, _ in told if path == "infra/main.tf")
    assert {path: outcome for path, outcome in became(gate, "checkov-checks").items() if path != "broken.yaml"} == {
        "infra/main.tf": "looked at", "infra/variables.tf": "not-applicable", "infra/broken.tf": "errored",
        "web.yaml": "looked at", "images/Dockerfile": "looked at",
    }  # fmt: skip
    assert became(gate, "checkov-checks")["broken.yaml"] in ("errored", "not-tested")
    assert gate["facts"]["checkov skip"] == "1"


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a proxy, and what was asked of it."""
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with suppress(OSError):
            while True:
                one, _ = listening.accept()
                with one:
                    heard.append(one.recv(200))

    threading.Thread(target=answer, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
    listening.close()


@pytest.mark.parametrize("offline", [True, False])
def test_as_it_is_asked_checkov_stays_off_the_network(
    offline: bool, proxy: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    address, heard = proxy
    (tmp_path / "main.tf").write_text(BUCKET, "utf-8")
    left_out = () if offline else ("--skip-download",)
    seen = {**os.environ, **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), address)}
    seen |= dict.fromkeys(("HOME", "XDG_CACHE_HOME"), str(tmp_path))  # else it remembers that it asked an hour ago
    asked = [word for word in _ASKED if word not in left_out]
    done = run(SCANNERS / "checkov", *asked, cwd=tmp_path, env={**seen, **(_OFFLINE if offline else {})})
    assert "CKV_AWS_20" in done.stdout
    assert bool(heard) is not offline
