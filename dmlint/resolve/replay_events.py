"""What happens to an environment in order, each entry with the step that a resolver can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.environments.model import NUMPY, PackageState
from dmlint.resolve.plan import ReplayStep
from dmlint.resolve.translate import Records, Translation, translate, translate_other

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.environments.model import Install, Moment, Outcome
    from dmlint.facts import Dependency
    from dmlint.resolve.plan import TargetPython
    from dmlint.text.source import Span

_OTHERS = {"environment.yml dependencies": "conda", "pixi": "pixi"}
"""Whose packages a manifest names, by how the place of an entry starts."""

_NOTHING = Translation(step=ReplayStep())


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happens to an environment.

    ``what`` says it in words where the text of the span does not; ``expected`` is the NumPy that may be there after it
    by the rules of ``dmlint matrix``. ``installs`` says that it puts packages in.
    """

    span: Span
    what: str
    expected: PackageState
    translation: Translation
    installs: bool = False
    conditional: bool = False


def read_events(outcome: Outcome, place: Span, target: TargetPython, records: Records) -> list[Event]:
    """The events of an environment; of a manifest, which starts at ``place``, the one install that it stands for.

    What conda and pixi install in it comes before what pip does.
    """
    if outcome.trace:
        return list(_of_stage(outcome.trace, target, records))
    return [event for install in outcome.installs for event in _of_manifest(install, place, outcome, target, records)]


def _of_manifest(
    install: Install, place: Span, outcome: Outcome, target: TargetPython, records: Records
) -> Iterator[Event]:
    path, after = place.source.path, outcome.states.get(NUMPY, PackageState())
    tools = {entry: _tool(entry) for entry in install.requirements}
    for tool in dict.fromkeys(tool for tool in tools.values() if tool is not None):
        named = replace(install, requirements=tuple(entry for entry in tools if tools[entry] == tool))
        yield Event(
            span=place, what=f"install {path}: {tool}", expected=after, translation=translate_other(named, tool)
        )
    rest = tuple(entry for entry in tools if tools[entry] is None)
    if rest or not tools:
        asked = translate(replace(install, requirements=rest), target, records)
        yield Event(span=place, what=f"install {path}", expected=after, translation=asked, installs=True)


def _tool(entry: Dependency) -> str | None:
    """The installer of a manifest's entry; None for pip and its like."""
    where = entry.where.removeprefix("tool.")
    return next((tool for start, tool in _OTHERS.items() if where.startswith(start)), None)


def _of_stage(trace: Sequence[Moment], target: TargetPython, records: Records) -> Iterator[Event]:
    before = PackageState()
    for moment in trace:
        install = moment.install
        installs = install is not None and not install.fetches
        yield Event(
            span=moment.span,
            what=moment.what,
            expected=moment.numpy,
            translation=(
                translate(install, target, records) if install is not None and installs else _of_files(before, moment)
            ),
            installs=installs,
            conditional=install is not None and install.conditional,
        )
        before = moment.numpy


def _of_files(before: PackageState, moment: Moment) -> Translation:
    """What is no install: NumPy deleted as files, a script that nobody can read, or nothing."""
    if moment.what or moment.install is not None:
        return _NOTHING
    if moment.numpy.unknown is not None and moment.numpy.unknown.span == moment.span:
        return Translation(step=None, missing=(moment.numpy.unknown.message,))
    gone = any(way.versions is None for way in moment.numpy.ways) and moment.numpy.ways != before.ways
    return Translation(step=ReplayStep(removes=(NUMPY,))) if gone else _NOTHING
