"""A git store taken to a remote and back: nobody's update is overwritten, and what both sides changed is merged."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from sluicegate.baseline.git import NAMESPACE, GitStore, pause
from sluicegate.baseline.store import StoreError
from sluicegate.text import one_line, shorten

Merge = Callable[[str, bytes | None, bytes | None, bytes | None], bytes | None]
"""What a name shall hold, from its name and what it held in common, here, and there (None: nothing)."""

_SECONDS = 300
_ATTEMPTS = 100
# A remote is reached over these alone; `ext::` and its like would run a program that the address names.
_ALLOWED = {"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
_ALONE = ("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "push.gpgSign=false", "-c", "push.followTags=false")
_OVERTAKEN = re.compile(
    r"stale info|fetch first|non-fast-forward|cannot lock ref|failed to update ref|incorrect old value|"
    r"reference already exists|unable to lock|needs merge",
    re.IGNORECASE,
)
_UNREACHABLE = re.compile(
    r"could not resolve|unable to access|Could not read from remote|does not appear to be a git|Connection|timed out",
    re.IGNORECASE,
)


class Exchanged(Struct, frozen=True, kw_only=True):
    """What came of a push or a pull: the commits on both sides afterwards, and whether two histories were merged."""

    here: str | None
    there: str | None
    merged: bool = False
    changed: bool = False


def pull(store: GitStore, merge: Merge) -> Exchanged:
    """Take in what the remote has; `changed` says whether anything came. Raises StoreError."""
    overtaken = ""
    for attempt in range(_ATTEMPTS):
        there = _fetched(store)
        before = store.tip()
        if there is None or there == before:
            return Exchanged(here=before, there=there)
        wanted, merged = _joined(store, before, there, merge)
        if wanted == before:
            return Exchanged(here=before, there=there)
        overtaken = store.move(wanted, before)
        if not overtaken:
            return Exchanged(here=wanted, there=there, merged=merged, changed=True)
        pause(attempt)
    raise store.outrun(store.ref, overtaken)


def push(store: GitStore, merge: Merge) -> Exchanged:
    """Give the remote what is here, on top of what it has; `changed` says whether it had less. Raises StoreError.

    The remote's ref is moved only from the very commit that was fetched. Where somebody was faster, theirs is taken in
    and it is tried again.
    """
    merged = False
    said = ""
    for attempt in range(_ATTEMPTS):
        pulled = pull(store, merge)
        merged = merged or pulled.merged
        here, there = pulled.here, pulled.there
        if here is None:
            raise StoreError.at(
                store.address, "there is nothing to push", hint="`sluicegate baseline accept RUN.json` first"
            )
        if here == there:
            return Exchanged(here=here, there=there, merged=merged, changed=bool(said))
        said = _pushed(store, here, there)
        if not said:
            return Exchanged(here=here, there=here, merged=merged, changed=True)
        pause(attempt + 3)
    raise StoreError.at(
        store.address, f"{store.remote} was changed by others each time", shorten(said, 200), "run again later"
    )


def _joined(store: GitStore, here: str | None, there: str, merge: Merge) -> tuple[str, bool]:
    """A commit that contains both sides: one of them, or a new one with both as its parents."""
    if here is None:
        return there, False
    common = store.tried("merge-base", here, there).stdout.decode().strip() or None
    if common in (here, there):
        return (there if common == here else here), False
    base, ours, theirs = store.files(common), store.files(here), store.files(there)
    files = dict(theirs)
    for name in sorted({*base, *ours, *theirs}):
        old, mine, other = base.get(name), ours.get(name), theirs.get(name)
        if mine in (other, old):
            continue
        if other == old:
            made = mine
        else:
            joined = merge(name, *(store.content(blob) if blob else None for blob in (old, mine, other)))
            made = store.blob(joined) if joined is not None else None
        if made:
            files[name] = made
        else:
            files.pop(name, None)
    return store.commit(files, "Join two histories", there, here), True


def _fetched(store: GitStore) -> str | None:
    """The commit of the ref at the remote, brought here; None where it has no such ref."""
    kept = f"{NAMESPACE}remotes/{store.remote}/{store.ref.removeprefix(NAMESPACE)}"
    said = ""
    for attempt in range(_ATTEMPTS):
        # no --depth: it would make a full clone shallow; --no-filter: a partial clone needs our files too
        done = store.tried(
            *_ALONE, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
            "--no-prune", "--no-filter", "--refmap=", store.remote, f"+{store.ref}:{kept}",
            extra=_ALLOWED, seconds=_SECONDS,
        )  # fmt: skip
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode == 0:
            return store.call("rev-parse", "--verify", f"{kept}^{{commit}}").decode().strip()
        if "couldn't find remote ref" in said:
            return None
        if not _OVERTAKEN.search(said):  # two fetches in one clone may be in each other's way
            raise _refused(store, f"{store.remote} cannot be read", said)
        pause(attempt)
    raise _refused(store, f"{store.remote} cannot be read", said)


def _pushed(store: GitStore, here: str, there: str | None) -> str:
    """Move the remote's ref from `there` to `here`: nothing when it is done, else how others were faster."""
    done = store.tried(
        *_ALONE, "push", "--quiet", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags",
        "--recurse-submodules=no", f"--force-with-lease={store.ref}:{there or ''}", store.remote, f"{here}:{store.ref}",
        extra=_ALLOWED, seconds=_SECONDS,
    )  # fmt: skip
    if done.returncode == 0:
        return ""
    said = f"{done.stdout.decode('utf-8', 'replace')}\n{done.stderr.decode('utf-8', 'replace')}"
    refused = next((line for line in said.splitlines() if line.startswith("!\t")), "")
    if _OVERTAKEN.search(refused):
        return one_line(refused)
    raise _refused(store, f"{store.remote} does not take it", said)


def _refused(store: GitStore, what: str, said: str) -> StoreError:
    hint = ""
    if "No such remote" in said or f"'{store.remote}' does not appear" in said:
        hint = f"`git remote -v` lists the remotes; the settings name one after @: {store.address}@REMOTE"
    elif re.search(r"Permission|denied|Authentication|403|could not read Username", said):
        hint = "the job or the person needs the right to write; in GitHub Actions: permissions: contents: write"
    elif _UNREACHABLE.search(said):
        hint = "see that the remote can be reached, and run again: nothing was changed there"
    return StoreError.at(store.address, what, shorten(one_line(said), 300), hint)
