"""What every store has to do; each kind runs it on its own `store`."""

from __future__ import annotations

import pytest

from sluicegate.baseline import MovedError, Store, StoreError, TakenError, update
from sluicegate.baseline.store import LIMIT


class Verbs:
    def test_what_was_never_written_is_not_there(self, store: Store) -> None:
        assert store.get("baseline.json") is None
        assert list(store.list()) == []

    def test_what_is_created_is_read_back(self, store: Store) -> None:
        data = bytes(range(256)) + b"\r\n\n\r"
        tag = store.create("baseline.json", data)
        found = store.get("baseline.json")
        assert found is not None
        assert (found.data, found.tag) == (data, tag)

    def test_nothing_can_be_an_entry_too(self, store: Store) -> None:
        store.create("empty", b"")
        found = store.get("empty")
        assert found is not None
        assert found.data == b""

    def test_a_name_is_created_once(self, store: Store) -> None:
        store.create("a", b"1")
        with pytest.raises(TakenError, match="a is there already"):
            store.create("a", b"2")
        assert store.get("a").data == b"1"  # type: ignore[union-attr]

    def test_what_moved_is_not_replaced(self, store: Store) -> None:
        first = store.create("a", b"1")
        second = store.replace("a", b"2", first)
        with pytest.raises(MovedError):
            store.replace("a", b"3", first)
        assert store.get("a").data == b"2"  # type: ignore[union-attr]
        store.replace("a", b"3", second)
        assert store.get("a").data == b"3"  # type: ignore[union-attr]

    def test_what_is_not_there_is_not_replaced(self, store: Store) -> None:
        tag = store.create("a", b"1")
        with pytest.raises(MovedError):
            store.replace("b", b"2", tag)
        assert store.get("b") is None

    def test_names_are_listed_in_order(self, store: Store) -> None:
        for name in ("history/b", "history/a/x.json", "baseline.json", "history-2"):
            store.create(name, b"x")
        assert list(store.list()) == ["baseline.json", "history-2", "history/a/x.json", "history/b"]
        assert list(store.list("history/")) == ["history/a/x.json", "history/b"]
        assert list(store.list("nothing")) == []

    def test_one_entry_leaves_the_others_alone(self, store: Store) -> None:
        first = store.create("a", b"1")
        store.create("deep/er/b", b"2")
        store.replace("a", b"3", first)
        assert store.get("deep/er/b").data == b"2"  # type: ignore[union-attr]

    def test_what_is_removed_is_gone_and_can_be_made_anew(self, store: Store) -> None:
        tag = store.create("deep/er/a", b"1")
        store.create("deep/b", b"2")
        store.remove("deep/er/a", tag)
        assert store.get("deep/er/a") is None
        assert list(store.list()) == ["deep/b"]
        store.create("deep/er/a", b"3")
        assert store.get("deep/er/a").data == b"3"  # type: ignore[union-attr]

    def test_what_moved_is_not_removed(self, store: Store) -> None:
        first = store.create("a", b"1")
        store.replace("a", b"2", first)
        with pytest.raises(MovedError, match="a was changed"):
            store.remove("a", first)
        assert store.get("a").data == b"2"  # type: ignore[union-attr]

    def test_what_is_not_there_is_not_removed(self, store: Store) -> None:
        tag = store.create("a", b"1")
        store.remove("a", tag)
        with pytest.raises(MovedError, match=r"a was .*removed"):
            store.remove("a", tag)

    def test_what_was_removed_is_not_replaced(self, store: Store) -> None:
        tag = store.create("a", b"1")
        store.remove("a", tag)
        with pytest.raises(MovedError):
            store.replace("a", b"2", tag)
        assert store.get("a") is None

    def test_the_last_entry_can_be_removed(self, store: Store) -> None:
        store.remove("only/one", store.create("only/one", b"1"))
        assert list(store.list()) == []

    @pytest.mark.parametrize(
        "name",
        [
            "", "/a", "a/", "a//b", "../a", "a/../b", ".", "a/.b", "A", "a b", "a\nb", "a\0", "a:b", "con", "nul.json",
            "a.", "a.lock", "a..b", "a/" * 200 + "a", "x" * 101, "ä", "-a",
        ],
    )  # fmt: skip
    def test_names_that_make_trouble_are_refused(self, store: Store, name: str) -> None:
        create, replace = (lambda name: store.create(name, b"")), (lambda name: store.replace(name, b"", "x"))
        for verb in (store.get, create, replace, lambda name: store.remove(name, "x")):
            with pytest.raises(StoreError, match="is no name for an entry"):
                verb(name)

    def test_what_is_too_large_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError, match="at most 67,108,864 are kept") as told:
            store.create("a", bytes(LIMIT + 1))
        assert store.address in told.value.message
        assert store.get("a") is None

    def test_an_update_begins_with_nothing_and_goes_on(self, store: Store) -> None:
        seen = []

        def more(data: bytes | None) -> bytes:
            seen.append(data)
            return (data or b"") + b"x"

        assert update(store, "n", more).data == b"x"  # type: ignore[union-attr]
        assert update(store, "n", more).data == b"xx"  # type: ignore[union-attr]
        assert seen == [None, b"x"]

    def test_an_update_is_made_again_on_what_others_wrote(self, store: Store) -> None:
        store.create("n", b"a")
        others = [b"b", b"c"]

        def more(data: bytes | None) -> bytes:
            if others:
                found = store.get("n")
                store.replace("n", found.data + others.pop(0), found.tag)  # type: ignore[union-attr]
            return (data or b"") + b"x"

        assert update(store, "n", more).data == b"abcx"  # type: ignore[union-attr]

    def test_an_update_that_changes_nothing_writes_nothing(self, store: Store) -> None:
        assert update(store, "n", lambda _: None) is None
        tag = store.create("n", b"a")
        assert update(store, "n", lambda data: data).tag == tag  # type: ignore[union-attr]

    def test_an_update_that_is_always_overtaken_ends(self, store: Store) -> None:
        store.create("n", b"")

        def overtaken(data: bytes | None) -> bytes:
            found = store.get("n")
            store.replace("n", found.data + b"o", found.tag)  # type: ignore[union-attr]
            return (data or b"") + b"x"

        with pytest.raises(StoreError, match="changed by others each time"):
            update(store, "n", overtaken, seconds=0.2)
        assert b"x" not in store.get("n").data  # type: ignore[union-attr]
