"""uv as the resolver: told everything by files that are written here, and never to run code of a package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import Struct, field
from packaging.utils import canonicalize_name

from dmlint.resolve.plan import ResolverError, UnsatisfiableError
from dmlint.resolve.resolver_lines import hide_credentials
from dmlint.text.problems import cause_of
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.resolve.plan import Request

INSTALL = "pip install uv"

_FOREIGN = ("UV_", "PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_")
_OWN = lazy_regex(
    r"UV_(?:(?:DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|INDEX_\w+_(?:USERNAME|PASSWORD)"
    r"|CACHE_DIR|NO_CACHE|OFFLINE|HTTP_\w+|REQUEST_TIMEOUT|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|KEYRING_PROVIDER"
    r"|CONCURRENT_\w+))"
)
"""The user's own word on where packages come from and how they are reached; nothing else of the caller's counts."""

_FETCH = lazy_regex(r"[Ff]ailed to fetch: `?([^\s`]+)`?")
_UNREACHED = ("network was disabled", "network is disabled")
_LEAD = lazy_regex("^(?:error: |\\s*(?:cause:|[\u2500-\u257f\u25b6\u00d7]+) *|\\s+)", re.MULTILINE)
"""What uv sets before its lines, older ones as a drawing."""
_PIN = lazy_regex(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_ABSENT = lazy_regex(
    r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:[\[=<>!~]\S*)? (?:was not found in the package registry|has no usable wheels)"
)
_NO_SOLUTION = 1


class Uv(Struct, frozen=True, kw_only=True):
    """A resolver: uv's path, the seconds that a request may take, and the environment variables that it inherits."""

    program: str
    limit: float
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def __call__(self, request: Request) -> dict[str, str]:
        """The versions by name; raises UnsatisfiableError or ResolverError."""
        # uv looks for configuration from its working directory upward, and finds the empty one that is put there.
        with TemporaryDirectory(prefix="dmlint-") as name:
            folder = Path(name)
            _write(folder, "uv.toml", ())
            _write(folder, "asked.in", request.requirements)
            _write(folder, "constraints.txt", request.constraints)
            _write(folder, "overrides.txt", request.overrides)
            _write(folder, "resolved.txt", request.preferred)
            self._run(folder, request)
            return _read_pins((folder / "resolved.txt").read_text(encoding="utf-8"))

    def _run(self, folder: Path, request: Request) -> None:
        asked = ", ".join(request.requirements)
        try:
            done = subprocess.run(
                [self.program, *_arguments(request)],
                cwd=folder,
                env=_clean(self.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ResolverError(f"uv did not resolve {asked} within {self.limit:g} seconds") from None
        except OSError as error:
            raise ResolverError(f"cannot run {self.program}: {cause_of(error)}") from error
        if done.returncode:
            _refuse(done.returncode, done.stderr.decode("utf-8", "replace"), asked)


def find_uv() -> str:
    """The path of the uv that is installed beside dmlint, else of the one on PATH; raises ResolverError."""
    try:
        return str(import_module("uv").find_uv_bin())
    except (ModuleNotFoundError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise ResolverError(f"resolving needs uv, which is neither installed beside dmlint nor on PATH: {INSTALL}")
    return found


def _arguments(request: Request) -> list[str]:
    return [
        *("pip", "compile", "--quiet", "--no-header", "--no-annotate", "--color", "never"),
        *("--only-binary", ":all:", "--no-python-downloads", "--python", sys.executable),
        *("--python-version", request.target.python),
        *("--python-platform", f"{request.target.processor}-manylinux_2_35"),
        *("--constraints", "constraints.txt", "--overrides", "overrides.txt", "--output-file", "resolved.txt"),
        *(() if request.deps else ("--no-deps",)),
        *(("--prerelease", "allow") if request.prereleases else ()),
        *("--", "asked.in"),
    ]


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that uv gets."""
    return {name: text for name, text in environ.items() if not name.startswith(_FOREIGN) or _OWN().fullmatch(name)}


def _write(folder: Path, name: str, lines: Iterable[str]) -> None:
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _read_pins(text: str) -> dict[str, str]:
    return {str(canonicalize_name(name)): version for name, version in _PIN().findall(text)}


def _refuse(code: int, said: str, asked: str) -> None:
    text = hide_credentials(said)
    fetched = _FETCH().search(text)
    if fetched is not None:
        raise ResolverError(f"uv could not fetch {fetched[1]} to resolve {asked}: is the network there?")
    message = " ".join(_LEAD().sub("", text.partition("\nhint:")[0]).split())
    if any(mark in text for mark in _UNREACHED):
        raise ResolverError(f"uv needs the network to resolve {asked}: {message}")
    if code != _NO_SOLUTION:
        raise ResolverError(f"uv failed to resolve {asked}: {message}")
    # Where releases depend on others, the lack of a wheel for some of them is but a part of the reason.
    absent = _ABSENT().search(message) if " depends on " not in message else None
    raise UnsatisfiableError(
        message.removeprefix("No solution found when resolving dependencies").lstrip(" :"),
        str(canonicalize_name(absent[1])) if absent is not None else None,
    )
