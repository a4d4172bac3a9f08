"""``docker/build-push-action``: the build that a step of a workflow asks for."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from dmlint.facts import BuildRequest
from dmlint.parsers.docker_command import read_args
from dmlint.parsers.scripts.work_units import HERE
from dmlint.parsers.workflow.expressions import expand, turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.parsers.workflow.expressions import Context
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.traced import Traced

_ACTION = "docker/build-push-action@"
_REPOSITORY = "{{defaultContext}}"
"""How the action calls the repository itself; a folder of it may follow behind a colon."""
_INPUTS = ("build-args", "context", "file", "tags", "target")


def read_builds(step: YamlNode, context: Context) -> Iterator[BuildRequest]:
    """What a step builds: nothing if it does not use the action, one build for each value of a matrix variable.

    https://github.com/docker/build-push-action#inputs: paths count from the folder of the repository, ``file`` from the
    context where that is a folder of ``{{defaultContext}}``.
    """
    uses = step.get("uses")
    if uses is None or not (uses.value or "").startswith(_ACTION):
        return
    given = step.get("with")
    texts = {name: node.traced() for name in _INPUTS if given is not None and (node := given.get(name)) is not None}
    for turn in turns(texts.values(), context):
        inputs = {name: expand(text, turn) for name, text in texts.items()}
        yield _build(uses, inputs)


def _build(uses: YamlNode, inputs: dict[str, Traced]) -> BuildRequest:
    folder, start = _context(inputs.get("context"))
    file, target = inputs.get("file"), inputs.get("target")
    if file is None:
        dockerfile = None if folder is None else normpath(join(folder, "Dockerfile"))
    else:
        dockerfile = None if file.unresolved else normpath(join(start, file.text))
    tags = [tag.text for tag in _lines(inputs.get("tags"), ",\n") if not tag.unresolved]
    args, given = read_args(_lines(inputs.get("build-args"), "\n"))
    return BuildRequest(
        service=tags[0] if tags else "build-push-action",
        span=uses.span,
        context=folder,
        dockerfile=dockerfile,
        target=target.text if target is not None and not target.unresolved else None,
        args=args,
        given=given,
        tags=tuple(tags),
    )


def _context(value: Traced | None) -> tuple[str | None, str]:
    """The folder that is sent to the build, None where it is not known, and the one that ``file`` counts from."""
    if value is None:
        return HERE, HERE
    if value.text.startswith(_REPOSITORY):
        inside = normpath(join(HERE, value.text[len(_REPOSITORY) :].lstrip(":")))
        return inside, inside
    return (None if value.unresolved or "://" in value.text else normpath(join(HERE, value.text))), HERE


def _lines(text: Traced | None, separators: str) -> list[Traced]:
    """The entries of a list, without the blanks around them."""
    found: list[Traced] = []
    start = 0
    for at, character in enumerate(f"{text.text}\n" if text is not None else ""):
        if character in separators and text is not None:
            entry = text.slice(start, at).strip()
            found += [entry] if entry.text else []
            start = at + 1
    return found
