"""Text with origins behaves like the text, and its spans hold it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.text.source import Source, Span
from dmlint.text.traced import Piece, Traced, join

SOURCE = Source(path="a", text='FROM x:${TAG}-"q\\$r" end\n')
VALUE = Source(path="b", text="TAG=5.1.0")
REFERENCE = SOURCE.span(7, 13)
VERSION = VALUE.span(4, 9)

IMAGE = Traced(
    (
        Piece("x:", SOURCE.span(5, 7)),
        Piece("5.1.0", VERSION, via=(REFERENCE,)),
        Piece("-", SOURCE.span(13, 14)),
        Piece("q", SOURCE.span(15, 16)),
        Piece("$", SOURCE.span(16, 18)),
        Piece("r", SOURCE.span(18, 19)),
    )
)


def _texts(traced: Traced) -> list[str]:
    return [piece.span.text for piece in traced.pieces]


@st.composite
def _traced(draw: st.DrawFn) -> Traced:
    """Pieces in any order, empty and inexact ones among them."""
    pieces = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, 20))
        span = SOURCE.span(start, draw(st.integers(start, 24)))
        text = draw(st.one_of(st.just(span.text), st.text(max_size=4)))
        pieces.append(Piece(text, span, draw(st.sampled_from([(), (REFERENCE,)])), draw(st.booleans())))
    return Traced(tuple(pieces))


@given(_traced(), st.integers(0, 40), st.one_of(st.none(), st.integers(0, 40)))
def test_a_slice_is_the_slice_of_the_text(traced: Traced, start: int, end: int | None) -> None:
    assert traced.slice(start, end).text == traced.text[start:end]


@given(_traced(), st.integers(0, 40))
def test_the_two_halves_make_the_whole(traced: Traced, at: int) -> None:
    halves = traced.slice(0, at) + traced.slice(at)
    assert halves.text == traced.text == join([traced.slice(0, at), traced.slice(at)]).text


@given(_traced())
def test_strip_strips_the_text(traced: Traced) -> None:
    assert traced.strip().text == str(traced).strip()


@given(_traced(), st.integers(0, 40), st.integers(0, 40))
def test_slices_stay_within_their_origins(traced: Traced, start: int, end: int) -> None:
    whole = [(piece.span.start, piece.span.end) for piece in traced.pieces]
    for piece in traced.slice(start, end).pieces:
        assert any(a <= piece.span.start <= piece.span.end <= b for a, b in whole)


@given(st.integers(0, 25), st.integers(0, 25))
def test_text_as_written_is_sliced_exactly(start: int, end: int) -> None:
    written = Traced.of(SOURCE.span(0, len(SOURCE.text)))
    assert [piece.span.text for piece in written.slice(start, end).pieces] == [SOURCE.text[start:end]][: end > start]


def test_of_nothing_is_nothing() -> None:
    assert Traced.of(SOURCE.span(3, 3)) == Traced()
    assert Traced().span is None
    assert len(Traced()) == 0


@pytest.mark.parametrize(
    ("start", "end", "texts"),
    [
        pytest.param(0, 2, ["x:"], id="one piece"),
        pytest.param(1, 4, [":", "5."], id="into a value"),
        pytest.param(2, 7, ["5.1.0"], id="a value"),
        pytest.param(4, 5, ["1"], id="inside a value"),
        pytest.param(8, 11, ["q", "\\$", "r"], id="an escape is taken whole"),
        pytest.param(9, 10, ["\\$"], id="an escape alone"),
        pytest.param(3, 3, [], id="nothing"),
        pytest.param(5, 3, [], id="backwards"),
        pytest.param(99, None, [], id="behind the end"),
    ],
)
def test_slices_know_where_they_are_written(start: int, end: int | None, texts: list[str]) -> None:
    assert _texts(IMAGE.slice(start, end)) == texts


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        pytest.param(0, 2, SOURCE.span(5, 7), id="one piece"),
        pytest.param(2, 7, VERSION, id="a value"),
        pytest.param(7, 11, SOURCE.span(13, 19), id="over a quote and an escape"),
        pytest.param(0, 7, None, id="from two sources"),
        pytest.param(0, 11, None, id="a value amid"),
        pytest.param(0, 0, None, id="nothing"),
    ],
)
def test_the_span_is_the_one_range_that_holds_all(start: int, end: int, span: Span | None) -> None:
    assert IMAGE.slice(start, end).span == span


def test_pieces_out_of_order_have_no_span() -> None:
    assert Traced((Piece("x", SOURCE.span(5, 6)), Piece("F", SOURCE.span(0, 1)))).span is None


def test_pieces_by_different_references_have_no_span() -> None:
    by = (Piece("5", VALUE.span(4, 5), via=(REFERENCE,)), Piece(".", VALUE.span(5, 6), via=(SOURCE.span(0, 1),)))
    assert Traced(by).span is None


def test_references_are_listed_once_in_order() -> None:
    other = SOURCE.span(0, 4)
    pieces = (Piece("5", VERSION, via=(REFERENCE, other)), Piece("1", VERSION, via=(other,)), Piece("0", VERSION))
    assert Traced(pieces).via == (REFERENCE, other)
    assert IMAGE.via == (REFERENCE,)


def test_unknown_references_are_named() -> None:
    unknown = Traced((Piece("x:", SOURCE.span(5, 7)), Piece("${TAG}", REFERENCE, known=False)))
    assert unknown.unresolved == (REFERENCE,)
    assert unknown.slice(0, 2).unresolved == ()
    assert IMAGE.unresolved == ()
