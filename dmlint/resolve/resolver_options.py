"""What the options of an install's command, and the variables in force, ask of a resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.requirements.pep508 import normalize_name
from dmlint.resolve.plan import Manner, ReplayStep
from dmlint.resolve.resolver_lines import hide_credentials
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Install

_PIPS = ("pip", "pipx")
"""The tools that ask pip."""
PIP = ("", *_PIPS)
"""Those with its options; of a manifest's requirements nobody knows what installs them."""
UV = ("uv pip", "uv tool")
CHANGING = ("uv add", "uv remove")
PROJECT = ("uv sync", "uv run", *CHANGING)

_INDEXES = ("--index-url", "--extra-index-url", "--index", "--default-index", "--find-links")
_UNHEEDED = (
    "--no-index",
    "--no-binary",
    "--resolution",
    "--exclude",
    "--exclude-newer",
    "--uploaded-prior-to",
    "--only-deps",
)
_VARIABLES = (
    "UPGRADE",
    "PRE",
    "NO_DEPS",
    "FORCE_REINSTALL",
    "IGNORE_INSTALLED",
    "PRERELEASE",
    "RESOLUTION",
    "NO_INDEX",
)
_INDEX_VARIABLES = ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "INDEX", "DEFAULT_INDEX")
_SYNC = lazy_regex(r"\buv\s+pip\s+sync\b")
_NAME = lazy_regex(r"[A-Za-z0-9._-]+")
_MANIFEST = "pyproject.toml"


def read_options(install: Install) -> ReplayStep:
    """A step that does what the options say, without its requirements."""
    syncs = install.step is not None and _SYNC().search(install.step.span.text) is not None
    return ReplayStep(
        manner=Manner.PIP if install.tool in _PIPS else Manner.UV,
        upgrades=_upgrades(install),
        fresh=_is_fresh(install),
        deps=not (install.has("--no-deps") or syncs),
        prereleases=install.has("--pre") or ("--prerelease", "allow") in _options(install),
        exact=install.has("--exact") or syncs or (install.tool == "uv sync" and not install.has("--inexact")),
    )


def read_addresses(install: Install) -> Iterator[str]:
    """Where the command would have its packages from, without credentials."""
    for name, value in _options(install):
        if name in _INDEXES:
            yield hide_credentials(value)
    for name in _variables(install, _INDEX_VARIABLES):
        yield f"that of {name}"


def read_unheeded(install: Install) -> Iterator[str]:
    """Sentences about what may change the outcome and has no part in the replay."""
    given = [name for name in _UNHEEDED if install.has(name) or any(name == option for option, _ in _options(install))]
    for name in (*given, *_variables(install, _VARIABLES)):
        yield f"what {name} asks for"
    if install.veiled:
        yield "the constraints that the base image itself may hold"


def _options(install: Install) -> tuple[tuple[str, str], ...]:
    return install.step.options if install.step is not None else ()


def _variables(install: Install, names: tuple[str, ...]) -> Iterator[str]:
    prefix = "PIP_" if install.tool in PIP else "UV_"
    environ = install.step.environ if install.step is not None else {}
    return (f"{prefix}{name}" for name in names if f"{prefix}{name}" in environ)


def _upgrades(install: Install) -> tuple[str, ...]:
    """What is named is upgraded by pip's ``--upgrade``, and not what a named project requires; uv says it package by
    package.
    """
    if install.tool in PIP:
        named = (
            entry.name
            for entry in install.requirements
            if not entry.span.source.path.endswith(_MANIFEST) or entry.where.startswith("dependency-groups")
        )
        return tuple(named) if install.has("--upgrade") else ()
    given = ("--upgrade-package", "--reinstall-package")
    names = (_NAME().match(value) for name, value in _options(install) if name in given)
    return tuple(normalize_name(match[0]) for match in names if match is not None)


def _is_fresh(install: Install) -> bool:
    """Whether nothing that is installed is kept for its own sake: uv's ``--upgrade`` is for all that it installs."""
    if install.has("--force-reinstall", "--ignore-installed", "--reinstall"):
        return True
    if install.tool in PIP:
        return install.has("--upgrade") and ("--upgrade-strategy", "eager") in _options(install)
    return install.has("--upgrade") or install.tool in PROJECT
