"""devcontainer.json: the image or the build of a development container, and the commands that are run in it."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from dmlint.facts import BaseImage, BuildRequest
from dmlint.parsers.scripts.script_facts import read_argv, read_text
from dmlint.parsers.scripts.work_units import HERE, Units, WorkUnit, bring_checkout
from dmlint.syntax.json import read_json
from dmlint.syntax.shell.command import Word
from dmlint.syntax.shell.start import Start
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced
from dmlint.text.traced import join as join_traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Document
    from dmlint.syntax.node import Node
    from dmlint.text.source import Source

_COMMANDS = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand")
"""What is run in the container, in this order."""

_VARIABLE = lazy_regex(
    r"\$\{(localEnv|containerEnv|\w+Folder|\w+FolderBasename|devcontainerId)(?::(\w+))?(?::([^}]*))?\}"
)
_FOLDERS = frozenset({"localWorkspaceFolder", "containerWorkspaceFolder"})
SERVICE = "devcontainer"


def parse(source: Source) -> Document:
    """Read a devcontainer.json as one stage."""
    units = Units(source=source)
    root = read_json(source)
    if isinstance(root, Problem):
        units.problems.append(root)
        return units.close()
    unit = WorkUnit(name="0", span=root.span, actions=[bring_checkout(root.span)])
    units.units.append(unit)
    image = root.get("image")
    if image is not None and image.string.pieces:
        unit.image = BaseImage(written=image.span, value=expand(image.string), stage=unit.name, role="image")
        units.images.append(unit.image)
    build = _read_build(source, root)
    units.builds.extend([build] if build is not None else [])
    environ = _read_environ(root)
    for key in _COMMANDS:
        for command in _commands(root.get(key)):
            start = Start(environ=environ, cwd=HERE)
            if command.text is not None:
                units.add(unit, read_text(expand(command.text), start, key))
            else:
                words = [Word(value=expand(entry.string), span=entry.span) for entry in command.elements]
                units.add(unit, read_argv(words, command.span, start, key))
    return units.close()


def _commands(value: Node | None) -> Iterator[Node]:
    """A string or a list of strings; of a map, which are run side by side, each."""
    if value is None:
        return
    for command in value.entries.values() if value.entries else (value,):
        if command.text is not None or command.elements:
            yield command


def _read_environ(root: Node) -> dict[str, Traced]:
    environ: dict[str, Traced] = {}
    for key in ("containerEnv", "remoteEnv"):
        table = root.get(key)
        for name, value in table.entries.items() if table is not None else ():
            environ[name] = expand(value.string)
    return environ


def _read_build(source: Source, root: Node) -> BuildRequest | None:
    """``build``, or the keys that stood for it before; paths are seen from the file's own folder."""
    dockerfile = root.get("build", "dockerfile") or root.get("dockerFile")
    if dockerfile is None or dockerfile.text is None:
        return None
    context = root.get("build", "context") or root.get("context")
    target = root.get("build", "target")
    table = root.get("build", "args")
    args = {name: expand(value.string) for name, value in (table.entries if table is not None else {}).items()}
    folder = dirname(source.path)
    return BuildRequest(
        service=SERVICE,
        span=dockerfile.span,
        context=_path(folder, context.string) if context is not None else folder or HERE,
        dockerfile=_path(folder, dockerfile.string),
        target=target.string.text if target is not None else None,
        args={name: value for name, value in args.items() if not value.unresolved},
        given=tuple(name for name, value in args.items() if value.unresolved),
    )


def _path(folder: str, written: Traced) -> str | None:
    value = expand(written)
    return None if value.unresolved else normpath(join(folder, value.text))


def expand(text: Traced) -> Traced:
    """Text with its ``${localEnv:NAME:DEFAULT}`` as the default, and the folder of the repository as ``.``; what else
    stands for something is not known.
    """
    parts: list[Traced] = []
    at = 0
    for match in _VARIABLE().finditer(text.text):
        parts.append(text.slice(at, match.start()))
        at = match.end()
        written = text.slice(match.start(), at)
        place = written.span or written.pieces[0].span
        if match[3] is not None:
            default = text.slice(match.start(3), match.end(3))
            parts.append(Traced(tuple(Piece(p.text, p.span, (place, *p.via), p.known) for p in default.pieces)))
        elif match[1] in _FOLDERS:
            parts.append(Traced((Piece(HERE, place),)))
        else:
            parts.append(Traced((Piece(match[0], place, known=False),)))
    return join_traced([*parts, text.slice(at)]) if parts else text
