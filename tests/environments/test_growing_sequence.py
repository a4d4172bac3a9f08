"""Sequences that share what they have in common and are told apart all the same."""

from __future__ import annotations

import pytest

from dmlint.environments.outcome.growing_sequence import Grown, grow


def test_each_holder_sees_what_it_added() -> None:
    first = grow((), [1, 2])
    second, other = grow(first, [3]), grow(first, [4, 5])
    third = grow(second, [])
    assert [list(entry) for entry in (first, second, other, third)] == [[1, 2], [1, 2, 3], [1, 2, 4, 5], [1, 2, 3]]
    assert [len(entry) for entry in (first, second, other)] == [2, 3, 4]


@pytest.mark.parametrize("at", [0, 1, -1, -2, slice(None), slice(1, None), slice(0, 9)])
def test_an_entry_is_that_of_a_tuple(at: int | slice) -> None:
    first = grow(("a",), ["b"])
    grow(first, ["c"])
    assert first[at] == ("a", "b")[at]


@pytest.mark.parametrize("at", [2, -3])
def test_there_is_no_entry_behind_the_end(at: int) -> None:
    first = grow((), [1, 2])
    grow(first, [3])
    with pytest.raises(IndexError):
        first[at]


def test_equal_is_what_holds_the_same() -> None:
    one, other = grow((), [1]), Grown([1])
    assert (one == other, one == (1,), hash(one) == hash((1,))) == (True, True, True)
    assert (one != grow(one, [2]), one != [1]) == (True, True)
