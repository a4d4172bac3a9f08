"""Which environment variables installers heed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.installers.pip_options import PIP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.traced import Traced

_OF_UV = """BREAK_SYSTEM_PACKAGES BUILD_CONSTRAINT CONSTRAINT DEFAULT_INDEX EXCLUDE EXCLUDE_NEWER
EXTRA_INDEX_URL FIND_LINKS FROZEN INDEX
INDEX_STRATEGY INDEX_URL LOCKED NO_CACHE NO_CONFIG NO_DEFAULT_GROUPS NO_DEV NO_EDITABLE NO_GROUP NO_SOURCES
NO_SYNC OFFLINE OVERRIDE PRERELEASE PROJECT PROJECT_ENVIRONMENT PYTHON RESOLUTION SYSTEM_PYTHON TORCH_BACKEND
WORKING_DIR WORKING_DIRECTORY CONFIG_FILE"""
_OF_OTHERS = """VIRTUAL_ENV PATH PYTHONPATH PYTHONNOUSERSITE PYTHONUSERBASE HOME
CONDA_DEFAULT_ENV CONDA_PREFIX CONDA_CHANNELS CONDA_PINNED_PACKAGES CONDA_SOLVER
CONDA_ENVS_PATH CONDA_ENVS_DIRS MAMBA_ROOT_PREFIX
POETRY_VIRTUALENVS_CREATE POETRY_VIRTUALENVS_IN_PROJECT POETRY_VIRTUALENVS_PATH POETRY_NO_INTERACTION
PDM_PROJECT PDM_IGNORE_SAVED_PYTHON PDM_NO_SELF PDM_NO_EDITABLE PDM_PYTHON PDM_RESOLVE_OVERRIDES PDM_USE_VENV
PIXI_PROJECT_MANIFEST PIXI_ENVIRONMENT_NAME PIXI_FROZEN PIXI_LOCKED PIPX_HOME PIPX_DEFAULT_PYTHON HATCH_ENV"""

# A finite list: looking each name up costs the same however many variables a script has set.
NAMES = (
    *(f"PIP_{name[2:].upper().replace('-', '_')}" for name in PIP.names if name.startswith("--")),
    "PIP_CONFIG_FILE",
    *(f"UV_{name}" for name in _OF_UV.split()),
    *_OF_OTHERS.split(),
)


def heeded(environ: Mapping[str, Traced]) -> Mapping[str, Traced]:
    """Those of the variables in force that bear on what an installer does."""
    return {name: environ[name] for name in NAMES if name in environ}
