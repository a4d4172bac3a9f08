"""Bytes of a file to text, by the rules by which pip decodes a requirements file."""

from __future__ import annotations

import codecs

from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

# The order matters: the mark of UTF-16-LE is a prefix of that of UTF-32-LE. The third word is the codec that writes
# the file back with a mark.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_CODING = lazy_regex(rb"coding[:=]\s*([-\w.]+)")

# No encodings of files: the time that some take grows with the square of the input, others warn or only ever fail.
_REFUSED = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


def decode(data: bytes, path: str, *, coding_line: bool = False) -> Source | Problem:
    """The text of a file: by its byte order mark, else by a PEP 263 line (``# -*- coding: latin-1 -*-``, one of the
    first two) where ``coding_line`` asks for it, else as strict UTF-8.

    Line endings are kept. What cannot be decoded gives a problem that points at the first wrong byte.
    """
    for mark, codec, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], path, codec, encoding)
    declared = _declaration(data) if coding_line else None
    if declared is None:
        return _decode(data, path, "utf-8", "utf-8")
    name, line = declared
    declared_codec = _text_codec(name)
    if declared_codec is None:
        message = f"line {line}: '{name}' is no encoding of text files"
        return _unreadable(Source(path=path, text=data.decode("utf-8", "replace")), 0, message)
    return _decode(data, path, declared_codec, declared_codec)


def encode(source: Source, like: bytes) -> bytes:
    """The text of a source as bytes, with the byte order mark that the file it was read from begins with.

    Raises ``UnicodeEncodeError`` where the encoding has no such character.
    """
    for mark, codec, _ in _MARKS:
        if like.startswith(mark):
            return mark + source.text.encode(codec)
    return source.text.encode(source.encoding)


def _declaration(data: bytes) -> tuple[str, int] | None:
    """The encoding that one of the first two lines names, and which line."""
    for number, line in enumerate(data.split(b"\n", 2)[:2], start=1):
        match = _CODING().search(line) if line.startswith(b"#") else None
        if match is not None:
            return match[1].decode("ascii"), number
    return None


def _text_codec(name: str) -> str | None:
    """Python's own name of an encoding, None if it knows none such for text."""
    try:
        found = codecs.lookup(name).name
        # One from bytes to bytes (hex, zlib) is found as well, but then refused.
        b"a".decode(found, "ignore")
    except (LookupError, UnicodeError):
        return None
    return None if found.replace("_", "-") in _REFUSED else found


def _decode(data: bytes, path: str, codec: str, encoding: str) -> Source | Problem:
    try:
        text = data.decode(codec)
        # A lone surrogate, which UTF-7 lets through, could be printed nowhere.
        text.encode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec, "replace")
        byte = data[error.start]
        message = f"line {before.count(chr(10)) + 1}: byte 0x{byte:02x} is not {encoding.upper().removesuffix('-SIG')}"
        source = Source(path=path, text=data.decode(codec, "replace"), encoding=encoding)
        return _unreadable(source, len(before), message)
    except UnicodeEncodeError as error:
        line = error.object.count("\n", 0, error.start) + 1
        source = Source(path=path, text=error.object.encode("utf-8", "replace").decode(), encoding=encoding)
        return _unreadable(source, error.start, f"line {line}: half of a surrogate pair is no character")
    return Source(path=path, text=text, encoding=encoding)


def _unreadable(source: Source, at: int, message: str) -> Problem:
    end = min(at + 1, len(source.text))
    return Problem(kind=ProblemKind.UNREADABLE, span=source.span(min(at, end), end), message=message)
