from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sluicegate.ci import bootstrap

SCRIPT = Path(bootstrap.__file__)


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose installation is a fake installer's work."""
    root = tmp_path / "checkout"
    (root / "requirements").mkdir(parents=True)
    (root / "src" / "sluicegate").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\n")
    (root / "requirements" / "action.txt").write_text("a==1\n")
    (root / "src" / "sluicegate" / "a.py").write_text("")
    return root


@pytest.fixture
def uv(tmp_path):
    """A uv that writes down how it was called, and fails while a file named `broken` lies beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "uv"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\nhere = {str(folder)!r}\n"
        "open(here + '/calls', 'a').write(repr((sys.argv[1:], os.getcwd(), dict(os.environ))) + '\\n')\n"
        "print('::error::from a https://user:secret@mirror.example/simple tool')\n"
        "sys.exit(os.path.exists(here + '/broken'))\n"
    )
    program.chmod(0o755)
    return folder


def calls(uv):
    file = uv / "calls"
    return [ast.literal_eval(line) for line in file.read_text().splitlines()] if file.exists() else []


def caller(tmp_path, uv, **more):
    temp = tmp_path / "temp"
    temp.mkdir(exist_ok=True)
    return {"RUNNER_TEMP": str(temp), "PATH": f"{uv}{os.pathsep}{os.defpath}", **more}


posix = pytest.mark.skipif(os.name == "nt", reason="the fake uv is a script with a shebang")


@posix
def test_an_environment_is_made_once_and_used_again(tmp_path, checkout, uv, capsys):
    environ = caller(tmp_path, uv)
    python = bootstrap.environment(checkout, environ)
    assert python.is_relative_to(tmp_path / "temp" / "sluicegate")
    assert python.exists()
    assert "set itself up with uv" in capsys.readouterr().out
    lock, this = [arguments for arguments, _, _ in calls(uv)]
    assert lock == [
        *("pip", "install", "--python", str(python), "--require-hashes", "--only-binary", ":all:", "-r"),
        str(checkout / "requirements" / "action.txt"),
    ]
    assert this == ["pip", "install", "--python", str(python), "--no-deps", "--no-build-isolation", str(checkout)]
    assert bootstrap.environment(checkout, environ) == python
    assert len(calls(uv)) == 2


@posix
@pytest.mark.parametrize("changed", ["requirements/action.txt", "pyproject.toml", "src/sluicegate/a.py"])
def test_another_lock_or_checkout_has_another_environment(tmp_path, checkout, uv, changed):
    environ = caller(tmp_path, uv)
    before = bootstrap.environment(checkout, environ)
    (checkout / changed).write_text("# changed\n")
    assert bootstrap.environment(checkout, environ) != before


@posix
def test_a_broken_half_is_neither_kept_nor_used(tmp_path, checkout, uv, monkeypatch):
    environ = caller(tmp_path, uv)
    real = bootstrap._run

    def interrupted(command, what, *rest):
        if "checkout" in what:
            raise KeyboardInterrupt
        real(command, what, *rest)

    monkeypatch.setattr(bootstrap, "_run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.environment(checkout, environ)
    assert list((tmp_path / "temp" / "sluicegate").iterdir()) == []
    monkeypatch.setattr(bootstrap, "_run", real)
    python = bootstrap.environment(checkout, environ)
    shutil.rmtree(python.parents[1])  # somebody cleans up, and the pointer stays
    assert bootstrap.environment(checkout, environ).exists()


def test_a_pointer_leads_nowhere_else(tmp_path):
    for content in ("../../outside", "/usr", "env-x/../..", ""):
        (tmp_path / "k.path").write_text(content)
        assert bootstrap._pointed(tmp_path / "k.path") is None


@posix
def test_what_chooses_the_target_is_disarmed_and_the_rest_stays(tmp_path, checkout, uv):
    hostile = dict.fromkeys(bootstrap.DISARMED, "/elsewhere")
    kept = {
        "UV_INDEX_URL": "https://mirror.example/simple",
        "UV_FIND_LINKS": "/wheels",
        "PIP_INDEX_URL": "https://mirror.example/simple",
        "PIP_FIND_LINKS": "/wheels",
        "PIP_CERT": "/ca.pem",
        "PIP_CLIENT_CERT": "/me.pem",
        "PIP_TRUSTED_HOST": "mirror.example",
        "PIP_PROXY": "http://proxy.example",
        "SSL_CERT_FILE": "/ca.pem",
        "HTTPS_PROXY": "http://proxy.example",
        "UV_CACHE_DIR": str(tmp_path / "cache"),
    }
    python = bootstrap.environment(checkout, caller(tmp_path, uv, **hostile, **kept))
    for _, folder, environ in calls(uv):
        assert not set(bootstrap.DISARMED) & set(environ)
        assert kept.items() <= environ.items()
        assert folder == str(checkout)  # not the caller's project, whose own settings could move versions
    prefix = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True)
    assert Path(prefix.stdout.strip()) == python.parents[1]


def test_every_variable_that_is_disarmed_has_its_reason():
    assert all(
        re.fullmatch(r"(PIP|UV|PYTHON)[A-Z_]*|CONDA_PREFIX|VIRTUAL_ENV|__PYVENV_LAUNCHER__", one)
        for one in bootstrap.DISARMED
    )
    assert all(bootstrap.DISARMED.values())
    reach = {f"PIP_{name}" for name in bootstrap._REACH} | set(bootstrap._REACH_UV)
    assert not reach & set(bootstrap.DISARMED)


@posix
def test_uv_is_left_alone_where_only_pip_was_told_how_to_reach_packages(tmp_path, uv):
    told_pip = {"PIP_INDEX_URL": "https://mirror.example/simple"}
    assert bootstrap.uv_for(caller(tmp_path, uv)) == str(uv / "uv")
    assert bootstrap.uv_for(caller(tmp_path, uv, **told_pip)) is None
    assert bootstrap.uv_for(caller(tmp_path, uv, **told_pip, UV_DEFAULT_INDEX="https://mirror.example/simple"))
    assert bootstrap.uv_for({"PATH": ""}) is None


@posix
def test_where_uv_fails_pip_is_next_and_the_user_hears_why(tmp_path, checkout, uv, capsys):
    (uv / "broken").touch()
    (checkout / "requirements" / "action.txt").write_text("does-not-exist==1 --hash=sha256:" + "0" * 64)
    environ = caller(tmp_path, uv, PIP_NO_INDEX="1", UV_NO_INDEX="1", UV_FIND_LINKS=str(tmp_path))
    with pytest.raises(bootstrap.CannotSetUpError, match=r"could not install the lock \(exit 1\)\. .*PIP_INDEX_URL"):
        bootstrap.environment(checkout, environ)
    log = capsys.readouterr().out
    assert "uv did not succeed, so pip is next." in log
    assert "No matching distribution found for does-not-exist==1" in log
    assert "secret" not in log
    assert list((tmp_path / "temp" / "sluicegate").iterdir()) == []
    lines = log.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("::stop-commands::"))
    end = lines.index(f"::{lines[start].removeprefix('::stop-commands::')}::")
    assert start < next(at for at, line in enumerate(lines) if line.startswith("::error::from a")) < end


def test_without_a_temporary_folder_of_the_runner_nobody_elses_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap.tempfile, "tempdir", str(tmp_path))
    one, other = bootstrap._home({}), bootstrap._home({})
    assert one != other
    assert one.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_the_script_says_that_it_is_on_too_old_a_python(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "out"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    assert bootstrap.main() == 3
    assert re.match(
        r"::error title=.*::Sluicegate needs Python 3\.11 or newer, and this is .*setup-python", capsys.readouterr().out
    )
    assert (tmp_path / "out").read_text() == "outcome=errored\n"
    assert "Nothing was checked" in (tmp_path / "summary").read_text()


def test_the_script_can_be_read_by_a_python_that_is_too_old():
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 8))


def test_the_script_needs_the_standard_library_alone():
    """As a script with -S, it can be imported by an interpreter that has no packages at all."""
    told = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='script')"
    subprocess.run([sys.executable, "-I", "-S", "-c", told, str(SCRIPT)], check=True)


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "file"))
    assert bootstrap.main() == 3
    assert "RUNNER_TEMP" in capsys.readouterr().out
