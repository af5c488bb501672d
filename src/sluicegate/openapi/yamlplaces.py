"""Where the parts of a YAML text stand.

rapidyaml tells no locations to Python. Its keys and values are views into the buffer that was parsed in place, so their
addresses give the offsets; brackets of flow style are looked for in the text before their first content.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import ryml

if TYPE_CHECKING:
    from sluicegate.openapi.document import Pointer


class YamlPlaces:
    """Finds offsets in a parsed text. `aliases` and `merges` are filled while the data is built."""

    def __init__(self, text: bytes, buffer: bytearray, tree: Any) -> None:
        self._text = text
        self._buffer = buffer  # the tree points into it
        self._tree = tree
        self._base = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
        self.root: int = tree.root_id()
        self.aliases: dict[int, int] = {}
        self.merges: dict[int, list[int]] = {}

    def offset(self, pointer: Pointer) -> int:
        """The byte offset of the key or item at `pointer`, or of the nearest parent that the text has."""
        node = self.root
        for part in pointer:
            child = self._child(self.aliases.get(node, node), part)
            if child is None:
                break
            node = child
        return self.start(node)

    def start(self, node: int) -> int:
        """The byte offset at which a node's key, or the node itself, begins."""
        tree = self._tree
        while node != tree.root_id():
            found = self._own_start(node)
            if found is not None:
                return found
            node = tree.parent(node)
        found = self._own_start(node)
        return 0 if found is None else found

    def _child(self, node: int, part: str | int) -> int | None:
        tree = self._tree
        if isinstance(part, int):
            if not tree.is_seq(node) or part >= tree.num_children(node):
                return None
            return int(tree.child(node, part))
        if not tree.is_map(node):
            return None
        child = int(tree.find_child(node, part.encode("utf-8", "surrogatepass")))
        if child != ryml.NONE:
            return child
        for merge in self.merges.get(node, []):
            source = self.aliases.get(merge, merge)
            arms = list(ryml.children(tree, source)) if tree.is_seq(source) else [source]
            for arm in arms:
                found = self._child(self.aliases.get(arm, arm), part)
                if found is not None:
                    return found
        return None

    def _own_start(self, node: int) -> int | None:
        tree = self._tree
        kind = tree.type(node)
        if kind & ryml.KEY:
            return self._scalar_start(tree.key(node), kind & ryml.KEYQUO)
        if kind & (ryml.MAP | ryml.SEQ):
            return self._container_start(node, kind)
        if kind & ryml.VAL:
            found = self._scalar_start(tree.val(node), kind & (ryml.VAL_SQUO | ryml.VAL_DQUO))
            if found is not None and kind & (ryml.VAL_LITERAL | ryml.VAL_FOLDED):
                header = self._text.rfind(b"|" if kind & ryml.VAL_LITERAL else b">", 0, found)
                return found if header < 0 else header
            return found
        return None

    def _container_start(self, node: int, kind: int) -> int | None:
        tree = self._tree
        bracket = b"{" if kind & ryml.MAP else b"["
        first = tree.first_child(node)
        flow = kind & ryml.CONTAINER_STYLE_FLOW or first == ryml.NONE
        if first != ryml.NONE:
            inside = self._own_start(first)
            if inside is None or not flow:
                return inside
            opened = self._text.rfind(bracket, 0, inside)
            return inside if opened < 0 else opened
        before = tree.prev_sibling(node) if node != tree.root_id() else ryml.NONE
        if before == ryml.NONE:
            parent = tree.parent(node) if node != tree.root_id() else ryml.NONE
            known = 0 if parent == ryml.NONE else self._end_of_key(parent)
        else:
            known = self._last(before)
        opened = self._text.find(bracket, known)
        return None if opened < 0 else opened

    def _end_of_key(self, node: int) -> int:
        """Just after what opens a container, as far as it is known."""
        if self._tree.type(node) & ryml.KEY:
            return self.start(node) + len(self._tree.key(node) or b"")
        parent = self._tree.parent(node) if node != self._tree.root_id() else ryml.NONE
        if parent == ryml.NONE:
            return 0
        return self._end_of_key(parent)

    def _last(self, node: int) -> int:
        """After the last thing that is known to belong to a node."""
        tree = self._tree
        kind = tree.type(node)
        if kind & (ryml.MAP | ryml.SEQ):
            last = tree.last_child(node)
            return (self._own_start(node) or 0) + 1 if last == ryml.NONE else self._last(last)
        content = tree.val(node) if kind & ryml.VAL else None
        start = self._scalar_start(content, 0)
        return self.start(node) if start is None else start + len(content or b"")

    def _scalar_start(self, content: memoryview | None, quoted: int) -> int | None:
        if content is None:
            return None
        view = _Buffer()
        if ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(content), ctypes.byref(view), 0) != 0:
            return None
        at = (view.buf or 0) - self._base
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
        if not 0 <= at <= len(self._text):
            return None
        return at - 1 if quoted and at and self._text[at - 1] in b"\"'" else at


class _Buffer(ctypes.Structure):
    """`Py_buffer` of CPython's buffer protocol (PEP 3118), as the stable ABI has it."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )
