"""The resolvers: pip for pip's steps and uv for uv's, told everything by files that are written here, and never to run
code of a package.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dmlint.environments.model import NUMPY
from dmlint.resolve import pip_resolver
from dmlint.resolve.plan import AskedStep, Manner, Request, Resolution, ResolverError, UnsatisfiableError
from dmlint.resolve.resolver_lines import hide_credentials
from dmlint.resolve.throwaway import ASKED, BOUNDS, OVERRIDES, Metadata, fill, write_request
from dmlint.text.problems import cause_of
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTALL = "pip install uv"

_FOREIGN = ("UV_", "PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_")
_OWN = lazy_regex(
    r"UV_(?:(?:DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|INDEX_\w+_(?:USERNAME|PASSWORD)"
    r"|CACHE_DIR|NO_CACHE|OFFLINE|HTTP_\w+|REQUEST_TIMEOUT|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|KEYRING_PROVIDER"
    r"|CONCURRENT_\w+|PYTHON_INSTALL_DIR))"
    r"|PIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|CONFIG_FILE|CACHE_DIR|NO_CACHE_DIR|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY"
    r"|TIMEOUT|DEFAULT_TIMEOUT|KEYRING_PROVIDER)"
)
"""The user's own word on where packages come from and how they are reached; nothing else of the caller's counts."""

_FETCH = lazy_regex(r"[Ff]ailed to fetch: `?([^\s`]+)`?")
_UNREACHED = ("network was disabled", "network is disabled")
_LEAD = lazy_regex("^(?:error: |\\s*(?:cause:|[\u2500-\u257f\u25b6\u00d7]+) *|\\s+)", re.MULTILINE)
"""What uv sets before its lines, older ones as a drawing."""
_PROGRESS = lazy_regex(r"^(?:Using|Resolved|Audited|warning:) .*\n", re.MULTILINE)
_CHANGE = lazy_regex(r"^ ([+-]) ([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_ABSENT = lazy_regex(
    r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:[\[=<>!~]\S*)? (?:was not found in the package registry|has no usable wheels)"
)
_NO_SOLUTION = 1
_ENVIRONMENT = "environment"
_NOWHERE = "/nowhere"


class Resolvers(Struct, frozen=True, kw_only=True):
    """Both resolvers: uv's path, the seconds that a request may take, and the environment variables that they inherit.

    Each request is put to an environment of its own, which holds but the metadata of what is installed.
    """

    program: str
    limit: float
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _known: dict[tuple[str, str], Metadata] = field(default_factory=dict)

    def __call__(self, request: Request) -> Resolution:
        """What is there after a step; raises UnsatisfiableError or ResolverError."""
        self._learn(request)
        found = self._ask(request)
        after = Request(target=request.target, step=AskedStep(), held=tuple(sorted(found.installed.items())))
        if dict(request.held).get(NUMPY) not in (None, found.installed.get(NUMPY)):
            self._learn(after)
        needs = ((f"{name} {version}", text) for name, version in after.held for text in self._needs(name, version))
        return replace(found, needs=tuple(needs))

    def _needs(self, name: str, version: str) -> list[str]:
        """What a package requires of NumPy on Linux without any extra."""
        known = self._known.get((name, version))
        texts = known.requires_dist if known is not None else ()
        asked = [text for text in texts if canonicalize_name(Requirement(text).name) == NUMPY and "extra" not in text]
        return [str(Requirement(text).specifier) for text in asked]

    def _ask(self, request: Request) -> Resolution:
        with TemporaryDirectory(prefix="dmlint-") as name:
            folder = Path(name)
            write_request(folder, request)
            found = self._make(folder, request.target.python, _say(request))
            own = found and sys.platform == "linux" and platform.machine() == request.target.processor
            if not found:
                self._make(folder, sys.executable, _say(request))
            fill(folder / _ENVIRONMENT, request.held, self._known)
            if request.step.manner is Manner.PIP and own:
                return self._ask_pip(folder, request)
            return self._ask_uv(folder, request)

    def _ask_pip(self, folder: Path, request: Request) -> Resolution:
        command = [*pip_resolver.find_pip(self.program, request.target.python), "--python", _ENVIRONMENT]
        done = self._run([*command, *pip_resolver.step_arguments(request)], folder, _say(request))
        if done.returncode:
            pip_resolver.refuse(hide_credentials(_text(done.stderr)), _say(request))
        report = pip_resolver.read_report(folder)
        self._known.update(report.packages())
        return Resolution(
            installed={**dict(request.held), **dict(report.packages().keys())}, tool=f"pip {report.pip_version}"
        )

    def _ask_uv(self, folder: Path, request: Request) -> Resolution:
        done = self._run([self.program, *_arguments(request, (":all:",))], folder, _say(request))
        said = _text(done.stderr)
        if done.returncode:
            _refuse(done.returncode, said, _say(request))
        held = dict(request.held)
        if held:
            # Where only wheels of NumPy count, uv decides in another order than it does for its users. What is held has
            # wheels, for the rest the first answer says what does; without a home no Python starts that could build.
            binary = tuple(name for _, name, _ in _changes(said) if name not in held)
            again = self._run([self.program, *_arguments(request, binary)], folder, _say(request), home=_NOWHERE)
            said = said if again.returncode else _text(again.stderr)
        changes = _changes(said)
        gone = {name for sign, name, _ in changes if sign == "-"}
        kept = {name: version for name, version in request.held if name not in gone}
        installed = kept | {name: version for sign, name, version in changes if sign == "+"}
        instead = None
        if request.step.manner is Manner.PIP:
            target = request.target
            instead = f"uv stood in for pip: Python {target.python} for {target.processor} is not on this machine"
        return Resolution(installed=installed, tool="uv", instead=instead)

    def _learn(self, request: Request) -> None:
        """Have the metadata of what is held, as far as the index has it."""
        pins = [entry for entry in request.held if entry not in self._known]
        while pins:
            asked = AskedStep(requirements=tuple(f"{name}=={version}" for name, version in pins))
            with TemporaryDirectory(prefix="dmlint-") as name:
                folder = Path(name)
                fetch = Request(target=request.target, step=asked)
                write_request(folder, fetch)
                command = pip_resolver.find_pip(self.program, ".".join(map(str, sys.version_info[:2])))
                done = self._run([*command, *pip_resolver.metadata_arguments(fetch)], folder, _say(fetch))
                if not done.returncode:
                    self._known.update(pip_resolver.read_report(folder).packages())
            missing = _REQUIREMENT().search(_text(done.stderr)) if done.returncode else None
            left = [entry for entry in pins if missing is not None and entry[0] != str(canonicalize_name(missing[1]))]
            self._known.update(
                {
                    entry: Metadata(name=entry[0], version=entry[1])
                    for entry in pins
                    if entry not in {*left, *self._known}
                }
            )
            pins = left if len(left) < len(pins) else []

    def _make(self, folder: Path, python: str, asked: str) -> bool:
        """Make the environment of a Python; whether that one is there."""
        words = ("venv", "--quiet", "--no-project", "--no-python-downloads", "--python", python, _ENVIRONMENT)
        return self._run([self.program, *words], folder, asked).returncode == 0

    def _run(
        self, command: list[str], folder: Path, asked: str, home: str | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                command,
                cwd=folder,
                env={**_clean(self.environ), **({"PYTHONHOME": home} if home is not None else {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            tool = "uv" if command[0] == self.program else "pip"
            raise ResolverError(f"{tool} did not resolve {asked} within {self.limit:g} seconds") from None
        except OSError as error:
            raise ResolverError(f"cannot run {command[0]}: {cause_of(error)}") from error


_REQUIREMENT = lazy_regex(r"requirement ([A-Za-z0-9][A-Za-z0-9._-]*)")


def _changes(said: str) -> list[tuple[str, str, str]]:
    """What uv would change: the sign, the normalized name, the version."""
    return [(sign, str(canonicalize_name(name)), version) for sign, name, version in _CHANGE().findall(said)]


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _say(request: Request) -> str:
    return ", ".join(request.step.requirements)


def find_uv() -> str:
    """The path of the uv that is installed beside dmlint, else of the one on PATH; raises ResolverError."""
    try:
        return str(import_module("uv").find_uv_bin())
    except (ModuleNotFoundError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise ResolverError(f"resolving needs uv, which is neither installed beside dmlint nor on PATH: {INSTALL}")
    return found


def _arguments(request: Request, binary: tuple[str, ...]) -> list[str]:
    step = request.step
    return [
        *("pip", "install", "--dry-run", "--color", "never", "--no-progress", "--python", _ENVIRONMENT),
        *("--no-python-downloads", "--python-version", request.target.python),
        *(word for name in binary for word in ("--only-binary", name)),
        *("--python-platform", f"{request.target.processor}-manylinux_2_35"),
        *("--requirements", ASKED),
        *(("--constraints", BOUNDS) if step.constraints else ()),
        *(("--overrides", OVERRIDES) if step.overrides else ()),
        *(word for name in step.upgrades for word in ("--upgrade-package", name)),
        *(("--upgrade",) if step.fresh else ()),
        *(() if step.deps else ("--no-deps",)),
        *(("--prerelease", "allow") if step.prereleases else ()),
        *(("--exact",) if step.exact else ()),
    ]


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a resolver gets."""
    return {name: text for name, text in environ.items() if not name.startswith(_FOREIGN) or _OWN().fullmatch(name)}


def _refuse(code: int, said: str, asked: str) -> None:
    text = hide_credentials(_PROGRESS().sub("", said))
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
