"""What is known of the place under the pointer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from dmlint.reports.rule_pages import EXPLANATIONS, explain
from dmlint.reports.terminal import visible
from dmlint.rulepacks.product_images import recognize
from dmlint.server.diagnostics import range_of
from dmlint.server.hints import find_steps, hint_of
from dmlint.server.references import images_of
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Outcome
    from dmlint.environments.outcome.steps import Step
    from dmlint.facts import BaseImage
    from dmlint.server.snapshot import Snapshot
    from dmlint.text.source import Source, Span

_WORD = lazy_regex(r"\w+")
_STATUSES = {
    "recommended": "the guide recommends it",
    "legacy": "the guide lists it as legacy",
    "avoided": "**the guide avoids it**",
    "future": "the guide lists it as future, not ready",
    "unlisted": "the guide does not know it",
}
_MARKS = lazy_regex(r"([\\`*_\[\]<>&])")


def hover(snapshot: Snapshot, path: str, offset: int) -> types.Hover | None:
    """A rule's page on its id, the image on what makes its reference, NumPy before and after on an install."""
    source = snapshot.source(path)
    if source is None:
        return None
    words = _WORD().finditer(source.text, *_line(source, offset))
    word = next((found for found in words if found.start() <= offset <= found.end()), None)
    rule = next((entry for entry in snapshot.pack.rules if word is not None and entry.id == word[0]), None)
    if rule is not None and word is not None:
        page = "\n".join(EXPLANATIONS["markdown"](explain(rule, snapshot.pack)))
        return _hover(snapshot, source.span(word.start(), word.end()), page)
    image = next(_images_at(snapshot, source, offset), None)
    if image is not None:
        return _hover(snapshot, image[0], "\n\n".join(_tell_image(snapshot, image[1])))
    steps = [entry for entry in find_steps(snapshot, path) if _covers(entry[1].span, source, offset)]
    told = list(dict.fromkeys(_tell_step(snapshot, *entry) for entry in steps))
    return _hover(snapshot, steps[-1][1].span, "\n\n".join(told)) if told else None


def _hover(snapshot: Snapshot, span: Span, text: str) -> types.Hover:
    content = types.MarkupContent(kind=types.MarkupKind.Markdown, value=text)
    return types.Hover(contents=content, range=range_of(snapshot, span))


def _line(source: Source, offset: int) -> tuple[int, int]:
    line, _ = source.position(offset)
    starts = (*source.line_starts, len(source.text) + 1)
    return starts[line - 1], starts[line] - 1


def _images_at(snapshot: Snapshot, source: Source, offset: int) -> Iterator[tuple[Span, BaseImage]]:
    """The images of whose reference something is written at a place, or on the line of a literal that gives a part."""
    for image in images_of(snapshot):
        if _covers(image.written, source, offset):
            yield image.written, image
    first, last = _line(source, offset)
    for image in images_of(snapshot):
        for piece in image.value.pieces:
            for span in (piece.span, *piece.via):
                if span.source is source and first <= span.start <= last:
                    yield span, image


def _covers(span: Span, source: Source, offset: int) -> bool:
    return span.source is source and span.start <= offset <= span.end


def _tell_image(snapshot: Snapshot, image: BaseImage) -> Iterator[str]:
    open_ = ", with what has no value here" if image.value.unresolved else ""
    yield f"{image.role} {_code(image.value.text)}{open_}"
    catalogue = snapshot.pack.catalogue
    found = recognize(catalogue, image)
    if found is None:
        return
    if found.release is None:
        yield f"{found.product.title}, which release cannot be told"
        return
    release, inside = (
        catalogue.release(found.product.name, found.release),
        catalogue.inside(found.product.name, found.release),
    )
    yield f"**{found.product.title} {_plain(found.release)}**: {_STATUSES[release.status]}"
    if inside is not release and inside.version:
        yield f"built on {catalogue.product(inside.product).title} {inside.version}: {_STATUSES[inside.status]}"
    facts = {"Python": inside.python, "NumPy": inside.numpy, "ships": ", ".join(inside.ships)}
    known = [f"{title} {_code(value)}" for title, value in facts.items() if value]
    if known:
        yield ", ".join(known)
    yield from (f"* {_source(entry)}" for entry in dict.fromkeys((*release.sources, *inside.sources)))


def _tell_step(snapshot: Snapshot, outcome: Outcome, step: Step) -> str:
    before, after = (hint_of(state, outcome, snapshot.pack.catalogue) or "none" for state in (step.before, step.after))
    told = f"{_code(outcome.environment.id or '')}: NumPy {_code(before)} → {_code(after)}"
    places = ((note, f"{note.span.source.path}:{note.span.line}") for note in step.notes)
    return "\n".join((told, "", *(f"* {_plain(note.message)} ({_plain(place)})" for note, place in places)))


def _source(text: str) -> str:
    return f"<{text}>" if text.startswith("https://") else _plain(text)


def _plain(text: str) -> str:
    return _MARKS().sub(r"\\\1", visible(text))


def _code(text: str) -> str:
    shown = visible(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{fence}{shown}{fence}" if len(fence) == 1 else f"{fence} {shown} {fence}"
