"""Where a document uses values that are written elsewhere, and which they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import BaseImage, FileReference
    from dmlint.server.snapshot import Snapshot
    from dmlint.text.source import Span


class Use(Struct, frozen=True, kw_only=True):
    """A ``reference`` as written (``${TAG}``), its value in one build, and the literal that gives this."""

    reference: Span
    value: str
    literal: Span


def find_uses(snapshot: Snapshot, path: str) -> list[Use]:
    """The uses in a file, in order, each value of each once."""
    found = {(use.reference, use.value): use for use in _uses(snapshot) if use.reference.source.path == path}
    return sorted(found.values(), key=lambda use: use.reference.start)


def _uses(snapshot: Snapshot) -> Iterator[Use]:
    for image in images_of(snapshot):
        values: dict[Span, tuple[str, Span]] = {}
        for piece in image.value.pieces:
            for reference in piece.via if piece.known else ():
                text, literal = values.get(reference, ("", piece.span))
                values[reference] = (text + piece.text, literal)
        for reference, (text, literal) in values.items():
            yield Use(reference=reference, value=text, literal=literal)
    for install in snapshot.judgement.scene.installs:
        for entry in (*install.requirements, *install.bounds):
            for reference in entry.via:
                yield Use(reference=reference, value=entry.span.text, literal=entry.span)


def images_of(snapshot: Snapshot) -> Iterator[BaseImage]:
    """The images of all builds."""
    return (use.image for use in snapshot.judgement.scene.images)


def find_definitions(snapshot: Snapshot, path: str, offset: int) -> list[Span]:
    """The literals that give the value of what stands at a place, the stage that it is FROM, or the file that it names,
    each at its start.
    """
    uses = [use.literal for use in find_uses(snapshot, path) if _covers(use.reference, offset)]
    return list(dict.fromkeys((*uses, *_stages(snapshot, path, offset), *_files(snapshot, path, offset))))


def _stages(snapshot: Snapshot, path: str, offset: int) -> Iterator[Span]:
    document = snapshot.judgement.documents.get(path)
    stages = getattr(document, "stages", ())
    for stage in stages:
        if stage.parent is not None and _covers(stage.span, offset):
            yield from (other.span for other in stages if other.name == stage.parent)


def _files(snapshot: Snapshot, path: str, offset: int) -> Iterator[Span]:
    for install in snapshot.judgement.scene.installs:
        references = install.step.references if install.step is not None else ()
        for reference in references:
            if reference.span.source.path == path and _covers(reference.span, offset):
                sources = {entry.span.source for entry in (*install.requirements, *install.bounds)}
                yield from (source.span(0, 0) for source in sources if _is_named(source.path, reference))


def _is_named(path: str, reference: FileReference) -> bool:
    named = (reference.path or "").rstrip("/").rpartition("/")[2]
    return path == named or path.endswith((f"/{named}", f"{named}/pyproject.toml"))


def _covers(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end
