"""What a place is called, also in files that were made to take long."""

from __future__ import annotations

from looking import Looked

from effort import growth
from sluicegate.gates.security.code.places import source

TEXT = """\
import os

@wrapped(
    1,
)
class Shop:
    price = 1

    def buy(self):
        if True:
            try:
                pass
            except OSError:
                async def later():
                    return 2
        match self:
            case 1:
                class Inner:
                    x = 3
    after = 4
end = 5
"""


def test_the_innermost_function_or_class_holds_a_line() -> None:
    read = source(TEXT)
    named = {text.strip(): read.scope(number) for number, text in enumerate(TEXT.split("\n"), 1)}
    assert named["import os"] == named["end = 5"] == ""
    assert named["@wrapped("] == named["price = 1"] == named["after = 4"] == "Shop"
    assert named["if True:"] == named["match self:"] == "Shop.buy"
    assert named["return 2"] == "Shop.buy.later"
    assert named["x = 3"] == "Shop.buy.Inner"
    assert read.scope(0) == read.scope(1_000) == ""


def test_what_python_cannot_read_has_lines_and_no_names() -> None:
    read = source("def f(:\n  x  =  1")
    assert (read.scope(2), read.line(2), read.line(9)) == ("", "x = 1", "")
    assert source("x = " + "(" * 100_000).scope(1) == ""


def test_a_form_feed_ends_no_line() -> None:
    assert source("x = 1\x0c\ny = 2\u2028\nz = 3\n").line(3) == "z = 3"


def test_texts_are_masked() -> None:
    line = source("""f(password='it\\'s "x"', other="b", last='open""").line(1, masked=True)
    assert line == 'f(password="…", other="…", last="…"'


def test_many_places_take_no_longer_than_they_have_to() -> None:
    def look(size: int) -> None:
        many = "".join(f"def f{number}():\n    exec(x)\n" for number in range(size))
        looked = Looked({"a.py": "exec(x);" * 2 * size + "\n", "b.py": many}, python="ruff")
        assert len(looked.of("b102")) == 3 * size
        assert {one.location.logical for one in looked.of("b102") if one.location.path == "b.py"} == {
            f"f{number}" for number in range(size)
        }

    assert growth(look, 500) < 3
