"""Small environments of several steps, and the NumPy that pip and uv then really leave after each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Commands for a shell, NumPy after each (None for none), and the files that they name."""

    commands: tuple[str, ...]
    numpy: tuple[str | None, ...]
    files: Mapping[str, str]


def _history(*steps: tuple[str, str | None], **files: str) -> History:
    return History(
        commands=tuple(command for command, _ in steps),
        numpy=tuple(numpy for _, numpy in steps),
        files={f"{name}.txt": text for name, text in files.items()},
    )


_PINNED = ("pip install 'numpy<2'", "1.26.4")
_OPENCV = "opencv-python-headless"

HISTORIES: dict[str, History] = {
    "opencv after a pin": _history(_PINNED, (f"pip install {_OPENCV}", "2.2.6")),
    "opencv after a pin, with a constraint file": _history(
        ("pip install -c constraints.txt numpy", "1.26.4"),
        (f"pip install -c constraints.txt {_OPENCV}", "1.26.4"),
        constraints="numpy<2\n",
    ),
    "jax after a pin": _history(_PINNED, ("pip install jax", "2.3.5")),
    "pandas 3.1 after a pin": _history(_PINNED, ("pip install pandas", "2.3.5")),
    "opencv without its dependencies": _history(_PINNED, (f"pip install --no-deps {_OPENCV}", "1.26.4")),
    "a pin in the same command": _history((f"pip install {_OPENCV} 'numpy<2'", "1.26.4")),
    "what fits stays": _history(("pip install numpy==1.26.0", "1.26.0"), ("pip install 'pandas<3.1' numpy", "1.26.0")),
    "a named package comes in its newest release": _history(_PINNED, (f"pip install numpy {_OPENCV}", "2.2.6")),
    "uv keeps what is installed, and takes an older release of the other": _history(
        ("uv pip install --system 'numpy<2'", "1.26.4"), (f"uv pip install --system numpy {_OPENCV}", "1.26.4")
    ),
    "uv decides in the order of the command": _history(
        ("uv pip install --system 'numpy<2'", "1.26.4"), (f"uv pip install --system {_OPENCV} numpy", "2.2.6")
    ),
    "--upgrade is for what is named": _history(
        ("pip install numpy==1.26.0 pandas==2.3.3", "1.26.0"),
        ("pip install --upgrade 'pandas<3.1'", "1.26.0"),
        ("pip install --upgrade 'numpy<2'", "1.26.4"),
        ("pip install --upgrade numpy", "2.3.5"),
    ),
    "--upgrade-strategy eager is for all": _history(
        ("pip install numpy==1.26.0 pandas==2.3.3", "1.26.0"),
        ("pip install -U --upgrade-strategy eager 'pandas<3.1'", "2.3.5"),
    ),
    "uv's --upgrade is for all": _history(
        ("uv pip install --system numpy==1.26.0 pandas==2.3.3", "1.26.0"),
        ("uv pip install --system --upgrade 'pandas<3.1'", "2.3.5"),
    ),
    "uv's --upgrade-package is for one": _history(
        ("uv pip install --system numpy==1.26.0 pandas==2.3.3", "1.26.0"),
        ("uv pip install --system --upgrade-package pandas 'pandas<3.1'", "1.26.0"),
        ("uv pip install --system -P numpy pandas", "2.3.5"),
    ),
    "--force-reinstall takes the newest of all": _history(
        ("pip install numpy==1.26.0", "1.26.0"),
        ("pip install --force-reinstall 'pandas<3.1'", "2.3.5"),
    ),
    "uv's --reinstall takes the newest of all": _history(
        ("uv pip install --system numpy==1.26.0", "1.26.0"),
        ("uv pip install --system --reinstall 'pandas<3.1'", "2.3.5"),
    ),
    "pip breaks what is installed, and repairs it when it is asked for again": _history(
        (f"pip install {_OPENCV}", "2.2.6"),
        _PINNED,
        ("pip install tzdata", "1.26.4"),
        (f"pip install tzdata {_OPENCV}", "2.2.6"),
    ),
    "a requirements file whose bound holds on another Python": _history(
        ("pip install -r requirements.txt", "2.2.6"),
        requirements=f"numpy<2; python_version < '3.0'\n{_OPENCV}\n",
    ),
    "a requirements file with a constraint in it": _history(
        ("pip install -r requirements.txt", "1.26.4"),
        requirements=f"-c constraints.txt\n{_OPENCV}\npandas\n",
        constraints="numpy==1.26.*\n",
    ),
    "an uninstall, and what asks for NumPy after it": _history(
        _PINNED, ("pip uninstall -y numpy", None), ("pip install pandas==2.3.3", "2.3.5")
    ),
    "pre-releases": _history(("pip install --pre numpy", "2.4.0rc1"), ("pip install 'numpy<2'", "1.26.4")),
    "an extra": _history(
        ("pip install policy", "2.3.5"),
        ("pip install -U 'numpy<2' policy", "1.26.4"),
        ("pip install policy[camera]", "2.2.6"),
    ),
    "an extra of which an older release fits": _history(("pip install 'numpy<2' policy[camera]", "1.26.4")),
    "a chain of dependencies": _history(
        ("pip install numba==0.59.1", "1.26.4"),
        ("pip install jax numba", "2.2.6"),
        ("pip install 'jax<0.7.2'", "2.2.6"),
    ),
    "uv's overrides": _history(
        (f"uv pip install --system --override overrides.txt {_OPENCV}", "1.26.4"),
        overrides="numpy==1.26.4\n",
    ),
    "what cannot be satisfied changes nothing": _history(
        _PINNED, (f"pip install 'numpy<2' {_OPENCV}==4.12.0.88", "1.26.4"), ("pip install nosuch-package", "1.26.4")
    ),
    "uv pip sync removes all else": _history(
        (f"uv pip install --system {_OPENCV}", "2.2.6"),
        ("uv pip sync --system requirements.txt", None),
        requirements="pandas==3.1.1\n",
    ),
}
