"""Poetry's tables: constraints of its own grammar, optional dependencies, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from packaging.specifiers import SpecifierSet

from dmlint.parsers.pyproject.sections import (
    EntryKind,
    FoundEntries,
    Include,
    Section,
    TomlTable,
    expect,
    extras_of,
    fetched,
    flag,
    folder,
    merge,
    named,
    string_of,
    strings,
    unreadable,
    url_of,
)
from dmlint.requirements.pep508 import canonical_marker, normalize_name
from dmlint.requirements.poetry_constraints import poetry_specifier
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.specifiers import Specifier

    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Span


def read_poetry(root: TomlNode) -> Iterator[Section]:
    """All sections below ``[tool.poetry]``."""
    poetry = root.get("tool", "poetry")
    if poetry is None:
        return
    yield Section(kind=EntryKind.LOOSE, found=expect(poetry, dict, "tool.poetry"))
    main = poetry.get("dependencies")
    yield from _main(main, poetry.get("extras"))
    dev = poetry.get("dev-dependencies")
    if dev:
        yield Section(kind=EntryKind.GROUP, name="dev", found=_table(dev, "tool.poetry.dev-dependencies"))
    groups = poetry.get("group")
    yield Section(kind=EntryKind.LOOSE, found=expect(groups, dict, "tool.poetry.group"))
    for name, group in groups.items() if groups else ():
        where = f"tool.poetry.group.{name}"
        found = expect(group, dict, where) + _table(group.get("dependencies"), f"{where}.dependencies")
        includes = tuple(
            Include(kind=EntryKind.GROUP, name=str(node.value), span=node.span)
            for node in strings(group.get("include-groups"))
        )
        yield Section(kind=EntryKind.GROUP, name=name, found=found + FoundEntries(includes=includes))


def _main(table: TomlNode | None, extras: TomlNode | None) -> Iterator[Section]:
    """The main dependencies; optional ones come with the extras that name them."""
    where = "tool.poetry.dependencies"
    always, optional = [expect(table, dict, where)], dict[str, FoundEntries]()
    python = table.get("python") if table else None
    for name, node in table.items() if table else ():
        if name == "python":
            continue
        found = _dependency(name, node, where)
        if any(flag(entry, "optional") for entry in _alternatives(node)):
            optional[normalize_name(name)] = found
        else:
            always.append(found)
    specifier, faults = _python(python)
    if table:
        yield Section(
            kind=EntryKind.PROJECT,
            found=merge((*always, faults)),
            python=specifier,
            python_span=python.span if python else None,
        )
    yield Section(kind=EntryKind.LOOSE, found=merge(optional.values()))
    yield Section(kind=EntryKind.LOOSE, found=expect(extras, dict, "tool.poetry.extras"))
    for name, node in extras.items() if extras else ():
        members = [optional.get(normalize_name(str(entry.value)), FoundEntries()) for entry in strings(node)]
        found = replace(merge(members), problems=expect(node, list, f"tool.poetry.extras.{name}").problems)
        yield Section(kind=EntryKind.EXTRA, name=name, found=found)


def _python(node: TomlNode | None) -> tuple[str | None, FoundEntries]:
    text = string_of(node)
    if node is None or text is None:
        return None, FoundEntries()
    specifier = poetry_specifier(text)
    if isinstance(specifier, str):
        return specifier or None, FoundEntries()
    message = f"the Pythons '{text.strip()}' cannot be told"
    return None, FoundEntries(problems=(Problem(kind=specifier, span=node.span, message=message, about="python"),))


def _table(table: TomlNode | None, where: str) -> FoundEntries:
    entries = table.items() if table else ()
    found = (_dependency(name, node, where) for name, node in entries if name != "python")
    return merge((expect(table, dict, where), *found))


def _alternatives(node: TomlNode) -> list[TomlNode]:
    return list(node.elements()) if isinstance(node.value, list) else [node]


def _dependency(name: str, node: TomlNode, where: str) -> FoundEntries:
    """One entry of a dependency table: a constraint, a table, or an array of either."""
    return merge(_alternative(name, node.key, entry, where) for entry in _alternatives(node))


def _alternative(name: str, key: Span, node: TomlNode, where: str) -> FoundEntries:
    if not isinstance(node.value, (str, dict)):
        return expect(node, str, f"{where}.{name}")
    version = node if isinstance(node.value, str) else node.get("version")
    found = named(TomlTable(where=where, convert=poetry_specifier), name, key, version)
    marker, faults = _marker(node)
    extras = extras_of(node)
    references = folder(node, editable="develop", extras=extras)
    places = (url_of(node), *(reference.path for reference in references))
    changed = (fetched(replace(one, marker=marker, extras=extras), *places) for one in found.dependencies)
    return replace(found, dependencies=tuple(changed), references=references) + faults


def _marker(node: TomlNode) -> tuple[str | None, FoundEntries]:
    """``markers``, ``python`` and ``platform`` of a table as one PEP 508 marker."""
    marker, python, platform = (string_of(node.get(key)) for key in ("markers", "python", "platform"))
    clauses = [f"({marker})"] if marker is not None else []
    clauses += [f"({_python_marker(python)})"] if python not in {None, "*"} else []
    clauses += [f"sys_platform == '{platform}'"] if platform is not None else []
    text = " and ".join(clauses)
    try:
        return (canonical_marker(text) if text else None), FoundEntries()
    except ValueError:
        return None, unreadable(node.span, "its markers, python or platform are not an environment marker")


def _python_marker(constraint: str | None) -> str:
    """A constraint on Python as a PEP 508 marker, empty for one that is malformed."""
    parts = (poetry_specifier(part) for part in (constraint or "").split("|") if part)
    # What is no specifier becomes an empty alternative, which no marker can have.
    clauses = ([_python_clause(one) for one in SpecifierSet(part)] if isinstance(part, str) else [] for part in parts)
    return " or ".join(" and ".join(sorted(part)) for part in clauses)


def _python_clause(specifier: Specifier) -> str:
    version = specifier.version.removesuffix(".*")
    short = version.count(".") < 2
    suffix = "" if short or version == specifier.version else ".*"
    return f"{'python_version' if short else 'python_full_version'} {specifier.operator} '{version}{suffix}'"
