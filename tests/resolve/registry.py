"""A registry in a folder, with the releases that decide whether NumPy stays below 2, and a uv that sees only it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import wheelhouse

from dmlint.resolve.resolvers import Resolvers, find_uv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RELEASES: dict[str, tuple[str, ...]] = {
    "numpy==1.24.4": (),
    "numpy==1.26.0": (),
    "numpy==1.26.4": (),
    "numpy==2.0.2": (),
    "numpy==2.2.6": (),
    "numpy==2.3.5": (),
    "numpy==2.4.0rc1": (),
    "opencv-python-headless==4.10.0.84": ("numpy>=1.21.2",),
    "opencv-python-headless==4.11.0.86": ("numpy>=1.21.2",),
    "opencv-python-headless==4.12.0.88": ("numpy<2.3.0,>=2",),
    "jax==0.7.1": ("jaxlib==0.7.1", "numpy>=1.26"),
    "jax==0.7.2": ("jaxlib==0.7.2", "numpy>=2.0"),
    "jaxlib==0.7.1": ("numpy>=1.26", "scipy>=1.12"),
    "jaxlib==0.7.2": ("numpy>=2.0", "scipy>=1.13"),
    "scipy==1.12.0": ("numpy<1.29.0,>=1.22.4",),
    "scipy==1.15.3": ("numpy<2.5,>=1.23.5",),
    "pandas==2.3.3": ("numpy>=1.22.4", "tzdata>=2022.7"),
    "pandas==3.0.6": ("numpy>=1.26.0",),
    "pandas==3.1.1": ("numpy>=2.0.2",),
    "tzdata==2024.1": (),
    "tzdata==2025.2": (),
    "numba==0.59.1": ("numpy<1.27,>=1.22",),
    "numba==0.61.2": ("numpy<2.3,>=1.24",),
    "policy==0.9": ("numpy<2", "opencv-python-headless; extra == 'camera'"),
    "policy==1.0": ("numpy>=1.21", "opencv-python-headless>=4.12; extra == 'camera'"),
    "torch==2.7.0": (),
    "broken-package==1.0": ("nosuch-package",),
    "novel==1.0": ("numpy>=2",),
    "vision==1.0": ("numpy>=1.21", "opencv-python-headless>=4.10"),
    "future-only==1.0": ("python>=3.99",),
}


def environment(folder: Path) -> dict[str, str]:
    """The variables of a user whose pip and uv know one registry: that in ``folder``, which is built."""
    address = wheelhouse.build(folder / "simple", RELEASES)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "DMLINT_"))}
    return {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_INDEX_URL": address,
        "UV_DEFAULT_INDEX": address,
        "UV_CACHE_DIR": str(folder / "cache"),
    }


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write texts below ``root``, by path."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def resolver(environ: dict[str, str]) -> Resolvers:
    """uv with these variables."""
    return Resolvers(program=find_uv(), limit=60, environ=environ)
