"""Gives the Action a private Python environment and runs the gates in it.

Standard library alone, and syntax that an older Python can read, so that it can say that it is too old. It runs as a
script on the runner's own Python and changes nothing there: the environment lies under the runner's temporary folder,
holds exactly what `requirements/action.txt` pins by hash and this very checkout, and is used again when it is complete.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ENTRY = "sluicegate.cli.action"
ERRORED = 3
OLDEST = (3, 11)
INSTALL_SECONDS = 900
CHECKOUT = Path(__file__).resolve().parents[3]

# What would choose another place, interpreter or version than those of the lock. Everything else stays in force:
# above all indexes, find-links, proxies, certificates, credentials and caches.
DISARMED = {
    "CONDA_PREFIX": "uv takes it for the environment to install into",
    "PIP_ABI": "picks wheels for another interpreter",
    "PIP_BUILD_CONSTRAINT": "moves the versions of build dependencies",
    "PIP_CONFIG_SETTINGS": "changes what the build of this checkout makes",
    "PIP_CONSTRAINT": "moves versions away from the lock",
    "PIP_DRY_RUN": "installs nothing",
    "PIP_EDITABLE": "installs more than the lock",
    "PIP_FORCE_REINSTALL": "installs what is there already",
    "PIP_GLOBAL_OPTION": "switches wheels off",
    "PIP_GROUP": "installs more than the lock",
    "PIP_IGNORE_INSTALLED": "overwrites what is there already",
    "PIP_IGNORE_REQUIRES_PYTHON": "lets through what this interpreter cannot run",
    "PIP_IMPLEMENTATION": "picks wheels for another interpreter",
    "PIP_NO_BINARY": "builds from source what the lock takes as wheels",
    "PIP_NO_BUILD_ISOLATION": "we say it ourselves where it is right",
    "PIP_NO_DEPS": "we say it ourselves where it is right",
    "PIP_ONLY_BINARY": "we say it ourselves where it is right",
    "PIP_PLATFORM": "picks wheels for another platform",
    "PIP_PRE": "moves versions away from the lock",
    "PIP_PREFIX": "installs somewhere else",
    "PIP_PYTHON": "installs for another interpreter",
    "PIP_PYTHON_VERSION": "picks wheels for another interpreter",
    "PIP_REPORT": "writes over standard output",
    "PIP_REQUIRE_HASHES": "refuses this checkout, which has no hash; the lock is installed with it anyway",
    "PIP_REQUIREMENT": "installs more than the lock",
    "PIP_REQUIREMENTS_FROM_SCRIPT": "installs more than the lock",
    "PIP_REQUIRE_VIRTUALENV": "asks for what holds anyway",
    "PIP_ROOT": "installs somewhere else",
    "PIP_SRC": "puts sources somewhere else",
    "PIP_TARGET": "installs somewhere else",
    "PIP_UPGRADE": "installs what is there already",
    "PIP_UPLOADED_PRIOR_TO": "hides versions that the lock names",
    "PIP_USER": "installs into the user's own Python",
    "PYTHONHOME": "puts another standard library in place",
    "PYTHONPATH": "puts foreign modules before ours",
    "PYTHONPLATLIBDIR": "puts another standard library in place",
    "PYTHONSTARTUP": "runs foreign code",
    "PYTHONUSERBASE": "adds the user's own packages",
    "PYTHONWARNINGS": "turns an installer's warnings into errors",
    "UV_BREAK_SYSTEM_PACKAGES": "installs into the system's Python",
    "UV_BUILD_CONSTRAINT": "moves the versions of build dependencies",
    "UV_CONSTRAINT": "moves versions away from the lock",
    "UV_ENV_FILE": "brings back what is taken away here",
    "UV_EXCLUDE": "leaves out what the lock names",
    "UV_EXCLUDE_NEWER": "hides versions that the lock names",
    "UV_FORK_STRATEGY": "moves versions away from the lock",
    "UV_ISOLATED": "chooses the environment",
    "UV_MANAGED_PYTHON": "chooses the interpreter",
    "UV_NO_BINARY": "builds from source what the lock takes as wheels",
    "UV_NO_BINARY_PACKAGE": "builds from source what the lock takes as wheels",
    "UV_NO_BUILD": "refuses to build this checkout",
    "UV_NO_BUILD_ISOLATION": "we say it ourselves where it is right",
    "UV_NO_BUILD_PACKAGE": "refuses to build this checkout",
    "UV_NO_MANAGED_PYTHON": "chooses the interpreter",
    "UV_NO_VERIFY_HASHES": "takes the lock's hashes out of force",
    "UV_OVERRIDE": "moves versions away from the lock",
    "UV_PRERELEASE": "moves versions away from the lock",
    "UV_PROJECT": "reads another project's settings",
    "UV_PROJECT_ENVIRONMENT": "chooses the environment",
    "UV_PYTHON": "chooses the interpreter",
    "UV_PYTHON_DOWNLOADS": "chooses the interpreter",
    "UV_PYTHON_PREFERENCE": "chooses the interpreter",
    "UV_REQUIRE_HASHES": "refuses this checkout, which has no hash; the lock is installed with it anyway",
    "UV_RESOLUTION": "moves versions away from the lock",
    "UV_SYSTEM_PYTHON": "installs into the system's Python",
    "UV_TORCH_BACKEND": "chooses the index of some packages",
    "UV_WORKING_DIR": "reads another folder's settings",
    "UV_WORKING_DIRECTORY": "reads another folder's settings",
    "VIRTUAL_ENV": "uv takes it for the environment to install into",
    "__PYVENV_LAUNCHER__": "makes a macOS interpreter believe that it is another one",
}

# Where somebody has told pip, and only pip, how to reach packages, uv would ask in the wrong place.
_REACH = ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "CONFIG_FILE", "CERT", "CLIENT_CERT", "PROXY")
_REACH_UV = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_CONFIG_FILE")


class CannotSetUpError(Exception):
    """The environment cannot be made; says what happened, and the next step."""


def main() -> int:
    """Set up the environment and run the Action's entry in it, with its exit code as ours."""
    if sys.version_info < OLDEST:
        return _give_up(
            "Sluicegate needs Python 3.11 or newer, and this is {}.{}.{}. Add a step with actions/setup-python before"
            " this one.".format(*sys.version_info[:3])
        )
    try:
        python = environment(CHECKOUT, os.environ)
    except CannotSetUpError as error:
        return _give_up(str(error))
    except OSError as error:
        return _give_up(
            f"its environment could not be written: {error}. Look at the free space and the rights of the runner's"
            " temporary folder (RUNNER_TEMP)."
        )
    # -I: neither the working directory, PYTHON* variables nor the user's packages can put a module in the way.
    command = [str(python), "-I", "-X", "utf8", "-m", ENTRY, *sys.argv[1:]]
    if os.name != "nt":  # where exec would let the runner go on at once
        os.execv(command[0], command)  # noqa: S606 - so that the signals of a cancelled job reach the gates themselves
    return subprocess.run(command, check=False).returncode


def environment(checkout: Path, caller: os._Environ[str] | dict[str, str]) -> Path:
    """The interpreter of a complete environment for a checkout: the one made earlier, or a new one.

    Each is made in a folder of its own; a small file named after the key points to it, and is put in place last, in
    one step. A half that somebody interrupted is therefore never found. Raises CannotSetUpError and OSError.
    """
    started = time.monotonic()
    home = _home(caller)
    pointer = home / f"{key(checkout)}.path"
    found = _pointed(pointer)
    if found:
        return found
    folder = Path(tempfile.mkdtemp(prefix="env-", dir=home))
    try:
        with_ = _install(folder, checkout, caller)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    new = pointer.with_name(f"{pointer.name}.{uuid.uuid4().hex}")
    new.write_text(folder.name, encoding="utf-8")
    os.replace(new, pointer)  # noqa: PTH105 - the same on every platform, and atomic
    seconds = time.monotonic() - started
    _say(f"Sluicegate set itself up with {with_} in {seconds:.1f} s (Python {platform.python_version()}).")
    return interpreter(folder)


def key(checkout: Path) -> str:
    """What an environment depends on: the lock, this checkout's own code, the interpreter and the platform."""
    digest = hashlib.sha256(
        "\0".join((sys.version, os.path.realpath(sys.executable), platform.machine(), sys.platform)).encode()
    )
    files = [checkout / "pyproject.toml", checkout / "requirements" / "action.txt"]
    sources = (path for path in (checkout / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in [*files, *sorted(sources)]:
        digest.update(b"\0" + path.relative_to(checkout).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def disarmed(caller: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    """The caller's variables without those that would install something else, or somewhere else."""
    kept = {name: value for name, value in caller.items() if name.upper() not in DISARMED}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def interpreter(folder: Path) -> Path:
    """Where a virtual environment keeps its Python."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def uv_for(caller: os._Environ[str] | dict[str, str]) -> str | None:
    """The uv to install with, or None where there is none or the caller has told only pip how to reach packages."""
    told_pip = any(caller.get(f"PIP_{name}") for name in _REACH)
    told_uv = any(caller.get(name) for name in _REACH_UV)
    return None if told_pip and not told_uv else shutil.which("uv", path=caller.get("PATH"))


def _home(caller: os._Environ[str] | dict[str, str]) -> Path:
    """The folder that holds the environments; a new one where the runner names none, since /tmp is everybody's."""
    named = caller.get("RUNNER_TEMP")
    if not named:
        return Path(tempfile.mkdtemp(prefix="sluicegate-"))
    home = Path(named) / "sluicegate"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _pointed(pointer: Path) -> Path | None:
    try:
        name = pointer.read_text("utf-8")
    except FileNotFoundError:
        return None
    python = interpreter(pointer.parent / name)
    return python if re.fullmatch(r"env-\w+", name) and python.exists() else None


def _install(folder: Path, checkout: Path, caller: os._Environ[str] | dict[str, str]) -> str:
    """Fill a folder with an environment; answers with the name of the installer. Raises CannotSetUpError."""
    uv = uv_for(caller)
    if uv:
        try:
            _fill(folder, checkout, caller, [uv, "pip", "install", "--python", str(interpreter(folder))])
        except CannotSetUpError as error:
            _say(f"uv did not succeed, so pip is next. {error}")
            shutil.rmtree(folder)
        else:
            return "uv"
    _fill(
        folder, checkout, caller, [str(interpreter(folder)), "-I", "-m", "pip", "install", "--no-warn-script-location"]
    )
    return "pip"


def _fill(folder: Path, checkout: Path, caller: os._Environ[str] | dict[str, str], install: list[str]) -> None:
    without_pip = ["--without-pip"] if install[1:2] == ["pip"] else []
    lock = checkout / "requirements" / "action.txt"
    _run(
        [sys.executable, "-I", "-m", "venv", *without_pip, str(folder)],
        "make a virtual environment",
        caller,
        folder.parent,
    )
    _run(
        [*install, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)], "install the lock", caller, checkout
    )
    _run([*install, "--no-deps", "--no-build-isolation", str(checkout)], "install this checkout", caller, checkout)


def _run(command: list[str], what: str, caller: os._Environ[str] | dict[str, str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=disarmed(caller),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotSetUpError(
            f"it could not {what} within {INSTALL_SECONDS} s. Look at the network between this runner and its package"
            " index."
        ) from None
    if done.returncode:
        quarantined(redacted(done.stdout.decode("utf-8", "replace")))
        raise CannotSetUpError(f"it could not {what} (exit {done.returncode}). {_next_step(what)}")


def _next_step(what: str) -> str:
    if "virtual" in what:
        return "This Python may lack venv or ensurepip: add a step with actions/setup-python before this one."
    return (
        "The log above holds the installer's own words. Behind a proxy or a mirror, set PIP_INDEX_URL, PIP_CERT or"
        " their like in the step's env; they stay in force."
    )


def redacted(text: str) -> str:
    """Foreign output without the credentials that addresses can carry."""
    return re.sub(r"(?<=://)[^/\s@]+@", "***@", text)


def quarantined(text: str) -> None:
    """Print foreign text so that the runner takes none of its lines for a command."""
    token = uuid.uuid4().hex
    _say(f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::")


def _give_up(message: str) -> int:
    """Say it in the log and in the outputs of the step; answers with the exit code."""
    _say(
        "::error title=Sluicegate could not start::"
        + message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    )
    for variable, text in (
        ("GITHUB_OUTPUT", "outcome=errored\n"),
        (
            "GITHUB_STEP_SUMMARY",
            "### Sluicegate could not start\n\nNothing was checked; the log of this step says why.\n",
        ),
    ):
        if os.environ.get(variable):
            with open(os.environ[variable], "a", encoding="utf-8") as file:  # noqa: PTH123 - the runner's file
                file.write(text)
    return ERRORED


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
