"""Installs six small environments with pip and with uv from the real registry, and holds `dmlint resolve` against them.

``python tests/resolve/real_installs.py`` downloads some hundreds of MB, writes the table beside it, and exits with
1 where the two differ. It needs a Python for which the newest releases are made.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from histories import History
from installs import PYTHON, install, resolve

from dmlint.resolve.resolvers import find_uv

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("real_installs.md")
_OPENCV = "opencv-python-headless"
_BOUND = {"constraints.txt": "numpy<2\n"}
_COMMANDS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "opencv after a pin": (("install 'numpy<2'", f"install {_OPENCV}"), {}),
    "opencv after a pin, with a constraint file": (
        ("install -c constraints.txt 'numpy<2'", f"install -c constraints.txt {_OPENCV}"),
        _BOUND,
    ),
    "jax after a pin": (("install numpy==1.26.4", "install jax"), {}),
    "pandas 3.1 after a pin": (("install numpy==1.26.4", "install 'pandas>=3.1'", "install 'numpy<2'"), {}),
    "opencv without its dependencies": (("install 'numpy<2'", f"install --no-deps {_OPENCV}"), {}),
    "a pin in the same command": ((f"install {_OPENCV} 'numpy<2'", "install tqdm pandas"), {}),
}


def _real() -> Iterator[tuple[str, History]]:
    for program, option in (("pip", ""), ("uv pip", " --system")):
        for name, (commands, files) in _COMMANDS.items():
            written = tuple(f"{program} {text.replace('install', f'install{option}')}" for text in commands)
            yield f"{name}, by {program.partition(' ')[0]}", History(commands=written, numpy=(), files=files)


REAL = dict(_real())


def main() -> int:
    """Write the table; 1 where what is resolved and what is installed differ."""
    # pip and uv must see the same registry, so neither is configured.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    environ["PIP_CONFIG_FILE"] = os.devnull
    rows: list[str] = []
    differing = 0
    for name, history in REAL.items():
        with tempfile.TemporaryDirectory() as folder:
            expected, found = resolve(history, Path(folder)), install(history, Path(folder), environ)
        differing += expected != found
        for at, command in enumerate(history.commands):
            rows.append(f"| {name if not at else ''} | `{command}` | {expected[at]} | {found[at]} |")
            sys.stdout.write(f"{rows[-1]}\n")
    TABLE.write_text("\n".join([*_head(), *rows, ""]), encoding="utf-8")
    return int(bool(differing))


def _head() -> Iterator[str]:
    pip, uv = (_version(sys.executable, "-m", "pip", "--version"), _version(find_uv(), "--version"))
    day = datetime.datetime.now(tz=datetime.timezone.utc).date()
    yield "# NumPy after each step: as `dmlint resolve` has it, and as it was then installed"
    yield ""
    yield f"Written by `python tests/resolve/real_installs.py` on {day}, with Python {PYTHON}, {pip} and {uv}."
    yield ""
    yield "| environment | step | resolved | installed |"
    yield "|---|---|---|---|"


def _version(*command: str) -> str:
    """Name and version of a program, without what it says of its machine."""
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[:2])


if __name__ == "__main__":
    sys.exit(main())
