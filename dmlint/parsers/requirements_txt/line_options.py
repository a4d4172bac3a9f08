"""The options of a line of a requirements file, told apart as pip does it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.requirements.pep508 import shorten
from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VALUED = {
    "--index-url", "--pypi-url", "--extra-index-url", "--constraint", "--requirement", "--editable", "--find-links",
    "--no-binary", "--only-binary", "--all-releases", "--only-final", "--trusted-host", "--use-feature", "--hash",
    "--config-settings",
}  # fmt: skip
_FLAGS = {"--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes", "--pre"}
# Gone from today's pip, in older ones still; never abbreviated.
_FORMER = {"--global-option", "--install-option"}
_SHORT = {
    "-i": "--index-url",
    "-c": "--constraint",
    "-r": "--requirement",
    "-e": "--editable",
    "-f": "--find-links",
    "-C": "--config-settings",
}
_HASH = lazy_regex(r"sha(256|384|512):.*", re.DOTALL)
_STRICT: dict[str, tuple[Callable[[str], object], str]] = {
    "--hash": (lambda value: _HASH().match(value), "wants the name of a hash and a value, like --hash=sha256:abcde"),
    "--config-settings": (lambda value: "=" in value[1:], "wants KEY=VALUE"),
    "--no-binary": (lambda value: not value.startswith("-"), "wants a value"),
    "--only-binary": (lambda value: not value.startswith("-"), "wants a value"),
}

# What shlex cuts: blanks; plain characters; an escaped one; what stands in single, and in double quotes.
_PART = lazy_regex(r"[ \t]+|[^ \t'\"\\]+|\\(.)|'([^']*)'|\"([^\"\\]*(?:\\.[^\"\\]*)*)\"", re.DOTALL)
_ESCAPED = lazy_regex(r'\\(["\\])')


class MalformedOptionError(DmlintError):
    """What pip has against the options of a line."""


class LineOption(Struct, frozen=True, kw_only=True):
    """One option by its long name; ``value`` is None for a flag, else without quotes."""

    name: str
    value: Traced | None


def split_options(line: Traced) -> tuple[Traced, Traced]:
    """The requirement that a line starts with, and the options from its first word that starts with ``-`` on."""
    match = re.search(r"(?<![^ ])-", line.text)
    at = match.start() if match else len(line)
    return line.slice(0, at).strip(), line.slice(at)


def read_options(text: Traced) -> list[LineOption]:
    """The options in ``text``; words that are no option's are passed over, as in pip. ``MalformedOptionError``
    where pip refuses the line.
    """
    words = iter(list(split_words(text)))
    options: list[LineOption] = []
    for word in words:
        raw = word.text
        if raw == "--":
            break
        if raw.startswith("--"):
            options.append(_long(word, words))
        elif raw.startswith("-") and raw != "-":
            options.append(_short(word, words))
    return options


def split_words(text: Traced) -> Iterator[Traced]:
    """The words of ``text`` as ``shlex.split`` cuts them; ``MalformedOptionError`` for a quote that is not closed."""
    at = 0
    word: list[Traced] = []
    for match in _PART().finditer(text.text):
        if match.start() != at:
            break
        at = match.end()
        if match[0][0] not in " \t":
            word.append(_unquote(text, match))
        elif word:
            yield join(word)
            word = []
    if at < len(text):
        raise MalformedOptionError(f"a quotation or escape is not finished: {shorten(text.text[at:])}")
    if word:
        yield join(word)


def _unquote(text: Traced, match: re.Match[str]) -> Traced:
    if match.lastindex is None:
        return text.slice(*match.span())
    start, end = match.span(match.lastindex)
    if match.lastindex < 3:
        return text.slice(start, end)
    parts: list[Traced] = []
    for escape in _ESCAPED().finditer(text.text, start, end):
        parts.append(text.slice(start, escape.start()))
        start = escape.start(1)
    return join([*parts, text.slice(start, end)])


def _long(word: Traced, words: Iterator[Traced]) -> LineOption:
    written, equals, _ = word.text.partition("=")
    name = _full_name(written)
    if name in _FLAGS:
        if equals:
            raise MalformedOptionError(f"{name} takes no value")
        return LineOption(name=name, value=None)
    value = word.slice(len(written) + 1) if equals else next(words, None)
    return _checked(name, value)


def _short(word: Traced, words: Iterator[Traced]) -> LineOption:
    name = _SHORT.get(word.text[:2])
    if name is None:
        raise MalformedOptionError(f"pip knows no option {shorten(word.text[:2])} in a requirements file")
    return _checked(name, word.slice(2) if len(word) > 2 else next(words, None))


def _full_name(written: str) -> str:
    """The long name that ``written`` is, or is an abbreviation of."""
    if written in _FORMER or written in _VALUED or written in _FLAGS:
        return written
    matches = sorted(name for name in _VALUED | _FLAGS if name.startswith(written))
    if not matches:
        raise MalformedOptionError(f"pip knows no option {shorten(written)} in a requirements file")
    if len(matches) > 1:
        raise MalformedOptionError(f"{written} may mean {' or '.join(matches)}")
    return matches[0]


def _checked(name: str, value: Traced | None) -> LineOption:
    if value is None:
        raise MalformedOptionError(f"{name} wants a value")
    accepts, complaint = _STRICT.get(name, (bool, ""))
    if complaint and not value.unresolved and not accepts(value.text):
        raise MalformedOptionError(f"{name} {complaint}")
    return LineOption(name=name, value=value)
