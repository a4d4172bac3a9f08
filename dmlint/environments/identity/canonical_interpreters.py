"""Interpreters as what they are, not how they are spelled."""

from __future__ import annotations

from dmlint.text.regex import lazy_regex

_ISAAC = lazy_regex(
    r"(^|/)python\.sh$|isaaclab\.(sh|bat) -p$|kit/python/bin/python3?(\.\d+)?$"
    r"|(^|/)omni_python$|ISAAC\w*_?PYTHON|PYTHON_PATH\b"
)
_VERSIONED = lazy_regex(r"python(3\.\d+)")


def is_isaac(interpreter: str) -> bool:
    """Whether an interpreter, as a step names it, is Isaac Sim's own."""
    return _ISAAC().search(interpreter) is not None


def name_interpreter(interpreter: str, isaac: str | None) -> str:
    """The name under which an environment goes: ``isaac`` is Isaac Sim's own interpreter in this image, if it
    has one.
    """
    return isaac if isaac is not None and is_isaac(interpreter) else interpreter


def read_version(interpreter: str) -> str | None:
    """What an interpreter's name says of its version, as PEP 440 text (``python3.10`` gives ``==3.10.*``)."""
    match = _VERSIONED().fullmatch(interpreter)
    return f"=={match[1]}.*" if match else None
