"""GitLab pipelines: the image of each job, and what its scripts run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import BaseImage
from dmlint.parsers.interpolation import interpolate
from dmlint.parsers.scripts.script_facts import read_text
from dmlint.parsers.scripts.work_units import HERE, Units, WorkUnit, bring_checkout
from dmlint.syntax.shell.start import Start
from dmlint.syntax.yaml import read_comments, read_yaml
from dmlint.text.problems import Problem
from dmlint.text.source import Span
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.facts import Document
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source

_INHERITED = ("image", "services", "cache", "before_script", "after_script")
_GLOBAL = frozenset((*_INHERITED, "default", "variables", "workflow", "include", "stages", "spec"))
_DEEP = 11
"""How far `extends` and `!reference` are followed, as GitLab itself does."""


def parse(source: Source) -> Document:
    """Read a pipeline as one stage for each job; hidden ones (``.NAME``) count where another extends them."""
    units = Units(source=source)
    nodes = read_yaml(source)
    if isinstance(nodes, Problem):
        units.problems.append(nodes)
        return units.close()
    units.comments.extend(read_comments(source, nodes))
    # A file of two documents begins with its inputs.
    for root in nodes[-1:]:
        for key, job in root.items():
            name = key.value or ""
            if job.kind == "mapping" and name not in _GLOBAL and not name.startswith("."):
                _read_job(units, key, job, root)
    return units.close()


def _read_job(units: Units, key: YamlNode, job: YamlNode, root: YamlNode) -> None:
    levels = list(_levels(job, root))
    variables: dict[str, Traced] = {}
    for level in (root, *reversed(levels)):
        own = level.get("variables")
        for name, value in own.items() if own is not None else ():
            text = (value.get("value") or value).traced()
            variables[name.value or ""] = interpolate(text, variables)
    unit = WorkUnit(name=key.value or "", span=key.span, actions=[bring_checkout(key.span)])
    units.units.append(unit)
    unit.image = _image(_setting("image", levels, root), variables, unit.name)
    services = _setting("services", levels, root)
    others = [_image(entry, variables, unit.name) for entry in services.elements()] if services is not None else []
    units.images.extend(image for image in (unit.image, *others) if image is not None)
    # What comes before runs in the same shell as the script; what comes after in one of its own.
    first = [_setting(name, levels, root) for name in ("before_script", "script")]
    for parts in (first, [_setting("after_script", levels, root)]):
        lines = [line for part in parts if part is not None for line in _lines(part, root, _DEEP)]
        start = Start(environ=variables, cwd=HERE)
        units.add(unit, read_text(join(lines), start, "script", unit.name))


def _levels(job: YamlNode, root: YamlNode) -> Iterator[YamlNode]:
    """A job and those that it extends, the closest first, each once."""
    waiting, seen = [job], set[str]()
    while waiting:
        level = waiting.pop(0)
        yield level
        extends = level.get("extends")
        names = (
            [node.value for node in (extends.elements() if extends.kind == "sequence" else [extends])]
            if extends
            else []
        )
        for name in reversed(names):
            found = root.get(name) if name and name not in seen and len(seen) < _DEEP else None
            if found is not None and name:
                seen.add(name)
                waiting.append(found)


def _setting(name: str, levels: list[YamlNode], root: YamlNode) -> YamlNode | None:
    found = (*(level.get(name) for level in levels), root.get("default", name), root.get(name))
    return next((node for node in found if node is not None), None)


def _image(node: YamlNode | None, variables: Mapping[str, Traced], stage: str) -> BaseImage | None:
    place = node if node is None or node.kind != "mapping" else node.get("name")
    value = interpolate(place.traced(), variables) if place is not None else Traced()
    if place is None or not value.pieces:
        return None
    return BaseImage(written=place.span, value=value, stage=stage, role="image")


def _lines(node: YamlNode, root: YamlNode, depth: int) -> Iterator[Traced]:
    """The commands of a script, each with the end of its line; what ``!reference`` names comes in its place."""
    if node.kind == "scalar":
        text = node.traced()
        if text.pieces:
            end = text.pieces[-1].span.end
            yield text
            yield Traced((Piece("\n", Span(node.source, end, end)),))
        return
    elements = list(node.elements())
    if node.tag == "!reference":
        found = root.get(*(element.value or "" for element in elements))
        elements = [found] if found is not None else []
    for element in elements if depth else ():
        yield from _lines(element, root, depth - 1)
