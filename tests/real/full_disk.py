"""Fills the file system it is given, and prints what is left of an entry that is then replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from baseline.killed import body, number_of
from sluicegate.baseline import StoreError, open_store
from sluicegate.baseline.git import GitStore


def main() -> None:
    root = Path(sys.argv[1])
    file = open_store("store", root)
    tag = file.create("entry", body(1))
    ballast = root / "ballast"
    ballast.write_bytes(bytes(60_000))
    told = []
    for verb in (lambda: file.replace("entry", body(2), tag), lambda: file.create("other", body(3))):
        try:
            verb()
        except StoreError as error:
            told.append(error.message)
    found = file.get("entry")
    whole = found is not None and number_of(found.data) == 1 and list(file.list()) == ["entry"] and len(told) == 2
    for path in (root / "store" / "entry", ballast):
        path.unlink()
    subprocess.run(["git", "init", "--quiet", "--template=", str(root / "git")], check=True)
    git = GitStore(folder=root / "git")
    tag = git.create("entry", b"1")
    ballast.write_bytes(b"")
    with ballast.open("ab", buffering=0) as filling:
        try:
            while True:
                filling.write(bytes(512))
        except OSError:
            pass
    try:
        git.replace("entry", bytes(range(256)) * 100, tag)
    except StoreError as error:
        told.append(error.message)
    found = git.get("entry")
    print("old" if whole and found and found.data == b"1" and len(told) == 3 else "not old")
    print("\n".join(told))


if __name__ == "__main__":
    main()
