"""Entering and leaving environments in a running shell: ``. venv/bin/activate``, ``conda activate NAME``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.state import Variable
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Word
    from dmlint.syntax.shell.state import ShellState
    from dmlint.text.source import Span

_SCRIPT = lazy_regex(r"(?:^|(?<=.)/)(?:bin|Scripts)/activate")
_PATH = "PATH"
_FOLDER = "VIRTUAL_ENV"
_LONGEST_PATH = 4_096


def source(state: ShellState, words: Sequence[Word], span: Span) -> None:
    """``source FOLDER/bin/activate`` enters a virtual environment; ``source activate NAME``, and conda's own script
    with a NAME behind it, a conda environment. Any other script is not followed.
    """
    if len(words) < 2:
        return
    script = words[1]
    match = _SCRIPT().search(script.text)
    if script.text == "activate" or (match and len(words) > 2):
        _enter_conda(state, words[2:])
    elif match and match.end() == len(script.text):
        _enter_folder(state, script, match.start(), span)


def conda(state: ShellState, words: Sequence[Word], _span: Span) -> None:
    """``conda activate NAME`` and ``conda deactivate``, of mamba and micromamba too."""
    verb = words[1].text if len(words) > 1 else ""
    if verb == "activate":
        _enter_conda(state, words[2:])
    elif verb == "deactivate":
        state.place = replace(state.place, within=None)


def deactivate(state: ShellState, _words: Sequence[Word], span: Span) -> None:
    """Leave the virtual environment that was entered."""
    folder, path = state.variables.get(_FOLDER), state.variables.get(_PATH)
    if folder is None or path is None or not isinstance(folder.value, Traced) or not isinstance(path.value, Traced):
        return
    entry = f"{folder.value.text}/bin"
    if path.value.text.partition(":")[0] == entry:
        state.assign(_PATH, replace(path, value=path.value.slice(len(entry) + 1)))
    state.assign(_FOLDER, Variable(value=Traced(), origin=span, present=False))


def _enter_conda(state: ShellState, words: Sequence[Word]) -> None:
    """Until it is left, all runs in it as under ``conda run -n NAME``."""
    name = next((word.text for word in words if word.text[:1] != "-"), "base")
    state.place = replace(state.place, within=f"conda:{name}")


def _enter_folder(state: ShellState, script: Word, end: int, span: Span) -> None:
    """What a virtual environment's script does: set VIRTUAL_ENV, and put the programs in it before all others."""
    folder = script.value.slice(0, end)
    cwd = state.place.cwd
    if cwd is not None and not folder.text.startswith(("/", "~", "$")):
        text = posixpath.normpath(posixpath.join(cwd, folder.text))
        folder = folder if folder.unresolved else Traced((Piece(text, script.span),))
    old = state.variables.get(_PATH)
    path = folder + Traced((Piece("/bin:", script.span),))
    if old is not None and isinstance(old.value, Traced) and len(old.value) <= _LONGEST_PATH:
        path += old.value
    state.assign(_FOLDER, Variable(value=folder, origin=span, exported=True))
    state.assign(_PATH, Variable(value=path, origin=span, exported=True))
    state.place = replace(state.place, within=None)
