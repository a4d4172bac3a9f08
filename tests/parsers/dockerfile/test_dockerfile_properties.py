"""What holds for every Dockerfile: no exception, places inside the source, linear time."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.facts import Copy, FileWrite
from dmlint.parsers.dockerfile import parse
from dmlint.parsers.dockerfile.instructions import read_instructions
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Document
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

FRAGMENTS = st.sampled_from(
    ["FROM ", "a", " AS b", "ARG ", "ENV ", "A=", "$A", "${A:-", "}", "RUN ", "pip install numpy", "COPY ", "--from=b ",
     "--mount=type=bind,from=b,target=/c ", "SHELL ", '["bash", "-c"]', '["a"', "<<E", "\nE\n", "\n", "\r\n", "\\\n",
     " \\\n# c\n\n", "# dmlint\n", "# escape=`\n", "`\n", "'", '"', "\\", " ", "\t", "\x00", "\x1c", "\u00a0",
     "\U0001f600", "\ud800", "ONBUILD ", "WORKDIR ", "0", "/", ","]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=30).map("".join))


def written(traced: Traced | None) -> Iterator[Span]:
    for piece in () if traced is None else traced.pieces:
        yield piece.span
        yield from piece.via


def spans(document: Document) -> Iterator[Span]:
    yield from document.comments
    yield from (problem.span for problem in document.problems)
    for image in document.images:
        yield image.written
        yield from written(image.value)
    for stage in document.stages:
        yield stage.span
        yield from (action.span for action in stage.actions)
        for write in (action for action in stage.actions if isinstance(action, FileWrite)):
            yield from written(write.content)


@given(TEXTS)
def test_never_raises_and_stays_inside(text: str) -> None:
    source = Source(path="Dockerfile", text=text)
    found = list(spans(parse(source)))
    assert all(0 <= span.start <= span.end <= len(text) and span.source is source for span in found)


@given(TEXTS)
def test_every_character_of_the_arguments_is_where_it_says(text: str) -> None:
    for instruction in read_instructions(Source(path="Dockerfile", text=text)).all:
        bodies = [heredoc.body for heredoc in instruction.heredocs]
        pieces = [piece for part in (instruction.arguments, *bodies) for piece in part.pieces]
        assert [piece.text for piece in pieces] == [piece.span.text for piece in pieces]
        assert instruction.span.start <= instruction.span.end <= instruction.stop


def test_spans_are_exact_in_a_hard_file() -> None:
    text = "# escape=`\r\nARG T=\U0001f6005.1.0\r\nFROM `\r\n# c\r\n\r\n\ta:`\r\n${T} AS b\r\nCOPY x `\r\n /y"
    document = parse(Source(path="Dockerfile", text=text))
    (image,) = document.images
    assert [(piece.text, piece.span.text) for piece in image.value.pieces] == [("a:", "a:"), ("\U0001f6005.1.0",) * 2]
    assert image.written.text == "a:`\r\n${T}"
    assert [action.span.text for stage in document.stages for action in stage.actions] == ["COPY x `\r\n /y"]
    assert [action.target for action in document.stages[0].actions if isinstance(action, Copy)] == ["/y"]


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("RUN apt-get update && apt-get install -y a \\\n   && rm -rf /b\nENV A=b\nCOPY a b\n", id="usual"),
        pytest.param("x", id="one-word"),
        pytest.param("RUN <<E\nx\nE\n", id="heredocs"),
        pytest.param("RUN a << E\n", id="shifts"),
        pytest.param("ENV A=$A$A\n", id="doubling"),
        pytest.param("ENV A=/x:$A\n", id="growing"),
        pytest.param(" b \\\n", id="continuation"),
        pytest.param("# c\n", id="comments"),
        pytest.param("--a ", id="flags"),
        pytest.param("<<E ", id="markers"),
        pytest.param("${A:-", id="nesting"),
        pytest.param("\"'", id="quotes"),
        pytest.param("[", id="json"),
        pytest.param("\r", id="returns"),
        pytest.param("FROM a AS b\n", id="stages"),
        pytest.param("WORKDIR a\n", id="folders"),
    ],
)
@pytest.mark.parametrize("head", ["FROM a\nRUN ", "FROM a\nE\nENV A="])
def test_takes_linear_time(head: str, unit: str) -> None:
    """Four times the text takes about four times as long; sixteen would be quadratic."""
    small, large = (seconds(head + unit * (length // len(unit))) for length in (10_000, 40_000))
    assert large < 10 * small + 0.2


def seconds(text: str) -> float:
    """The least of three times: what else the machine does only adds to it."""
    taken = []
    for _ in range(3):
        started = process_time()
        parse(Source(path="Dockerfile", text=text))
        taken.append(process_time() - started)
    return min(taken)
