"""setup.cfg: what setuptools reads of it about dependencies."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING

from dmlint.facts import Document, FileReference, ReferenceKind, Role
from dmlint.parsers.manifest import manifest
from dmlint.parsers.pyproject.sections import EntryKind, FoundEntries, Section, merge, unreadable
from dmlint.requirements.pep508 import canonical_specifier, read_requirement, shorten
from dmlint.syntax.ini import find_stray, read_options
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.ini import IniOption
    from dmlint.text.source import Source
    from dmlint.text.traced import Traced

_COMMENT = lazy_regex(r"(?:^|[ \t])#")
_LONGEST = 1_000
_EXTRAS = "options.extras_require"


def parse(source: Source) -> Document:
    """Read one setup.cfg; one that configparser refuses gives a problem and nothing else."""
    problem = _refused(source)
    if problem is not None:
        return Document(source=source, problems=(problem,))
    options, comments = read_options(source)
    name = next((option.text.text for option in options if (option.section, option.key) == ("metadata", "name")), None)
    return manifest(source, tuple(_sections(options)), name, comments)


def _refused(source: Source) -> Problem | None:
    stray = find_stray(source)
    # configparser goes on behind a fault, and takes the square of the number of faults to tell them all.
    first = None if stray is None else _fault(source, source.text[:stray])
    return first or _fault(source, source.text)


def _fault(source: Source, text: str) -> Problem | None:
    """What configparser refuses of a text, which is all of a source or its beginning."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text.replace("\r\n", "\n"))
    except configparser.MissingSectionHeaderError as error:
        number = error.lineno
    except configparser.ParsingError as error:
        number = error.errors[0][0]
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        number = error.lineno or 1
    else:
        return None
    start = source.line_starts[min(number, len(source.line_starts)) - 1]
    end = source.text.find("\n", start)
    span = source.span(start, len(source.text) if end < 0 else end)
    message = "the file is not valid INI: this line cannot stand here"
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message)


def _sections(options: list[IniOption]) -> Iterator[Section]:
    for option in options:
        where = f"{option.section}.{option.key}"
        if option.section == "options" and option.key == "install_requires":
            yield Section(kind=EntryKind.PROJECT, found=_requirements(option, where))
        elif option.section == "options" and option.key == "setup_requires":
            yield Section(kind=EntryKind.LOOSE, found=_requirements(option, where, Role.BUILD))
        elif option.section == "options" and option.key == "python_requires":
            yield _python(option.text, where)
        elif option.section == _EXTRAS:
            yield Section(kind=EntryKind.EXTRA, name=option.key, found=_requirements(option, where))


def _python(text: Traced, where: str) -> Section:
    span = text.span
    specifier = canonical_specifier(text.text) if len(text) <= _LONGEST else None
    if span is None:
        return Section(kind=EntryKind.PROJECT, found=FoundEntries())
    if specifier is None:
        fault = unreadable(span, f"{where} '{shorten(text.text)}' is not a version specifier")
        return Section(kind=EntryKind.PROJECT, found=fault)
    return Section(kind=EntryKind.PROJECT, found=FoundEntries(), python=specifier, python_span=span)


def _requirements(option: IniOption, where: str, role: Role = Role.REQUIREMENT) -> FoundEntries:
    """A list, one entry a line or (on one line alone) apart by semicolons; ``file: NAME`` names files that hold it."""
    if option.text.text.startswith("file:"):
        return _files(option.text.slice(5))
    lines = option.lines if len(option.lines) > 1 else _split(option.lines[0], ";") if option.lines else []
    return merge(_requirement(line, where, role) for line in lines)


def _requirement(line: Traced, where: str, role: Role) -> FoundEntries:
    comment = _COMMENT().search(line.text)
    text = (line.slice(0, comment.start()) if comment else line).strip()
    span = text.span
    if span is None:
        return FoundEntries()
    read = read_requirement(text, span, where=where, role=role)
    return FoundEntries(problems=(read,)) if isinstance(read, Problem) else FoundEntries(dependencies=(read,))


def _files(names: Traced) -> FoundEntries:
    parts = ((part.text, part.span) for part in _split(names, ","))
    return FoundEntries(
        references=tuple(
            FileReference(kind=ReferenceKind.REQUIREMENTS, path=path, span=span) for path, span in parts if span
        )
    )


def _split(text: Traced, mark: str) -> list[Traced]:
    parts: list[Traced] = []
    start = 0
    for part in text.text.split(mark):
        parts.append(text.slice(start, start + len(part)).strip())
        start += len(part) + 1
    return parts
