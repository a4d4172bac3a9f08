"""Bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.discovery.decoding import decode
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source

LATIN = "# -*- coding: latin-1 -*-\n"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        pytest.param(b"", "", "utf-8", id="empty"),
        pytest.param("é\r\nx".encode(), "é\r\nx", "utf-8", id="UTF-8 with CRLF"),
        pytest.param(codecs.BOM_UTF8 + b"a", "a", "utf-8-sig", id="UTF-8 with a mark"),
        pytest.param(codecs.BOM_UTF8 * 2 + b"a", "\ufeffa", "utf-8-sig", id="two marks"),
        pytest.param(codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), "é", "utf-16", id="UTF-16-LE"),
        pytest.param(codecs.BOM_UTF16_BE + "é".encode("utf-16-be"), "é", "utf-16", id="UTF-16-BE"),
        pytest.param(codecs.BOM_UTF32_LE + "é".encode("utf-32-le"), "é", "utf-32", id="UTF-32-LE"),
        pytest.param(codecs.BOM_UTF32_BE + "é".encode("utf-32-be"), "é", "utf-32", id="UTF-32-BE"),
        pytest.param((LATIN + "é").encode("latin-1"), LATIN + "é", "iso8859-1", id="coding line"),
        pytest.param(("#\n" + LATIN + "é").encode("latin-1"), "#\n" + LATIN + "é", "iso8859-1", id="second line"),
        pytest.param(("\n\n" + LATIN + "é").encode(), "\n\n" + LATIN + "é", "utf-8", id="third line is too late"),
        pytest.param("x # coding: ascii\né".encode(), "x # coding: ascii\né", "utf-8", id="not a comment line"),
    ],
)
def test_text_is_decoded_as_pip_does_it(data: bytes, text: str, encoding: str) -> None:
    found = decode(data, "a.txt", coding_line=True)
    assert isinstance(found, Source)
    assert (found.path, found.text, found.encoding) == ("a.txt", text, encoding)


def test_a_coding_line_counts_only_where_asked_for() -> None:
    assert isinstance(decode((LATIN + "é").encode("latin-1"), "a", coding_line=False), Problem)


@pytest.mark.parametrize(
    ("data", "message", "line", "column"),
    [
        pytest.param(b"a\nb\nxy\xff", "line 3: byte 0xff is not UTF-8", 3, 3, id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + b"a\n\xc3", "line 2: byte 0xc3 is not UTF-8", 2, 1, id="cut off"),
        pytest.param(
            codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"x",
            "line 2: byte 0x78 is not UTF-16",
            2,
            2,
            id="UTF-16",
        ),
        pytest.param(b"# coding: ascii\n\xe9", "line 2: byte 0xe9 is not ASCII", 2, 1, id="ASCII"),
        pytest.param(b"# coding: klingon\n", "line 1: 'klingon' is no encoding of text files", 1, 1, id="unknown"),
        pytest.param(b"\n# coding=hex\n", "line 2: 'hex' is no encoding of text files", 1, 1, id="bytes to bytes"),
        pytest.param(b"# coding: punycode\n", "line 1: 'punycode' is no encoding of text files", 1, 1, id="slow"),
        pytest.param(b"# coding: undefined\n", "line 1: 'undefined' is no encoding of text files", 1, 1, id="never"),
        pytest.param(
            b"# coding: utf-7\n+2AA-", "line 2: half of a surrogate pair is no character", 2, 1, id="lone surrogate"
        ),
    ],
)
def test_what_cannot_be_decoded_is_a_problem_at_its_place(data: bytes, message: str, line: int, column: int) -> None:
    found = decode(data, "a.txt", coding_line=True)
    assert isinstance(found, Problem)
    assert (found.kind, found.message) == (ProblemKind.UNREADABLE, message)
    assert found.span.source.path == "a.txt"
    assert found.span.source.position(found.span.start) == (line, column)


@given(
    st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE, b"# coding: utf-7\n"]), st.binary()
)
def test_any_bytes_give_text_that_can_be_printed_or_a_problem(start: bytes, rest: bytes) -> None:
    found = decode(start + rest, "a", coding_line=True)
    source = found.span.source if isinstance(found, Problem) else found
    source.text.encode("utf-8")


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_the_encoding_writes_the_file_back(text: str, encoding: str) -> None:
    data = (" " + text).encode(encoding)
    found = decode(data, "a")
    assert isinstance(found, Source)
    assert found.text.encode(found.encoding) == data
