"""What the arguments of pip and its kin name: requirements, archives, repositories, folders, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Dependency, FileReference, ReferenceKind, Role
from dmlint.installers.redirections import swallowed_specifiers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.installers.command_line import Operand
    from dmlint.installers.effects import Found
    from dmlint.syntax.shell.command import Command, Word
    from dmlint.text.source import Span


def read_words(operands: Iterable[Operand], command: Command, where: str) -> list[Found]:
    """Read each operand as pip would; a specifier that the shell swallowed is stated as such."""
    swallowed = swallowed_specifiers(command)
    found: list[Found] = []
    for operand in operands:
        found += read_word(operand.word, where, redirection=swallowed.get(operand.index))
    return found


def read_word(word: Word, where: str, *, redirection: Span | None = None) -> list[Found]:
    """Read one argument: a folder that a named requirement is to come from is a second fact."""
    # packaging, which reads requirements, is imported when the first one is met.
    from dmlint.requirements.pip_argument import read_argument

    text, role = word.value.strip(), Role.REQUIREMENT
    found: list[Found] = list(read_argument(text, word.span, where=where, role=role, patterns=True))
    return [_swallowed(item, redirection) for item in found] if redirection else found


def read_editables(operands: Iterable[Operand], where: str) -> list[Found]:
    """What ``-e`` names: folders and repositories."""
    from dmlint.requirements.pip_argument import read_editable

    found: list[Found] = []
    for operand in operands:
        text = operand.word.value.strip()
        found += read_editable(text, operand.word.span, where=where, role=Role.REQUIREMENT)
    return found


def read_references(operands: Iterable[Operand], kind: ReferenceKind) -> list[Found]:
    """The files that options name."""
    return [read_reference(operand.word, kind) for operand in operands]


def read_reference(word: Word, kind: ReferenceKind, *, extras: tuple[str, ...] = ()) -> FileReference:
    """A file that is named by a word; ``file:`` URLs become paths."""
    path = None if word.value.unresolved else word.text
    if path is not None and path.lower().startswith("file:"):
        path = path[5:].removeprefix("//localhost").removeprefix("//")
    return FileReference(kind=kind, path=path, span=word.span, extras=extras)


def refer_to_project(
    place: Word, folder: Operand | None, *, extras: tuple[str, ...] = (), groups: tuple[str, ...] = ()
) -> FileReference:
    """The project that a command installs: the one in the folder that an option names, else the current one, which is
    written nowhere but by the word that asks for it.
    """
    word = folder.word if folder else place
    path = "." if folder is None else None if word.value.unresolved else word.text
    return FileReference(kind=ReferenceKind.PROJECT, path=path, span=word.span, extras=extras, groups=groups)


def split_names(operands: Iterable[Operand]) -> tuple[str, ...]:
    """The names in options that take several, apart by commas or white space (``--with a,b``)."""
    return tuple(name for operand in operands for name in operand.text.replace(",", " ").split())


def _swallowed(found: Found, redirection: Span) -> Found:
    """The fault stands in the command, even where the name came through a variable."""
    if isinstance(found, Dependency) and found.url is None:
        return replace(found, span=redirection, redirection=redirection)
    return found
