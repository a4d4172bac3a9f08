"""Which Python a stage's steps mean: by its links, by a launcher of Isaac Lab, and as Isaac Sim's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.facts import InstallStep, Link
from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.installers.interpreters import active_on_path, environment_folder, path_interpreter
from dmlint.installers.paths import join_path
from dmlint.requirements.versions import Fit, fit
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.environments.model import Install
    from dmlint.facts import Action
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.rulepacks.product_images import Recognized

_ISAAC = lazy_regex(
    r"(^|/)python\.sh$|kit/python/bin/python3?(\.\d+)?$|(^|/)omni_python$|ISAAC\w*_?PYTHON|PYTHON_PATH\b"
)
_BINS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_MOST_LINKS = 8
_ISAAC_LAB = "isaac-lab"
_ISAAC_SIM = "isaac-sim"
_CONDA_ALONE = "<2.3"
"""The releases of Isaac Lab whose launcher looks at no environment but conda's: the others came with 2.3."""


def is_isaac(interpreter: Interpreter) -> bool:
    """Whether an interpreter, as a step names it, is Isaac Sim's own."""
    return interpreter.kind is InterpreterKind.LAUNCHER or _ISAAC().search(interpreter.name) is not None


def isaac_of(recognized: Recognized | None) -> Interpreter | None:
    """Isaac Sim's own interpreter in an image, None where it has none."""
    if recognized is None or recognized.product.interpreter is None:
        return None
    return Interpreter(InterpreterKind.PATH, recognized.product.interpreter)


class StageInterpreters(Struct, frozen=True, kw_only=True):
    """Tells for the steps of one stage which environment each is for.

    ``links`` are the names that lead elsewhere (see ``Link``), those of the stages below among them; ``below`` are the
    environments that the stage goes on from, ``simulators`` those of them that have Isaac Sim as a package.
    """

    catalogue: Catalogue
    recognized: Recognized | None
    links: dict[str, str | None] = field(default_factory=dict)
    below: tuple[Interpreter, ...] = ()
    simulators: tuple[Interpreter, ...] = ()

    def place(
        self, actions: Sequence[Action], steps: Sequence[tuple[Interpreter, Install | None]]
    ) -> list[Interpreter]:
        """The environment of each action, given what each names and what it installs."""
        named = [self._follow(action, name) for action, (name, _) in zip(actions, steps, strict=True)]
        installs = [(name, install) for name, (_, install) in zip(named, steps, strict=True) if install is not None]
        isaac = isaac_of(self.recognized)
        own = [isaac] if isaac is not None else [name for name in self.below if _is_path_of_isaac(name)]
        own += [name for name, _ in installs if _is_path_of_isaac(name)]
        packaged = (*self.simulators, *(name for name, install in installs if self._brings(install, _ISAAC_SIM)))
        homes = (*(tuple(dict.fromkeys(own))[:1]), *packaged)
        any_venv = self._looks_at_any([install for _, install in installs])
        return [
            _launched(name, action, homes, any_venv=any_venv)
            if name.kind is InterpreterKind.LAUNCHER and isinstance(action, InstallStep)
            else name
            for name, action in zip(named, actions, strict=True)
        ]

    def _follow(self, action: Action, name: Interpreter) -> Interpreter:
        """What the links that are there by now make of a name."""
        if isinstance(action, Link) and action.name is not None:
            self.links[action.name] = action.target
        if not isinstance(action, InstallStep):
            return name
        found = name
        for path in _places(action, name):
            target = _resolve(path, self.links)
            if target is not None:
                found = path_interpreter(target)
                break
        isaac = isaac_of(self.recognized)
        return isaac if isaac is not None and _is_path_of_isaac(found) else found

    def _brings(self, install: Install, product: str) -> bool:
        found = (self.catalogue.of_package(entry.name) for entry in install.requirements)
        return not install.fetches and any(entry is not None and entry.name == product for entry in found)

    def _looks_at_any(self, installs: Sequence[Install]) -> bool:
        """Whether the launcher of this Isaac Lab looks at virtual environments that are not conda's."""
        release = None
        if self.recognized is not None and self.recognized.product.name == _ISAAC_LAB:
            release = self.recognized.release
        for install in installs:
            for entry in install.requirements:
                product = self.catalogue.of_package(entry.name)
                if product is not None and product.name == _ISAAC_LAB and entry.specifier.startswith("=="):
                    release = entry.specifier
        if release is None:
            return True
        specifier = release if release.startswith("=") else f"=={release.partition('-')[0]}"
        return fit(specifier, _CONDA_ALONE) is not Fit.WITHIN


def _is_path_of_isaac(name: Interpreter) -> bool:
    return name.kind is not InterpreterKind.LAUNCHER and is_isaac(name)


def _places(step: InstallStep, name: Interpreter) -> tuple[str, ...]:
    """The paths at which links may stand by which a step's program is found."""
    if name.kind is InterpreterKind.LAUNCHER:
        return (f"{step.program.rpartition('/')[0] or '.'}/_isaac_sim/python.sh",)
    if "/" in name.name:
        return (name.name,) if name.kind in (InterpreterKind.PATH, InterpreterKind.VENV) else ()
    program = step.program if name == BARE else name.name
    return tuple(f"{folder}/{program}" for folder in _BINS) if "/" not in program else (program,)


def _resolve(path: str, links: dict[str, str | None]) -> str | None:
    """Where a path leads through the links that stand in it, None where it leads nowhere else. One into a place that
    is not known stays at the link itself.
    """
    found = None
    for _ in range(_MOST_LINKS):
        link = next((name for name in links if path == name or path.startswith(f"{name.rstrip('/')}/")), None)
        if link is None:
            break
        target = links[link]
        if target is None:
            return path
        found = path = join_path(target + path[len(link.rstrip("/")) :], None)
    return found


def _launched(name: Interpreter, step: InstallStep, homes: tuple[Interpreter, ...], *, any_venv: bool) -> Interpreter:
    """What a launcher means that finds no environment of conda and no link: the active environment, else where Isaac
    Sim is, else its own.
    """
    if any_venv and "VIRTUAL_ENV" in step.environ:
        return environment_folder(join_path(step.environ["VIRTUAL_ENV"].text, step.cwd))
    if not homes:
        return name
    first = homes[0]
    if _is_path_of_isaac(first):
        return first
    on_path = active_on_path(step.environ) or BARE
    return on_path if on_path in homes else first
