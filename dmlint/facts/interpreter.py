"""Which Python an environment is: one of a system, of a folder, or one that a tool keeps under a name."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from dmlint.text.regex import lazy_regex

_VERSIONED = lazy_regex(r"python(3\.\d+)")


class InterpreterKind(Enum):
    """How an interpreter is found. Those that a tool keeps under a name are called after their tool."""

    SYSTEM = "system"
    """By a plain name on PATH: ``pip`` for whatever a bare ``pip`` or ``python`` means, ``python3.10``."""
    PATH = "path"
    """By the path or variable of the interpreter itself: ``/isaac-sim/python.sh``, ``$PYTHON``."""
    LAUNCHER = "launcher"
    """By a launcher of Isaac Lab, which looks for one: ``isaaclab.sh -p``."""
    VENV = "venv"
    """By the folder of a virtual environment."""
    REQUEST = "request"
    """By the releases that are asked for: ``>=3.10``."""
    THROWAWAY = "uv-run"
    """The environment of ``uv run --with``, gone when the command ends."""
    CONDA = "conda"
    """By the name or folder that conda has for it."""
    TARGET = "target"
    """A mere folder that packages are put into (``pip install --target``)."""
    HATCH = "hatch"
    PIPENV = "pipenv"
    PIPX = "pipx"
    PIXI = "pixi"
    PIXI_GLOBAL = "pixi-global"
    POETRY = "poetry"
    UV_TOOL = "uv-tool"


_PLAIN = frozenset(
    (
        InterpreterKind.SYSTEM,
        InterpreterKind.PATH,
        InterpreterKind.LAUNCHER,
        InterpreterKind.VENV,
        InterpreterKind.REQUEST,
    )
)


class Interpreter(Struct, frozen=True):
    """A Python that packages are installed into; ``name`` is its path, folder, or the name that its tool has for it.

    As text it is what ids and reports call it: the name alone, or behind the tool's (``conda:sim``).
    """

    kind: InterpreterKind
    name: str = ""

    def __str__(self) -> str:
        if self.kind in _PLAIN:
            return self.name
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value

    @property
    def release(self) -> str | None:
        """What its name says of its version, as PEP 440 text (``python3.10`` gives ``==3.10.*``)."""
        match = _VERSIONED().fullmatch(self.name) if self.kind is InterpreterKind.SYSTEM else None
        return f"=={match[1]}.*" if match else None


BARE = Interpreter(InterpreterKind.SYSTEM, "pip")
"""The Python that a bare ``pip`` or ``python`` means where nothing else is active."""
