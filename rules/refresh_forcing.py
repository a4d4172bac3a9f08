"""Writes forcing.toml anew from the METADATA of wheels, for the packages that it names; --check only says what differs.

python rules/refresh_forcing.py [--check] [PACKAGE …]

Without a package all of the table are read; one that the table does not name yet is added. A release forces NumPy 2 on
a Python if no NumPy below 2 is admitted there, by the release itself or by what it requires of a package that stands
before it in the table; one that does is taken to be followed by others that do.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from packaging.version import Version
from wheel_metadata import PIP, RegistryError, read_requirements

from dmlint.requirements.versions import Fit, admits, fit, intersect
from dmlint.rulepacks.catalogue import Force
from dmlint.rulepacks.packs import RulePackError
from dmlint.rulepacks.toml_tables import load_table
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wheel_metadata import Registry

TABLE = Path(__file__).parent / "forcing.toml"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
OLD, NEEDS = "<2.0.0", "numpy>=2"
_FIELDS = Force.__struct_fields__


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a release forces NumPy 2 on a Python, and the requirements that say so."""

    forces: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Where the forcing begins on one Python: at ``first``, None if never; ``last`` is the newest release before it."""

    python: str
    first: str | None
    last: str | None


def judge(lines: Iterable[str], python: str, known: Mapping[str, Force]) -> Verdict:
    """What ``Requires-Dist`` says of NumPy on a Python (Linux, x86-64), given the forcing packages known so far."""
    asked = read_requirements(lines, python)
    numpy = asked.get("numpy")
    if numpy is not None and fit(numpy, OLD) is Fit.OUTSIDE:
        return Verdict(forces=True, because=f"numpy{numpy}")
    through = [name for name in asked if name in known and known[name].first]
    for name in through:
        force = known[name]
        older = "<0" if force.last is None else f"<={force.last}"
        if admits(force.pythons or "", python) and fit(asked[name], older) is Fit.OUTSIDE:
            because = f"{name}{asked[name]}, which requires {force.needs} from {force.first} on"
            return Verdict(forces=True, because=because)
    named = [name for name in asked if name == "numpy" or name in through]
    return Verdict(forces=False, because=" and ".join(f"{name}{asked[name]}" for name in named) or "no numpy")


def find_first(releases: list[str], forces: Callable[[str], bool], hint: str | None = None) -> int | None:
    """The index of the first release that forces, given them from old to new; None where the newest does not.

    ``hint`` is a release where it may be: if it is, two are read beside the newest.
    """
    if not releases or not forces(releases[-1]):
        return None
    low, high = 0, len(releases) - 1
    hints = [releases.index(hint), releases.index(hint) - 1] if hint in releases else []
    while low < high:
        middle = next((index for index in hints if low <= index < high), (low + high) // 2)
        low, high = (low, middle) if forces(releases[middle]) else (middle + 1, high)
    return low


def fold(changes: Iterable[Change]) -> tuple[Change | None, str | None]:
    """One change for all Pythons, None for none, and the Pythons (PEP 440 text, None for all) that it holds on.

    Where Pythons differ it is the latest, as from there on all of them are forced. A Python without a wheel does not
    count, nor does the first wheel for a Python tell when the forcing began, where another Python has older releases.
    """
    seen = [change for change in changes if change.first or change.last]
    forced = [change for change in seen if change.first]
    if not forced:
        return None, None
    lowest = min((change.python for change in forced), key=Version)
    spared = [change.python for change in seen if not change.first]
    parts = [f">={lowest}"] if any(Version(python) < Version(lowest) for python in spared) else []
    parts += [f"!={python}.*" for python in spared if Version(python) > Version(lowest)]
    starts = [change for change in forced if change.last] or forced
    return max(starts, key=lambda change: Version(change.first or "")), ",".join(parts) or None


def refresh(package: str, hint: str | None, known: Mapping[str, Force], registry: Registry) -> Force | None:
    """The entry of a package as METADATA has it, None if it neither forces NumPy 2 nor may bring what does.

    RegistryError where its releases or their METADATA cannot be had.
    """
    lists = {python: _list_usable(package, python, registry) for python in PYTHONS}
    if not any(lists.values()):
        raise RegistryError(f"{package}: there is no release with a wheel for Python {', '.join(PYTHONS)}")

    def read(version: str, python: str) -> Verdict:
        return judge(registry.metadata(package, version, python).requires, python, known)

    def change(python: str) -> Change:
        releases = lists[python]
        first = find_first(releases, lambda version: read(version, python).forces, hint)
        if first is None:
            return Change(python=python, first=None, last=releases[-1] if releases else None)
        return Change(python=python, first=releases[first], last=releases[first - 1] if first else None)

    changes = [change(python) for python in PYTHONS]
    start, pythons = fold(changes)
    if start is None:
        return find_through(package, changes, known, registry)
    cited = [(version, start.python, "") for version in (start.first, start.last) if version]
    cited += [
        (entry.last, entry.python, f", the last for Python {entry.python}")
        for entry in changes
        if entry.last and not entry.first
    ]
    sources = tuple(
        f"{package} {version}{which}, METADATA: {read(version, python).because}" for version, python, which in cited
    )
    return Force(package=package, first=start.first, last=start.last, needs=NEEDS, pythons=pythons, sources=sources)


def _list_usable(package: str, python: str, registry: Registry) -> list[str]:
    """The releases for a Python, from old to new, without the newest ones that refuse it in their METADATA alone."""
    releases = sorted(registry.releases(package, python), key=Version)
    while releases and not admits(registry.metadata(package, releases[-1], python).python, f"{python}.9"):
        del releases[-1]
    return releases


def find_through(
    package: str, changes: Iterable[Change], known: Mapping[str, Force], registry: Registry
) -> Force | None:
    """An entry for a package whose newest release admits the forcing releases of another, the first of the table."""
    version, python = max(
        ((entry.last, entry.python) for entry in changes if entry.last), key=lambda entry: Version(entry[0])
    )
    asked = read_requirements(registry.metadata(package, version, python).requires, python)
    for name, force in known.items():
        if force.first and name in asked and fit(intersect([asked[name], f">={force.first}"]), "") is Fit.WITHIN:
            through = f"{name}{asked[name]}"
            return Force(package=package, through=through, sources=(f"{package} {version}, METADATA: {through}",))
    return None


def refresh_table(forces: Iterable[Force], packages: Iterable[str], registry: Registry) -> tuple[Force, ...]:
    """The table with these packages read anew, all of them if none is named; its order stays, new ones come last."""
    old: dict[str, Force] = {force.package: force for force in forces}
    named: list[str] = [canonicalize_name(package) for package in packages] or list(old)
    known: dict[str, Force] = {}
    for package in dict.fromkeys((*old, *named)):
        before = old.get(package)
        hint = before.first if before else None
        entry = refresh(package, hint, known, registry) if package in named else before
        if entry is not None:
            known[package] = entry
    return tuple(known.values())


def load(path: Path) -> tuple[str, tuple[Force, ...]]:
    """The comments at the head of a table, and its entries; RulePackError where it is none."""
    entries: list[dict[str, Any]] = load_table(path, RulePackError).get("force", [])
    head = path.read_text(encoding="utf-8").partition("[[force]]")[0]
    try:
        return head, tuple(Force(**{**entry, "sources": tuple(entry.get("sources", ()))}) for entry in entries)
    except TypeError as error:
        raise RulePackError(f"{path}: {error}") from None


def render(head: str, forces: Iterable[Force]) -> str:
    """The text of a table."""
    return head + "\n".join(_render_entry(force) for force in forces)


def _render_entry(force: Force) -> str:
    values = {key: getattr(force, key) for key in _FIELDS if key != "sources"}
    lines = [f"{key:7} = {_quote(value)}\n" for key, value in values.items() if value is not None]
    sources = "".join(f"    {_quote(source)},\n" for source in force.sources)
    return f"[[force]]\n{''.join(lines)}sources = [\n{sources}]\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def compare(old: Iterable[Force], new: Iterable[Force], named: Iterable[str] = ()) -> list[str]:
    """What a new table says otherwise, and which packages that were named are not in it; a line each."""
    before, after = ({force.package: force for force in table} for table in (old, new))
    names = dict.fromkeys((*before, *(canonicalize_name(package) for package in named)))
    lines = [f"{package}: METADATA does not say that it forces {NEEDS}" for package in names if package not in after]
    lines += [f"{package}: is not in the table yet" for package in after if package not in before]
    for package in (package for package in after if package in before):
        pairs = {key: (_say(before[package], key), _say(after[package], key)) for key in _FIELDS}
        lines += [f"{package}: {key} is {old}, METADATA says {new}" for key, (old, new) in pairs.items() if old != new]
    return lines


def _say(force: Force, key: str) -> str:
    value: str | tuple[str, ...] | None = getattr(force, key)
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def main(arguments: list[str], registry: Registry = PIP, path: Path = TABLE) -> int:
    """Write the table, or with --check compare it: 1 where it differs, 2 where it or METADATA cannot be read."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the table differs")
    parser.add_argument("package", nargs="*", help="read these alone")
    options = parser.parse_args(arguments)
    try:
        head, old = load(path)
        new = refresh_table(old, options.package, registry)
    except DmlintError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in compare(old, new, options.package))
    text = render(head, new)
    if text == path.read_text(encoding="utf-8"):
        return 0
    if options.check:
        sys.stdout.write(f"{path.name} is out of date: run python rules/refresh_forcing.py\n")
        return 1
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
