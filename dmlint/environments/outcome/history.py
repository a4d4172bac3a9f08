"""The installs of each environment in the order they happen, and what they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.identity.profiles import EVERYWHERE
from dmlint.environments.model import NUMPY, Moment, Outcome, PackageState, Way
from dmlint.environments.outcome.growing_sequence import grow
from dmlint.environments.outcome.numpy_state import limit
from dmlint.environments.outcome.transfer import Knowledge, apply_install
from dmlint.facts import Role
from dmlint.text.source import Note

if TYPE_CHECKING:
    from dmlint.environments.model import Environment, Install
    from dmlint.facts import Removal, RunScript
    from dmlint.rulepacks.catalogue import Catalogue, Release
    from dmlint.text.source import Span


def start(environment: Environment, release: Release | None = None, origin: Span | None = None) -> Outcome:
    """An environment before anything is installed into it: it holds what its image ships."""
    states: dict[str, PackageState] = {}
    ships = release.ships if release is not None else ()
    for entry in ships:
        name, _, version = entry.partition("==")
        note = (Note(span=origin, message=f"the image ships {entry}"),) if origin is not None else ()
        states[name] = PackageState(ways=(Way(versions=f"=={version}", because=note),))
    return Outcome(environment=environment, states=states, origin=origin, ships=ships)


def extend(outcome: Outcome, install: Install, catalogue: Catalogue) -> Outcome:
    """The same environment after one more install."""
    known = Knowledge(catalogue=catalogue, within=outcome.environment.needs.get(NUMPY) or EVERYWHERE)
    step = apply_install(install, outcome.states, known)
    removes = install.step is not None and install.step.removes
    entries = () if removes else (*install.requirements, *install.bounds)
    named = tuple(entry for entry in entries if entry.name == NUMPY and entry.role is not Role.BUILD)
    numpy = step.states.get(NUMPY, PackageState())
    moment = (Moment(span=install.step.span, numpy=numpy, install=install),) if install.step is not None else ()
    return replace(
        outcome,
        trace=grow(outcome.trace, moment),
        installs=grow(outcome.installs, (install,)) if not removes else outcome.installs,
        states=step.states,
        named=grow(outcome.named, named),
        forced=grow(outcome.forced, step.forced),
        caps=grow(outcome.caps, step.caps),
        conflicts=grow(outcome.conflicts, step.conflicts),
    )


def without_numpy(outcome: Outcome, removal: Removal) -> Outcome:
    """The same environment after the NumPy that its image ships was deleted as files: what pip put beside it stays."""
    note = Note(span=removal.span, message="deletes the NumPy that the image ships")
    before = outcome.states.get(NUMPY, PackageState())
    gone = tuple(Way(versions=None, because=(note,)) if way.mover is None else way for way in before.ways)
    ways = (*before.ways, *gone) if removal.conditional else gone or (Way(versions=None, because=(note,)),)
    after = limit(PackageState(ways=ways, unknown=before.unknown))
    moment = Moment(span=removal.span, numpy=after)
    return replace(outcome, states={**outcome.states, NUMPY: after}, trace=grow(outcome.trace, (moment,)))


def note_moment(outcome: Outcome, span: Span, what: str = "") -> Outcome:
    """The same environment, with something in its trace that changes nothing of its NumPy."""
    moment = Moment(span=span, numpy=outcome.states.get(NUMPY, PackageState()), what=what)
    return replace(outcome, trace=grow(outcome.trace, (moment,)))


def doubt(outcome: Outcome, run: RunScript) -> Outcome:
    """The same environment after a script of which nobody knows what it installs."""
    note = Note(span=run.span, message="what this script installs is not known")
    before = outcome.states.get(NUMPY, PackageState())
    after = replace(before, unknown=before.unknown or note)
    moment = Moment(span=run.span, numpy=after)
    return replace(outcome, states={**outcome.states, NUMPY: after}, trace=grow(outcome.trace, (moment,)))
