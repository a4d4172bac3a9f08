"""Places as editors count them, and what their edits make of a text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lsprotocol import types

from dmlint.server.positions import Lines, readable

TEXT = "a\r\nbé😀z\rx\ny\x0c\u2028z"
HALVES = ("\ud83d", "\ude00")


@pytest.mark.parametrize(
    ("encoding", "offset", "line", "character"),
    [
        pytest.param("utf-16", 0, 0, 0, id="the start"),
        pytest.param("utf-16", 3, 1, 0, id="after a line end of two characters"),
        pytest.param("utf-16", 6, 1, 4, id="after a pair"),
        pytest.param("utf-32", 6, 1, 3, id="in characters"),
        pytest.param("utf-8", 6, 1, 7, id="in bytes"),
        pytest.param("utf-16", 8, 2, 0, id="after a lone carriage return"),
        pytest.param("utf-16", 13, 3, 3, id="a form feed and a line separator end no line"),
        pytest.param("utf-16", len(TEXT), 3, 4, id="the end"),
    ],
)
def test_a_place_is_counted_in_units_and_found_again(encoding: str, offset: int, line: int, character: int) -> None:
    lines = Lines(TEXT, encoding)
    assert lines.position(offset) == types.Position(line=line, character=character)
    assert lines.offset(types.Position(line=line, character=character)) == offset


@pytest.mark.parametrize(
    ("line", "character", "offset"),
    [
        pytest.param(1, 3, 5, id="inside of a pair"),
        pytest.param(0, 99, 1, id="behind the end of a line"),
        pytest.param(1, 99, 7, id="behind the end of a line that is not ASCII"),
        pytest.param(99, 0, len(TEXT), id="behind the last line"),
    ],
)
def test_a_place_that_is_none_is_the_one_to_its_left(line: int, character: int, offset: int) -> None:
    assert Lines(TEXT).offset(types.Position(line=line, character=character)) == offset


def test_the_end_of_a_line_is_before_what_ends_it() -> None:
    assert Lines(TEXT).end_of_line(3) == 7
    assert Lines(TEXT).end_of_line(len(TEXT)) == len(TEXT)


def span(start: tuple[int, int], end: tuple[int, int]) -> types.Range:
    return types.Range(start=types.Position(*start), end=types.Position(*end))


@pytest.mark.parametrize(
    ("text", "range_", "new", "encoding", "after"),
    [
        pytest.param("a\r\nb", span((1, 0), (1, 1)), "c", "utf-16", "a\r\nc", id="after CR LF"),
        pytest.param("a\r\nb", span((0, 1), (1, 0)), "", "utf-16", "ab", id="a line end"),
        pytest.param("a\nb", span((0, 9), (0, 9)), "!", "utf-16", "a!\nb", id="behind the end of a line"),
        pytest.param("a\nb", span((9, 0), (9, 9)), "!", "utf-16", "a\nb!", id="behind the last line"),
        pytest.param("é😀", span((0, 3), (0, 1)), "x", "utf-16", "éx", id="from its end to its start"),
        pytest.param("😀x", span((0, 1), (0, 2)), "", "utf-16", f"{HALVES[0]}x", id="half of a pair goes"),
        pytest.param(f"{HALVES[0]}x", span((0, 1), (0, 1)), HALVES[1], "utf-16", "😀x", id="half of a pair comes"),
        pytest.param("é😀", span((0, 1), (0, 2)), "x", "utf-32", "éx", id="in characters"),
        pytest.param("é😀", span((0, 2), (0, 6)), "x", "utf-8", "éx", id="in bytes"),
        pytest.param("é", span((0, 1), (0, 1)), "x", "utf-8", "\ufffdx\ufffd", id="inside of a byte sequence"),
    ],
)
def test_a_change_is_made_where_the_editor_makes_it(
    text: str, range_: types.Range, new: str, encoding: str, after: str
) -> None:
    assert Lines(text, encoding).changed(range_, new) == after


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(st.sampled_from("ab\r\n😀é\u2028")),
    cut=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    new=st.text(max_size=3),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-32"]),
)
def test_a_change_between_characters_is_a_splice(text: str, cut: tuple[int, int], new: str, encoding: str) -> None:
    start, end = sorted(min(at, len(text)) for at in cut)
    lines = Lines(text, encoding)
    # No place is inside of a line end.
    assume("\r\n" not in (text[start - 1 : start + 1], text[end - 1 : end + 1]))
    assert lines.changed(lines.range(start, end), new) == text[:start] + new + text[end:]
    assert [lines.offset(lines.position(at)) for at in (start, end)] == [start, end]


def test_halves_of_characters_are_replaced_unit_by_unit() -> None:
    assert readable(f"a{HALVES[0]}é😀") == "a\ufffdé😀"
