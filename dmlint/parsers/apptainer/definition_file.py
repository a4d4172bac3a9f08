"""The text of an Apptainer definition file: stages, each with a header and sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.text.source import Source, Span

_HEADER = lazy_regex(r"[ \t]*(\w+)[ \t]*:(?!//)[ \t]*")
_SECTION = lazy_regex(r"%(\w+)[ \t]*")
_ARGUMENT = lazy_regex(r"[ \t]*(\w+)[ \t]*=[ \t]*")
_REFERENCE = lazy_regex(r"\{\{[ \t]*(\w+)[ \t]*\}\}")
_COMMENT = lazy_regex(r"(?:^|(?<=\s))#")


class RecipeSection(Struct, frozen=True, kw_only=True):
    """``%post``, ``%files from build`` …: its name, the words behind it, and its lines as one text."""

    name: str
    options: str
    body: Span


class Recipe(Struct, frozen=True, kw_only=True):
    """One stage: the values of its header by key in lower case, where it starts, and its sections in order."""

    span: Span
    header: dict[str, Traced] = field(default_factory=dict)
    sections: list[RecipeSection] = field(default_factory=list)


def read_recipes(source: Source) -> list[Recipe]:
    """The stages of a file; none for a file of another kind, which lacks ``Bootstrap``."""
    recipes: list[Recipe] = []
    opened: tuple[str, str, int] | None = None
    for start, end in _lines(source):
        section = _SECTION().match(source.text, start, end)
        header = _HEADER().match(source.text, start, end)
        begins = header is not None and header[1].lower() == "bootstrap"
        if not (section or begins or opened is None):
            continue
        if opened is not None and recipes:
            recipes[-1].sections.append(_section(source, opened, start))
        opened = None
        if section is not None:
            opened = (section[1].lower(), source.text[section.end() : end].strip(), end)
            continue
        if begins:
            recipes.append(Recipe(span=source.span(start, end)))
        if header is not None and recipes:
            recipes[-1].header[header[1].lower()] = _without_comment(Traced.of(source.span(header.end(), end)))
    if opened is not None and recipes:
        recipes[-1].sections.append(_section(source, opened, len(source.text)))
    return recipes


def _section(source: Source, opened: tuple[str, str, int], end: int) -> RecipeSection:
    name, options, start = opened
    return RecipeSection(name=name, options=options, body=source.span(min(start + 1, end), end))


def _lines(source: Source) -> Iterator[tuple[int, int]]:
    starts = source.line_starts
    for start, after in zip(starts, (*starts[1:], len(source.text) + 1), strict=True):
        yield start, after - 1


def _without_comment(text: Traced) -> Traced:
    match = _COMMENT().search(text.text)
    return (text.slice(0, match.start()) if match else text).strip()


def body_lines(section: RecipeSection) -> Iterator[Traced]:
    """The lines of a section, without comments and white space at their ends; empty ones are left out."""
    whole = Traced.of(section.body)
    at = 0
    for line in whole.text.split("\n"):
        text = _without_comment(whole.slice(at, at + len(line)))
        at += len(line) + 1
        if text.pieces:
            yield text


def read_arguments(recipes: list[Recipe]) -> dict[str, Traced]:
    """The defaults of ``%arguments``, which hold in the whole file."""
    arguments: dict[str, Traced] = {}
    for section in (section for recipe in recipes for section in recipe.sections if section.name == "arguments"):
        for line in body_lines(section):
            match = _ARGUMENT().match(line.text)
            if match:
                arguments[match[1]] = _unquoted(line.slice(match.end()))
    return arguments


def _unquoted(value: Traced) -> Traced:
    quoted = len(value) > 1 and value.text[0] == value.text[-1] and value.text[0] in "'\""
    return value.slice(1, len(value) - 1) if quoted else value


def expand(text: Traced, arguments: Mapping[str, Traced]) -> Traced:
    """Text with its ``{{ NAME }}`` replaced; one without a default stays as a piece that is not ``known``."""
    parts: list[Traced] = []
    at = 0
    for match in _REFERENCE().finditer(text.text):
        parts.append(text.slice(at, match.start()))
        at = match.end()
        reference = text.slice(match.start(), at)
        written = reference.span or reference.pieces[0].span
        value = arguments.get(match[1])
        if value is None:
            parts.append(Traced((Piece(match[0], written, known=False),)))
        else:
            parts.append(Traced(tuple(Piece(p.text, p.span, (written, *p.via), p.known) for p in value.pieces)))
    return join([*parts, text.slice(at)]) if parts else text
