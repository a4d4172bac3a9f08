"""Installs twenty small environments by pip and by uv from the real registry, and holds `dmlint resolve` against them.

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
from installs import PYTHON, install, replay

from dmlint.resolve.resolvers import find_uv

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("real_installs.md")
_OPENCV = "opencv-python-headless"
_BOUND = {"constraints.txt": "numpy<2\n"}
_PIN = "install numpy==1.26.4"
_COMMANDS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "opencv after a pin": ((_PIN, f"install {_OPENCV}"), {}),
    "opencv, with a constraint file": ((f"install -c constraints.txt {_OPENCV}",), _BOUND),
    "pin after a pin": ((_PIN, "install pin"), {}),
    "pin-pink, which brings pin": ((_PIN, "install pin-pink"), {}),
    "albumentations, which brings opencv": ((_PIN, "install albumentations==1.4.18"), {}),
    "albumentations, upgraded": ((_PIN, "install -U albumentations==1.4.18"), {}),
    "jax after a pin": ((_PIN, "install jax"), {}),
    "jax in the same command as the pin": (("install jax 'numpy<2'",), {}),
    "pandas 3.1, and the pin again": ((_PIN, "install 'pandas>=3.1'", "install 'numpy<2'"), {}),
    "an older pandas": ((_PIN, "install 'pandas<3'"), {}),
    "rerun-sdk after a pin": ((_PIN, "install rerun-sdk"), {}),
    "rerun-sdk, bounded": ((_PIN, "install 'rerun-sdk<0.23'"), {}),
    "nlopt after a pin": ((_PIN, "install nlopt"), {}),
    "nlopt in the same command as the pin": (("install nlopt 'numpy<2'",), {}),
    "opencv without its dependencies": ((_PIN, f"install --no-deps {_OPENCV}"), {}),
    "lerobot and ultralytics without their dependencies": ((_PIN, "install --no-deps lerobot ultralytics"), {}),
    "NumPy upgraded": ((_PIN, "install -U numpy"), {}),
    "a wider requirement": ((_PIN, "install 'numpy>=1.26'"), {}),
    "numba, which keeps NumPy back": ((f"install {_OPENCV}", "install numba==0.59.1"), {}),
    "a pin in the same command, and pandas later": ((f"install {_OPENCV} 'numpy<2'", "install tqdm pandas"), {}),
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
            steps, found = replay(history, Path(folder)), install(history, Path(folder), environ)
        for at, (command, step) in enumerate(zip(history.commands, steps, strict=True)):
            differing += step["numpy"] != found[at]
            cells = (
                name if not at else "",
                f"`{command}`",
                step["expected"],
                step["numpy"],
                found[at],
                step["cause"] or "",
            )
            rows.append(f"| {' | '.join(map(str, cells))} |")
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    TABLE.write_text("\n".join([*_head(), *rows, ""]), encoding="utf-8")
    return int(bool(differing))


def _head() -> Iterator[str]:
    pip, uv = (_version(sys.executable, "-m", "pip", "--version"), _version(find_uv(), "--version"))
    day = datetime.datetime.now(tz=datetime.timezone.utc).date()
    yield "# NumPy after each step: as the rules expect it, as `dmlint resolve` has it, and as it was then installed"
    yield ""
    yield f"Written by `python tests/resolve/real_installs.py` on {day}, with Python {PYTHON}, {pip} and {uv}."
    yield ""
    yield "Where the rules and the resolver differ, the last column has the reason."
    yield "(torch, which lerobot and ultralytics need, is 3 GB: they are installed without it.)"
    yield ""
    yield "| environment | step | expected | resolved | installed | why it differs |"
    yield "|---|---|---|---|---|---|"


def _version(*command: str) -> str:
    """Name and version of a program, without what it says of its machine."""
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[:2])


if __name__ == "__main__":
    sys.exit(main())
