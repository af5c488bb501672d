"""Where the images lie that the settings name: in the tree, or beside it on disk."""

from __future__ import annotations

import posixpath
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from sluicegate.gates.security.files import is_inside
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.revision.globs import is_pattern, matches

if TYPE_CHECKING:
    from sluicegate.model import Context, Tree

_LAYOUT = "index.json"


class Place(NamedTuple):
    """An image: what the settings call it, and its path in a tree; without a tree there is none."""

    path: str
    tree: Tree | None
    inside: str = ""


def places(context: Context) -> list[Place]:
    """Every image, in the order of the settings; a name or a pattern that finds none has a place without a tree."""
    found: dict[str, Place] = {}
    for name in context.settings.images:
        some = _inside(context, name) if is_inside(name) else _beside(context, name)
        for place in some or [Place(name, None)]:
            found.setdefault(place.path, place)
    return list(found.values())


def _inside(context: Context, name: str) -> list[Place]:
    tree, built = context.head, not context.past and context.touched is None
    if not is_pattern(name):
        paths = {name} if _is_there(tree, name) else set()
    else:
        layouts = {posixpath.dirname(path) for path in tree.glob(posixpath.join(name, _LAYOUT))}
        # what git ignores no tree lists, and an image that was built is mostly ignored
        ignored = _on_disk(Path(context.folder), name) if built and context.folder else set()
        paths = {*tree.glob(name), *layouts, *ignored}
    exclude = context.settings.exclude
    wanted = (path for path in paths if path == name or not any(matches(each, path) for each in exclude))
    return [Place(path, tree, path) for path in sorted(wanted)]


def _beside(context: Context, name: str) -> list[Place]:
    """What lies outside of the tree is of no revision: it is what the job has built, and the base has none."""
    if context.past or context.touched is not None:
        return []
    whole = PurePath(context.folder, name)
    parts = whole.parts
    until = next((at for at, part in enumerate(parts) if is_pattern(part)), len(parts) - 1)
    root = Path(*parts[:until])
    tree = open_tree(TreeSpec(kind="folder", root=str(root)))
    rest = PurePath(*parts[until:]).as_posix()
    if not is_pattern(rest):
        return [Place(name, tree, rest)] if _is_there(tree, rest) else []
    folder = posixpath.join(*PurePath(name).parts[: len(PurePath(name).parts) - len(parts) + until] or ("",))
    return [Place(posixpath.join(folder, path), tree, path) for path in sorted(_on_disk(root, rest))]


def _is_there(tree: Tree, path: str) -> bool:
    return any(tree.find(one) is not None for one in (path, posixpath.join(path, _LAYOUT)))


def _on_disk(root: Path, pattern: str) -> set[str]:
    return {
        path.relative_to(root).as_posix() for path in root.glob(pattern) if path.is_file() or (path / _LAYOUT).is_file()
    }
