"""Readings: what `dmlint env` saw in an environment, as TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Dependency, Document, Inventory, Presence, Role
from dmlint.requirements.pep508 import canonical_specifier, normalize_name, shorten
from dmlint.syntax.toml import comments, read_toml
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source, Span

FACTS = ("python", "isaac-sim", "isaac-lab", "cuda", "driver", "uv")
NUMPY = "numpy"
_USES = ("imported", "tried", "shadowed", "kit")
_VERSION = 1
_LONGEST = 200


def parse(source: Source) -> Document:
    """State what the reading tells: each package and each NumPy is an installed dependency too."""
    root = read_toml(source)
    marks = comments(source)
    if isinstance(root, Problem):
        return Document(source=source, problems=(root,), comments=marks)
    version = root.get("reading")
    if version is None or version.value != _VERSION:
        place = source.span(0, 0) if version is None else version.span
        message = f"this is no reading that `dmlint env` wrote: 'reading' is not {_VERSION}"
        return Document(source=source, problems=(_unreadable(place, message),), comments=marks)
    found = _Found()
    reading = found.read(root)
    installed = (*reading.copies, *reading.packages)
    return Document(
        source=source,
        dependencies=tuple(entry for one in installed for entry in found.dependency(one)),
        problems=tuple(found.problems),
        comments=marks,
        reading=reading,
    )


class _Found:
    """The parts of a reading, and what of it could not be read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, root: TomlNode) -> Inventory:
        """The whole of it."""
        numpy, packages, failure = root.get(NUMPY), root.get("packages"), root.get("import-error")
        copies = list(self._presences((NUMPY, node) for node in numpy.elements()) if numpy else ())
        ranks = {use: rank for rank, use in enumerate(_USES)}
        return Inventory(
            interpreter=_string(root.get("interpreter")),
            install=_string(root.get("install")),
            linux=_string(root.get("platform")).startswith("linux"),
            facts={entry.name: entry for entry in self._presences(_facts(root))},
            copies=tuple(sorted(copies, key=lambda entry: ranks.get(entry.use, 0))),
            packages=tuple(self._presences(packages.items()) if packages else ()),
            failure=failure.span if failure is not None and failure.value else None,
        )

    def _presences(self, tables: Iterable[tuple[str, TomlNode]]) -> Iterator[Presence]:
        for name, node in tables:
            version, needs, replaceable = node.get("version"), node.get("needs"), node.get("replaceable")
            use = _string(node.get("use"))
            # A NumPy that does not say its version is there all the same.
            if not _string(version) and use not in _USES:
                self.problems.append(_unreadable(node.span, f"{shorten(name)} has no version"))
                continue
            yield Presence(
                name=normalize_name(name),
                version=_string(version),
                span=(version or node).span,
                place=_string(node.get("place")),
                needs=tuple(_string(entry) for entry in needs.elements()) if needs else (),
                use=use,
                replaceable=replaceable is not None and replaceable.value is True,
            )

    def dependency(self, entry: Presence) -> Iterator[Dependency]:
        """What is installed as a requirement that it alone meets; nothing for a copy of unknown version."""
        specifier = exactly(entry.version)
        if specifier is not None:
            yield Dependency(
                name=entry.name, span=entry.span, where=entry.place, specifier=specifier, role=Role.INSTALLED
            )
        elif entry.version:
            message = f"'{shorten(entry.version)}' is not a version of {entry.name}"
            self.problems.append(_unreadable(entry.span, message))


def exactly(version: str) -> str | None:
    """The specifier that a version alone meets, by arbitrary equality where PEP 440 does not know it; None for no
    version.
    """
    if not version or len(version) > _LONGEST:
        return None
    return canonical_specifier(f"=={version}") or canonical_specifier(f"==={version}")


def _facts(root: TomlNode) -> Iterator[tuple[str, TomlNode]]:
    for name in FACTS:
        node = root.get(name)
        if node is not None:
            yield name, node


def _string(node: TomlNode | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


def _unreadable(span: Span, message: str) -> Problem:
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message)
