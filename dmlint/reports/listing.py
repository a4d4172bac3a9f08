"""What the parsers see, printed: every dependency, install step and base image with its place."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dmlint.facts import InstallStep, ReferenceKind
from dmlint.reports.json_report import dump
from dmlint.reports.terminal import in_columns, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dmlint.facts import BaseImage, Dependency, Document, FileReference
    from dmlint.reports.view import View

    Listing = Callable[[Iterable[Document], View], Iterator[str]]

VERSION = 1
_WIDEST = 60


def json_lines(documents: Iterable[Document], view: View) -> Iterator[str]:
    """One JSON object on one line, in ASCII: the contract for other programs. What takes away is no install step."""
    dependencies: list[dict[str, object]] = []
    steps: list[dict[str, object]] = []
    images: list[dict[str, object]] = []
    for document in documents:
        path = view.path(document.source.path)
        environments = _environments(document, path)
        dependencies += [_dependency(found, view, environments) for found in document.dependencies]
        steps += [_step(step, path) for step in document.steps if not step.removes]
        images += [_image(image, path) for image in document.images]
    yield dump({"version": VERSION, "dependencies": dependencies, "steps": steps, "images": images})


def text_lines(documents: Iterable[Document], view: View) -> Iterator[str]:
    """The same for people: a paragraph for each file, its facts in the order they are written, in columns."""
    for document in documents:
        rows = sorted(_rows(document), key=lambda row: row[0])
        if not rows:
            continue
        yield visible(view.path(document.source.path))
        cells = [(f"{line}:{column}", kind, visible(what), visible(rest)) for (line, column), kind, what, rest in rows]
        yield from (f"  {row}" for row in in_columns(cells, _WIDEST))
        yield ""


def _rows(document: Document) -> Iterator[tuple[tuple[int, int], str, str, str]]:
    position = document.source.position
    for found in document.dependencies:
        yield found.span.source.position(found.span.start), "dependency", _canonical(found), found.where
    for step in document.steps:
        rest = " ".join(("sometimes",) * step.conditional + _arguments(step))
        kind = "removal" if step.removes else "step"
        yield position(step.span.start), kind, f"{step.tool} ({step.interpreter})", rest
    for image in document.images:
        reference = image.value.text
        shown = reference if reference == image.written.text else f"{reference}  as {image.written.text}"
        unknown = "  with an unknown part" if image.value.unresolved else ""
        yield position(image.written.start), "image", f"{image.role} (stage {image.stage})", shown + unknown


def _arguments(step: InstallStep) -> tuple[str, ...]:
    files = _paths(step, ReferenceKind.REQUIREMENTS)
    bounds = _paths(step, ReferenceKind.CONSTRAINTS, ReferenceKind.OVERRIDES)
    return (*step.flags, *_requirements(step), *(f"-r {path}" for path in files), *(f"-c {path}" for path in bounds))


def _environments(document: Document, path: str) -> dict[Dependency, deque[str]]:
    """The environments of each dependency, in order: the same text may be installed more than once."""
    found: dict[Dependency, deque[str]] = {}
    for stage in document.stages:
        for step in stage.actions:
            if isinstance(step, InstallStep):
                for dependency in step.requirements:
                    found.setdefault(dependency, deque()).append(f"{path}#{stage.name}:{step.interpreter}")
    for group in document.groups:
        for dependency in group.dependencies if group.name else ():
            found.setdefault(dependency, deque()).append(f"{path}[{group.name}]")
    return found


def _dependency(found: Dependency, view: View, environments: dict[Dependency, deque[str]]) -> dict[str, object]:
    line, column = found.span.source.position(found.span.start)
    end_line, end_column = found.span.source.position(found.span.end)
    waiting = environments.get(found)
    return {
        "path": view.path(found.span.source.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "name": found.name,
        "specifier": found.specifier,
        "extras": list(found.extras),
        "marker": found.marker,
        "url": found.url,
        "where": found.where,
        "environment": waiting.popleft() if waiting else None,
    }


def _step(step: InstallStep, path: str) -> dict[str, object]:
    line, column = step.span.source.position(step.span.start)
    return {
        "path": path,
        "line": line,
        "column": column,
        "tool": step.tool,
        "interpreter": str(step.interpreter),
        "conditional": step.conditional,
        "requirements": _requirements(step),
        "requirement_files": _paths(step, ReferenceKind.REQUIREMENTS),
        "constraint_files": _paths(step, ReferenceKind.CONSTRAINTS, ReferenceKind.OVERRIDES),
        "flags": list(step.flags),
    }


def _image(image: BaseImage, path: str) -> dict[str, object]:
    line, column = image.written.source.position(image.written.start)
    return {
        "path": path,
        "line": line,
        "column": column,
        "stage": image.stage,
        "reference": image.value.text,
        "raw": image.written.text,
        "resolved": not image.value.unresolved,
    }


def _requirements(step: InstallStep) -> list[str]:
    """What is asked for by name or as a project, as the installer receives it, in the order of the command."""
    named = [((found.via[0] if found.via else found.span).start, _received(found)) for found in step.requirements]
    projects = [
        (reference.span.start, _project(reference))
        for reference in step.references
        if reference.kind is ReferenceKind.PROJECT
    ]
    return [text for _, text in sorted(named + projects, key=lambda entry: entry[0])]


def _received(found: Dependency) -> str:
    """The requirement as it is written, or, where that is not what the installer receives, as it was understood."""
    written = found.span.text
    if found.unresolved:
        return written
    if found.via or found.redirection or "\\" in written or "'" in written or '"' in written:
        return _canonical(found)
    return written


def _canonical(found: Dependency) -> str:
    extras = f"[{','.join(found.extras)}]" if found.extras else ""
    target = f" @ {found.url}" if found.url else found.specifier
    marker = f"; {found.marker}" if found.marker else ""
    return f"{found.name}{extras}{target}{marker}"


def _project(reference: FileReference) -> str:
    path = reference.span.text if reference.path is None else reference.path
    # What is written may have the extras in it (``${X}/sim[dev]``), or say them elsewhere (``uv sync --extra dev``).
    said = reference.path is None and path.endswith("]")
    extras = f"[{','.join(reference.extras)}]" if reference.extras and not said else ""
    return f"{'-e ' if reference.editable else ''}{path}{extras}"


def _paths(step: InstallStep, *kinds: ReferenceKind) -> list[str]:
    return [
        reference.span.text if reference.path is None else reference.path
        for reference in step.references
        if reference.kind in kinds
    ]


LISTINGS: dict[str, Listing] = {"text": text_lines, "json": json_lines}
