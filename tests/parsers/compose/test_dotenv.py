"""``.env`` files: the values that python-dotenv reads, each with its place."""

from __future__ import annotations

import io

import pytest
from dotenv.parser import parse_stream
from hypothesis import given
from hypothesis import strategies as st

from dmlint.parsers.dotenv import parse, read_values
from dmlint.text.source import Source
from dmlint.text.traced import Traced


def source(text: str) -> Source:
    """A file with this text."""
    return Source(path=".env", text=text)


@pytest.mark.parametrize(
    ("text", "value", "under"),
    [
        pytest.param("A=5.1.0", "5.1.0", "5.1.0", id="plain"),
        pytest.param("A=5.1.0  # why", "5.1.0", "5.1.0", id="comment"),
        pytest.param("A=a#b", "a#b", "a#b", id="no comment"),
        pytest.param("export A = 'x y'", "x y", "x y", id="export and single quotes"),
        pytest.param("A='$B\\'s'", "$B's", "$B\\'s", id="nothing is expanded in single quotes"),
        pytest.param('A="x\\n\\"y\\d"', 'x\n"y\\d', 'x\\n\\"y\\d', id="escapes"),
        pytest.param('A="two\nlines"', "two\nlines", "two\nlines", id="two lines"),
        pytest.param("'A'=x\r\nB=y", "x", "x", id="quoted name and CRLF"),
        pytest.param("A=x\nA=y", "y", "y", id="written twice"),
        pytest.param("\ufeffA=x", "x", "x", id="a mark of byte order"),
    ],
)
def test_values(text: str, value: str, under: str) -> None:
    found = read_values(source(text))["A"]
    assert found.span is not None
    assert (found.text, found.span.text) == (value, under)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("B=1\nA=$B-${B}", "1-1", id="from above"),
        pytest.param("A=${C:-d}", "d", id="default"),
        pytest.param("A=${OUT}", "9", id="from outside"),
        pytest.param("OUT=1\nA=${OUT}", "1", id="the file's own prevails"),
        pytest.param('B=1\nA="x$B"', "x1", id="in double quotes"),
        pytest.param("A=$$B", "$B", id="dollar"),
        pytest.param("A=$UNKNOWN", "$UNKNOWN", id="not set"),
    ],
)
def test_references(text: str, value: str) -> None:
    outside = {"OUT": Traced.of(source("9").span(0, 1))}
    assert read_values(source(text), outside)["A"].text == value


@pytest.mark.parametrize("text", ["A", "=x", "'A=x", "# A=x", "A='x", "A =" + " " * 2000 + "x", "A=" + "x" * 600_000])
def test_what_gives_no_value(text: str) -> None:
    assert "A" not in read_values(source(text))


@pytest.mark.parametrize(
    ("text", "said", "start"),
    [
        ("A=1\nB =" + " " * 2000 + "x", "its variables are not read: a thousand blanks stand in a row", 7),
        ("A=" + "x" * 600_000, "its variables are not read: the file has more than 500,000 characters", 0),
    ],
    ids=["blanks", "length"],
)
def test_a_file_that_is_not_read_is_said(text: str, said: str, start: int) -> None:
    (problem,) = parse(source(text)).problems
    assert (problem.message, problem.span.start) == (said, start)
    assert parse(source("A=1\n")).problems == ()


def test_an_empty_value_is_a_value() -> None:
    assert [value.text for value in read_values(source("A=\nB=''\n")).values()] == ["", ""]


def test_comments_that_mention_dmlint() -> None:
    found = parse(source("# other\nA=5.1.0 # dmlint: ignore[DM201] why  \n#dmlint\nB=#dmlint\n"))
    assert [span.text for span in found.comments] == ["# dmlint: ignore[DM201] why", "#dmlint"]
    assert parse(source("A=1\n")).comments == ()


SCRAPS = st.lists(
    st.sampled_from(["A", "B", "=", "'", '"', "\\", "\\n", " ", "\n", "\r\n", "#", "export ", "x", "é"]), max_size=20
).map("".join)


@given(SCRAPS)
def test_agrees_with_python_dotenv(text: str) -> None:
    bindings = [entry for entry in parse_stream(io.StringIO(text)) if entry.key is not None and entry.value is not None]
    expected = {entry.key: entry.value for entry in bindings}
    assert {name: value.text for name, value in read_values(source(text)).items()} == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("A: 1", "1", id="colon"),
        pytest.param("export A : '1'", "1", id="colon and quotes"),
        pytest.param("A=x\\$B", "x$B", id="escaped dollar"),
        pytest.param('A="x\\${B}\\n"', "x${B}\n", id="escaped dollar in quotes"),
        pytest.param("A='x\\$B'", "x\\$B", id="escaped dollar in single quotes"),
        pytest.param("A=x\\y", "x\\y", id="backslash"),
        pytest.param('A="b\nc: d"', "b\nc: d", id="colon inside of a value"),
    ],
)
def test_forms_that_compose_reads(text: str, value: str) -> None:
    assert read_values(Source(path=".env", text=f"B=2\n{text}\n"))["A"].text == value
