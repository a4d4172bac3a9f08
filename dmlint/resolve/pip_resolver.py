"""pip as the resolver: its words for a step, and what its report says."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.json import decode
from packaging.utils import canonicalize_name

from dmlint.resolve.plan import ResolverError, UnsatisfiableError
from dmlint.resolve.throwaway import ASKED, BOUNDS, Metadata
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.resolve.plan import Request

REPORT = "report.json"
_OLDEST = (3, 10)
"""What the pip beside dmlint may be asked about; older Pythons have an older one."""
_NEWEST_GLIBC = 35
_ABSENT = lazy_regex(r"requirement ([A-Za-z0-9][A-Za-z0-9._-]*)[^\n]*\(from versions: none\)")
_UNREACHED = lazy_regex(
    r"connection broken by|Failed to establish a new connection|Could not fetch URL|[Mm]ax retries exceeded"
)
_LEAD = lazy_regex(r"(?:^|(?<=\n))(?:ERROR|WARNING): |\n\[notice\][^\n]*")


class _Wanted(Struct, frozen=True):
    metadata: Metadata


class InstallReport(Struct, frozen=True):
    """What pip says that it would install."""

    pip_version: str
    install: list[_Wanted] = field(default_factory=list)

    def packages(self) -> Mapping[tuple[str, str], Metadata]:
        """The metadata by normalized name and version."""
        return {(str(canonicalize_name(one.metadata.name)), one.metadata.version): one.metadata for one in self.install}


def find_pip(uv: str, python: str) -> list[str]:
    """The command of a pip that knows a Python: the one beside dmlint, else one that uv fetches."""
    if find_spec("pip") is not None and tuple(map(int, python.split("."))) >= _OLDEST:
        return [sys.executable, "-m", "pip"]
    return [uv, "tool", "run", "--quiet", "--no-python-downloads", "--python", python, "pip"]


def step_arguments(request: Request) -> list[str]:
    """The words behind ``pip --python ENVIRONMENT`` that ask what a step would install."""
    step = request.step
    return [
        *("install", *_QUIETLY, "--constraint", BOUNDS, "--requirement", ASKED),
        *(("--upgrade",) if step.upgrades else ()),
        *(("--force-reinstall",) if step.fresh else ()),
        *(() if step.deps else ("--no-deps",)),
        *(("--pre",) if step.prereleases else ()),
    ]


def metadata_arguments(request: Request) -> list[str]:
    """The words that ask for the metadata of exact releases, in the file of what is asked for."""
    target = request.target
    systems = [f"manylinux_2_{minor}_{target.processor}" for minor in range(5, _NEWEST_GLIBC + 1)]
    platforms = (word for system in (*systems, f"manylinux2014_{target.processor}") for word in ("--platform", system))
    return [
        *("install", *_QUIETLY, "--ignore-installed", "--no-deps", "--requirement", ASKED),
        *("--python-version", target.python, *platforms),
    ]


# An index that cannot be reached is told by the warning about a further try alone.
_QUIETLY = (
    *("--retries", "1"),
    *("--quiet", "--no-input", "--disable-pip-version-check", "--no-color"),
    *("--dry-run", "--report", REPORT, "--only-binary", ":all:"),
)


def read_report(folder: Path) -> InstallReport:
    """The report that pip wrote."""
    return decode((folder / REPORT).read_bytes(), type=InstallReport)


def refuse(said: str, asked: str) -> None:
    """Raise what a failure of pip means."""
    if _UNREACHED().search(said):
        raise ResolverError(f"pip could not reach the index to resolve {asked}: is the network there?")
    absent = _ABSENT().search(said)
    message = " ".join(_LEAD().sub("", said).split())
    raise UnsatisfiableError(message, str(canonicalize_name(absent[1])) if absent is not None else None)
