"""Which environment a project is for that a build clones: the clone's branch says something of that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.identity.isaac_interpreters import is_isaac, isaac_of
from dmlint.facts import ReferenceKind
from dmlint.facts.interpreter import Interpreter, InterpreterKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.environments.model import Install
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.rulepacks.product_images import Recognized

_STANDALONE = Interpreter(InterpreterKind.PATH, "python.sh")
"""Isaac Sim's own Python, where nothing says in which folder it is unpacked."""


def place_clones(
    catalogue: Catalogue, steps: Sequence[tuple[Interpreter, Install | None]], recognized: Recognized | None
) -> list[Interpreter]:
    """The names of the environments that a stage's steps change, those of clones replaced by what they are for.

    Isaac Lab is for the environment that has Isaac Sim; any project for the first one that an unread project is
    installed into; with neither, for the one that the clone's own step names.
    """
    installs = [(name, install) for name, install in steps if install is not None]
    own = isaac_of(recognized)
    simulator = own or next((name for name, install in installs if _asks_for_product(catalogue, install)), None)
    project = next((name for name, install in installs if _installs_project(install)), None)
    isaac = own or next((name for name, _ in installs if is_isaac(name)), _STANDALONE)
    return [
        name
        if install is None or not install.fetches
        else isaac
        if install.tool == "archive" and install.requirements[0].name == "isaacsim"
        else _place(catalogue, install, (simulator, project, own, name))
        for name, install in steps
    ]


def _place(
    catalogue: Catalogue,
    clone: Install,
    homes: tuple[Interpreter | None, Interpreter | None, Interpreter | None, Interpreter],
) -> Interpreter:
    simulator, project, own, name = homes
    of_product = any(catalogue.of_package(entry.name) for entry in clone.requirements)
    return (simulator if of_product else None) or project or own or name


def _asks_for_product(catalogue: Catalogue, install: Install) -> bool:
    return not install.fetches and any(catalogue.of_package(entry.name) for entry in install.requirements)


def _installs_project(install: Install) -> bool:
    references = install.step.references if install.step else ()
    return install.unread is not None and any(entry.kind is ReferenceKind.PROJECT for entry in references)
