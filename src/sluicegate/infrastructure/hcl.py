"""Files of Terraform in HCL as values with places: python-hcl2 parses, and what is no literal stays unknown.

Nothing is evaluated: variables, locals, functions but those that change nothing, conditions and loops are unknown.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from sluicegate.errors import GateError, UnreadableError
from sluicegate.infrastructure.values import Unknown, Value
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Tree

LARGEST = 256 << 10
"""The parser takes longer than by the length where very much stands in one row."""
_DEEPEST = 80
_LONGEST_GAP = 1000
_GAP = re.compile(r"\s+")
_SAME = frozenset({"jsonencode", "toset", "tolist", "tomap", "sensitive", "nonsensitive"})
"""Functions whose one argument says what they give."""
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|\$\$\{|%%\{", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC = re.compile(r"<<(-?)[^\n]*\n(.*?)[ \t]*[A-Za-z][\w.-]*\s*\Z", re.DOTALL)
_OPEN = re.compile(r"(?<![$%])[$%]\{")


def read(raw: bytes, shown: str) -> Value:
    """The body of a file: attributes, and for each type of block a list. Raises UnreadableError, with the line."""
    try:
        import hcl2
        from lark.exceptions import LarkError
    except ImportError:
        raise GateError(
            "python-hcl2 is not installed, so that no file of Terraform was looked at",
            "pip install 'sluicegate[commit]'",
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{shown}:{line}: not UTF-8", "Save the file as UTF-8.") from None
    if "<<" in text:  # the end of a here-document is looked for at every line, and in every gap before it
        gap = next((one for one in _GAP.finditer(text) if one.end() - one.start() > _LONGEST_GAP), None)
        if gap is not None:
            line = text.count("\n", 0, gap.start()) + 1
            raise UnreadableError(f"{shown}:{line}: more than {_LONGEST_GAP} blanks in a row", "Take them out.")
    try:
        tree = hcl2.parses_to_tree(text)
    except LarkError as error:
        line, column = getattr(error, "line", 0), getattr(error, "column", 0)
        place = f"{line}:{column}: " if isinstance(line, int) and line > 0 else " "
        raise UnreadableError(f"{shown}:{place}not HCL: {_why(error)}", "Correct it (`terraform validate`).") from None
    try:
        return _Walk(text, shown).body(_trees(tree)[0])
    except RecursionError:  # a key, which may be any expression
        raise UnreadableError(f"{shown}: nested too deep", "Flatten the file.") from None


def _why(error: Exception) -> str:
    token = getattr(error, "token", None)
    if token is None:
        return shorten(one_line(str(error).partition("\n")[0]), 120)
    return f"unexpected `{shorten(one_line(str(token)), 40)}`" if str(token).strip() else "it ends too soon"


class _Walk:
    """Makes values of a tree; lives as long as one file."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown
        self._depth = 0

    def body(self, tree: Tree[Any]) -> Value:
        """Attributes and blocks of a body."""
        of: dict[str, Any] = {}
        self._deeper(tree)
        for one in _trees(tree):
            if one.data == "attribute":
                name, expression = _trees(one)
                of[_text(name)] = self.expression(expression)
            elif one.data == "block":
                labels = [_text(part) for part in _trees(one)[:-1]]
                inner = self.body(_trees(one)[-1])
                inner = Value(of=inner.of, **_place(one))
                if labels[0] == "dynamic" and len(labels) > 1:  # what it makes, as far as that is written
                    content = inner.of.get("content")
                    labels = labels[1:2]
                    inner = content.of[0] if content is not None and isinstance(content.of, list) else self._open(one)
                for label in reversed(labels[1:]):
                    inner = Value(of={label: inner}, line=inner.line, column=inner.column)
                known = of.get(labels[0])
                if known is None or not isinstance(known.of, list):
                    known = of[labels[0]] = Value(of=[] if known is None else [known], **_place(one))
                known.of.append(inner)
        self._depth -= 1
        return Value(of=of, **_place(tree))

    def expression(self, tree: Tree[Any]) -> Value:
        """What an expression says, if it is a literal."""
        self._deeper(tree)
        value = self._expression(tree)
        self._depth -= 1
        return value

    def _expression(self, tree: Tree[Any]) -> Value:
        place = _place(tree)
        kind, inner = tree.data, _trees(tree)
        if kind == "expr_term" and len(inner) == 1:
            return self.expression(inner[0])
        if kind == "string":
            parts = [part.children[0] for part in inner]
            if any(hasattr(part, "data") for part in parts):
                return self._open(tree)
            return Value(of=_unescaped("".join(map(str, parts))), **place)
        if kind in ("heredoc_template", "heredoc_template_trim"):
            found = _HEREDOC.match(str(tree.children[0]))
            if found is None or _OPEN.search(found[2]):
                return self._open(tree)
            return Value(of=textwrap.dedent(found[2]) if found[1] else found[2], **place)
        if kind in ("int_lit", "float_lit"):
            return Value(of=_number(str(tree.children[0])), **place)
        if kind == "literal_value":
            return Value(of={"true": True, "false": False}.get(str(tree.children[0])), **place)
        if kind == "tuple":
            return Value(of=[self.expression(one) for one in inner], **place)
        if kind == "object":
            return Value(of=dict(self._members(inner)), **place)
        if kind == "function_call" and _text(inner[0]) in _SAME:
            arguments = [one for part in inner[1:] if part.data == "arguments" for one in _trees(part)]
            if len(arguments) == 1:
                return self.expression(arguments[0])
        return self._open(tree)

    def _members(self, elements: list[Tree[Any]]) -> Iterator[tuple[str, Value]]:
        for element in elements:
            key, value = _trees(element)
            yield _text(key), self.expression(value)

    def _open(self, tree: Tree[Any]) -> Value:
        meta = tree.meta
        text = one_line(self._text[meta.start_pos : meta.end_pos][:200])
        return Value(of=Unknown(text=shorten(text, 80), names=(text,)), **_place(tree))

    def _deeper(self, tree: Tree[Any]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            line = _place(tree)["line"]
            raise UnreadableError(f"{self._shown}:{line}: nested more than {_DEEPEST} deep", "Flatten the file.")


def _trees(tree: Tree[Any]) -> list[Tree[Any]]:
    return [one for one in tree.children if hasattr(one, "data") and one.data != "new_line_or_comment"]


def _text(tree: Tree[Any]) -> str:
    """A name, a label or a key, as it is written."""
    tokens = tree.scan_values(lambda token: getattr(token, "type", "") not in ("DBLQUOTE", "NL_OR_COMMENT"))
    return "".join(map(str, tokens)).strip()


def _place(tree: Tree[Any]) -> dict[str, int]:
    meta = tree.meta
    return {} if meta.empty else {"line": meta.line, "column": meta.column}


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"-?\d{1,300}", text) else float(text)


def _unescaped(text: str) -> str:
    def sign(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 (the last there is)
        return _LETTERS.get(found[3], found[3]) if found[3] else found[0][1:]

    return _ESCAPE.sub(sign, text)
