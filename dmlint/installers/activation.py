"""What shells do with environments: programs that enter one (``conda run``, ``uv run``), and what changes the shell
itself (``. venv/bin/activate``, ``conda activate NAME``).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.habits import ShellHabits
from dmlint.syntax.shell.state import Variable
from dmlint.syntax.shell.working_directory import ROOT
from dmlint.syntax.shell.wrappers import WRAPPERS, Wrapper, options_of
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


def print_root(words: Sequence[str], cwd: str) -> str | None:
    """``git rev-parse --show-toplevel``, in a folder of the repository."""
    return ROOT if tuple(words[1:]) == ("rev-parse", "--show-toplevel") and not cwd.startswith("/") else None


_CONDA = Wrapper(
    verb="run",
    within="conda",
    named=options_of("-n --name -p --prefix"),
    valued=options_of("-n --name -p --prefix --cwd -r --root-prefix -a --attach -e --env --rc-file"),
)
_UV_VALUED = options_of(
    "--with --with-editable --with-requirements --extra --group --no-group --only-group --no-extra --env-file"
    " --package --python -p --index --index-url -i --extra-index-url --find-links -f --project --directory"
    " --config-setting -C --resolution --prerelease --refresh-package --reinstall-package --upgrade-package -P"
    " --exclude-newer --link-mode --cache-dir --color --config-file --default-index --index-strategy"
    " --keyring-provider --no-binary-package --no-build-package --no-build-isolation-package --fork-strategy"
    " --python-platform --allow-insecure-host --no-sources-package"
)

HABITS = ShellHabits(
    wrappers={
        **WRAPPERS,
        "conda": _CONDA,
        "mamba": _CONDA,
        "micromamba": _CONDA,
        "poetry": Wrapper(verb="run", within="poetry", valued=options_of("-C --directory -P --project")),
        "uv": Wrapper(
            verb="run", within="uv", valued=_UV_VALUED, refuses=options_of("-m --module -s --script"), keeps=True
        ),
        "pipenv": Wrapper(verb="run", within="pipenv", valued=options_of("--python")),
        "hatch": Wrapper(
            verb="run",
            within="hatch",
            valued=options_of("-e --env -p --project --config"),
            named=options_of("-e --env"),
        ),
        "pdm": Wrapper(verb="run", within="pdm", valued=options_of("-p --project -c --config --venv")),
        "pixi": Wrapper(
            verb="run",
            within="pixi",
            valued=options_of("-e --environment --manifest-path -m --color"),
            named=options_of("-e --environment"),
        ),
    },
    effects={
        "source": source,
        ".": source,
        "conda": conda,
        "mamba": conda,
        "micromamba": conda,
        "deactivate": deactivate,
    },
    outputs={"git": print_root},
    mark="dmlint",
)
"""What installers know of programs that a shell runs."""
