"""Environments that a stage copies from another one: a venv, a conda prefix, Isaac Sim's folder."""

from __future__ import annotations

from posixpath import basename, isabs, normpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.outcome.history import note_moment
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.installers.interpreters import environment_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.environments.identity.environment_names import Ground
    from dmlint.environments.model import Outcome
    from dmlint.facts import Copy

_CONDA_BASE = Interpreter(InterpreterKind.CONDA, "base")


def carry(
    copy: Copy, there: Mapping[Interpreter, Outcome], here: dict[Interpreter, Outcome], ground: Ground
) -> set[Interpreter]:
    """Put into ``here`` the environments of ``there`` that a copy brings along, with their states.

    Gives the names that these have there. Both are by the environments' names; ``ground`` is what the stage that
    copies stands on.
    """
    carried: set[Interpreter] = set()
    for name, outcome in there.items():
        for source in copy.sources:
            moved = _move(name, source, copy.target)
            if moved is not None:
                here[moved] = _join(note_moment(outcome, copy.span), here.get(moved), moved, ground)
                carried.add(moved)
    return carried


def _move(name: Interpreter, source: str | None, target: str | None) -> Interpreter | None:
    """The name that an environment has where a folder was copied to; None if it does not lie in that folder."""
    if source is None or target is None:
        return None
    base, into = normpath(source), normpath(target)
    folder = name.name
    if isabs(folder):
        if folder != base and not folder.startswith(f"{base.rstrip('/')}/"):
            return None
        return replace(name, name=into.rstrip("/") + folder[len(base.rstrip("/")) :])
    if name.kind is not InterpreterKind.CONDA:
        return None
    # Where conda keeps what it knows by name is seen by the folder's own name (`/opt/conda`, `/root/miniconda3`).
    whole = environment_folder(base) == _CONDA_BASE or base in ("/", "/opt", "/root")
    one = environment_folder(base) == name
    return name if whole or (one and basename(into) == folder) else None


def _join(outcome: Outcome, known: Outcome | None, name: Interpreter, ground: Ground) -> Outcome:
    """What is copied, under its new id, with what the stage that copies says of it."""
    mine = known.environment if known else outcome.environment
    placed = replace(
        outcome.environment,
        id=f"{ground.stage}:{name}{ground.service}",
        python=mine.python or outcome.environment.python,
        isaac_sim=mine.isaac_sim or outcome.environment.isaac_sim,
    )
    facts = {**outcome.known, **(known.known if known else {})}
    return replace(
        outcome,
        environment=placed,
        interpreter=name,
        stage=ground.stage,
        service=ground.service,
        place=ground.place,
        known=facts,
        final=True,
    )
