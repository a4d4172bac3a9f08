"""setup.py: what is written in it as literals; it is read, never run."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Document, Role
from dmlint.parsers.manifest import manifest
from dmlint.parsers.pyproject.sections import EntryKind, FoundEntries, Section, merge, unreadable
from dmlint.requirements.pep508 import canonical_marker, canonical_specifier, read_requirement, shorten
from dmlint.syntax.python_literals import Literals
from dmlint.syntax.python_text import Places, read_comments
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.source import Source
    from dmlint.text.traced import Traced

_COMMENT = lazy_regex(r"(?:^|[ \t])#")
_LONGEST = 1_000
_LARGEST = 1_000_000
"""Python takes seconds for more, and no setup.py is near it."""


def parse(source: Source) -> Document:
    """Read the arguments of each call of ``setup``; of what is computed nothing is said.

    A file that is not Python 3 gives a problem and nothing else.
    """
    tree = _tree(source)
    if isinstance(tree, Problem):
        return Document(source=source, problems=(tree,))
    literals = Literals(tree, Places.of(source))
    calls = [node for node in literals.calls if _is_setup(node.func)]
    arguments = [(keyword.arg, keyword.value) for call in calls for keyword in call.keywords if keyword.arg]
    names = (next(iter(literals.strings(value)), None) for key, value in arguments if key == "name")
    name = next((text.text for text in names if text and text.text), None)
    sections = [section for key, value in arguments for section in _sections(key, value, literals)]
    requires = [value for key, value in arguments if key == "install_requires"]
    computed = any(not literals.is_written(value) for value in requires)
    computed = computed or any(keyword.arg is None for call in calls for keyword in call.keywords)
    return replace(manifest(source, sections, name, read_comments(source)), computed=computed)


def _tree(source: Source) -> ast.Module | Problem:
    if len(source.text) > _LARGEST:
        message = f"the file is not read: it has more than {_LARGEST:,} characters"
        return Problem(kind=ProblemKind.UNREADABLE, span=source.span(0, 0), message=message)
    try:
        with warnings.catch_warnings():
            # Python warns of odd backslashes in strings.
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as error:
        starts = source.line_starts
        start = starts[min(max(error.lineno or 1, 1), len(starts)) - 1]
        message = f"the file is not valid Python: {error.msg}"
    except (MemoryError, RecursionError):
        start, message = 0, "the file is not read: its expressions are nested too deeply"
    except ValueError as error:
        start, message = 0, f"the file is not valid Python: {error}"
    end = source.text.find("\n", start)
    span = source.span(start, len(source.text) if end < 0 else end)
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message)


def _is_setup(function: ast.expr) -> bool:
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    return name == "setup"


def _sections(key: str, value: ast.expr, literals: Literals) -> Iterator[Section]:
    if key == "install_requires":
        yield Section(kind=EntryKind.PROJECT, found=_requirements(literals.strings(value), key))
    elif key == "setup_requires":
        yield Section(kind=EntryKind.LOOSE, found=_requirements(literals.strings(value), key, Role.BUILD))
    elif key == "extras_require":
        for name, entry in literals.items(value):
            extra, _, marker = name.partition(":")
            found = _requirements(literals.strings(entry), f"{key}.{name}", marker=marker)
            yield Section(kind=EntryKind.EXTRA if extra else EntryKind.PROJECT, name=extra, found=found)
    elif key == "python_requires":
        yield from (_python(text) for text in literals.strings(value)[:1])


def _python(text: Traced) -> Section:
    span = text.span
    specifier = canonical_specifier(text.text) if len(text) <= _LONGEST else None
    if span is None or specifier is None:
        found = unreadable(span, f"'{shorten(text.text)}' is not a version specifier") if span else FoundEntries()
        return Section(kind=EntryKind.PROJECT, found=found)
    return Section(kind=EntryKind.PROJECT, found=FoundEntries(), python=specifier or None, python_span=span)


def _requirements(texts: list[Traced], where: str, role: Role = Role.REQUIREMENT, marker: str = "") -> FoundEntries:
    """The requirements of strings, each of which may hold one a line."""
    return merge(_requirement(line, where, role, marker) for text in texts for line in _lines(text))


def _lines(text: Traced) -> Iterator[Traced]:
    start = 0
    for line in text.text.split("\n"):
        yield text.slice(start, start + len(line)).strip()
        start += len(line) + 1


def _requirement(line: Traced, where: str, role: Role, marker: str) -> FoundEntries:
    comment = _COMMENT().search(line.text)
    text = (line.slice(0, comment.start()) if comment else line).strip()
    if not text.pieces:
        return FoundEntries()
    read = read_requirement(text, text.span or text.pieces[0].span, where=where, role=role)
    if isinstance(read, Problem):
        return FoundEntries(problems=(read,))
    try:
        both = canonical_marker(f"({read.marker}) and ({marker})" if read.marker else marker) if marker else read.marker
    except ValueError:
        return unreadable(read.span, f"'{shorten(marker)}' is not an environment marker")
    return FoundEntries(dependencies=(replace(read, marker=both),))
