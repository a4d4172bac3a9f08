"""Writes forcing.toml anew from the METADATA of wheels, for the packages that it names; --check only says what differs.

python rules/refresh_forcing.py [--check] [PACKAGE …] [--cap PACKAGE …]

Without a package all of both tables are read; one that they do not name yet is added, to the caps by --cap. A release
forces NumPy 2 on a Python if no NumPy below 2 is admitted there, by the release itself or by what it requires of a
package that stands before it in the table; one that does is taken to be followed by others that do. It caps NumPy if it
admits none from 2 on: of these the newest row is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from packaging.utils import canonicalize_name
from packaging.version import Version
from wheel_metadata import PIP, RegistryError, read_requirements

from dmlint.requirements.versions import Fit, admits, fit, intersect
from dmlint.rulepacks.catalogue import Cap, Force
from dmlint.rulepacks.packs import RulePackError
from dmlint.rulepacks.toml_tables import load_table
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wheel_metadata import Registry

TABLE = Path(__file__).parent / "forcing.toml"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
ASKED_LAST = ("3.13", "3.12", "3.10", "3.11")
"""The same in the order in which the last one with a wheel is asked: Isaac Sim's own."""
OLD, NEEDS, CAPPED = "<2.0.0", "numpy>=2", "numpy<2"
Entry = TypeVar("Entry", Force, Cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a release forces NumPy 2 on a Python, and the requirements that say so."""

    forces: bool
    because: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Where the forcing begins on one Python: at ``first``, None if never; ``last`` is the newest release before it."""

    python: str
    first: str | None
    last: str | None


def judge(lines: Iterable[str], python: str, known: Mapping[str, Force], extra: str = "") -> Verdict:
    """What ``Requires-Dist`` says of NumPy on a Python (Linux, x86-64), given the forcing packages known so far."""
    asked = read_requirements(lines, python, extra)
    numpy = asked.get("numpy")
    if numpy is not None and fit(numpy, OLD) is Fit.OUTSIDE:
        return Verdict(forces=True, because=f"numpy{numpy}")
    through = [name for name in asked if name in known and known[name].first]
    for name in through:
        force = known[name]
        older = "<0" if force.last is None else f"<={force.last}"
        if admits(force.pythons or "", python) and fit(asked[name], older) is Fit.OUTSIDE:
            because = f"{name}{asked[name]}, which requires {force.needs} from {force.first} on"
            return Verdict(forces=True, because=because, by=name)
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
    project, extra = split_extra(package)
    lists = {python: _list_usable(project, python, registry) for python in PYTHONS}
    if not any(lists.values()):
        raise RegistryError(f"{package}: there is no release with a wheel for Python {', '.join(PYTHONS)}")

    def read(version: str, python: str) -> Verdict:
        return judge(registry.metadata(project, version, python).requires, python, known, extra)

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
    by = read(start.first or "", start.python).by
    return Force(
        package=package, first=start.first, last=start.last, needs=NEEDS, by=by, pythons=pythons, sources=sources
    )


def _list_usable(package: str, python: str, registry: Registry) -> list[str]:
    """The releases for a Python, from old to new, without the newest ones that refuse it in their METADATA alone."""
    releases = sorted(registry.releases(package, python), key=Version)
    while releases and not admits(registry.metadata(package, releases[-1], python).python, f"{python}.9"):
        del releases[-1]
    return releases


def find_through(
    package: str, changes: Iterable[Change], known: Mapping[str, Force], registry: Registry
) -> Force | None:
    """An entry for a package whose newest release admits the forcing releases of another, the first of the table, or
    brings a package that does; else for one that merely needs NumPy.
    """
    version, python = max(
        ((entry.last, entry.python) for entry in changes if entry.last), key=lambda entry: Version(entry[0])
    )
    project, extra = split_extra(package)
    asked = read_requirements(registry.metadata(project, version, python).requires, python, extra)
    for name, force in known.items():
        through = force.through
        if force.first and name in asked and fit(intersect([asked[name], f">={force.first}"]), "") is Fit.WITHIN:
            through = f"{name}{asked[name]}"
        if through is not None and name in asked:
            source = f"{package} {version}, METADATA: {name}{asked[name]}"
            return Force(package=package, through=through, sources=(source,))
    if "numpy" not in asked or extra:
        return None
    needs = f"numpy{asked['numpy']}"
    return Force(package=package, needs=needs, sources=(f"{package} {version}, METADATA: {needs}",))


def split_extra(package: str) -> tuple[str, str]:
    """The project and the extra in ``gymnasium[other]``; without one it is empty."""
    project, _, extra = package.partition("[")
    return project, extra.removesuffix("]")


def refresh_cap(package: str, registry: Registry) -> Cap | None:
    """The newest row of releases that keep NumPy below 2, None if there is none."""
    homes = {version: python for python in ASKED_LAST for version in registry.releases(package, python)}
    releases = sorted(homes, key=Version)
    asked = {version: _read_numpy(package, version, homes[version], registry) for version in releases}
    capped = [version for version in releases if fit(asked[version] or "", OLD) is Fit.WITHIN]
    if not capped:
        return None
    last = releases.index(capped[-1])
    first = next(at for at in range(last, -1, -1) if at == 0 or releases[at - 1] not in capped)
    beside = [releases[at] for at in (first, last, last + 1) if at < len(releases)]
    return Cap(
        package=package,
        needs=CAPPED,
        first=releases[first] if first else None,
        last=releases[last],
        end=releases[last + 1] if last + 1 < len(releases) else None,
        sources=tuple(
            f"{package} {version}, METADATA: {'no numpy' if asked[version] is None else f'numpy{asked[version]}'}"
            for version in dict.fromkeys(beside)
        ),
    )


def _read_numpy(package: str, version: str, python: str, registry: Registry) -> str | None:
    return read_requirements(registry.metadata(package, version, python).requires, python).get("numpy")


def refresh_table(forces: Iterable[Force], packages: Iterable[str], registry: Registry) -> tuple[Force, ...]:
    """The table with these packages read anew, all of them if none is named; its order stays, new ones come last."""
    old: dict[str, Force] = {force.package: force for force in forces}
    named = [_canonical(package) for package in packages]
    known: dict[str, Force] = {}
    for package in dict.fromkeys((*old, *named)):
        before = old.get(package)
        hint = before.first if before else None
        # What is published as source alone has no METADATA: such an entry is kept by hand.
        by_hand = before is not None and all(", PKG-INFO: " in source for source in before.sources)
        entry = refresh(package, hint, known, registry) if package in named and not by_hand else before
        if entry is not None:
            known[package] = entry
    return tuple(known.values())


def refresh_caps(caps: Iterable[Cap], packages: Iterable[str], registry: Registry) -> tuple[Cap, ...]:
    """The same for the packages that keep NumPy below 2."""
    old: dict[str, Cap] = {cap.package: cap for cap in caps}
    named = [_canonical(package) for package in packages]
    found = {
        package: refresh_cap(package, registry) if package in named else old[package]
        for package in dict.fromkeys((*old, *named))
    }
    return tuple(cap for cap in found.values() if cap is not None)


def _canonical(package: str) -> str:
    project, extra = split_extra(package)
    return f"{canonicalize_name(project)}[{extra}]" if extra else canonicalize_name(project)


def load(path: Path) -> tuple[str, tuple[Force, ...], tuple[Cap, ...]]:
    """The comments at the head of the tables, and their entries; RulePackError where these are none."""
    tables = load_table(path, RulePackError)
    head = path.read_text(encoding="utf-8").partition("\n[[")[0] + "\n"
    return head, _make(Force, tables.get("force", []), path), _make(Cap, tables.get("cap", []), path)


def _make(kind: type[Entry], entries: Iterable[dict[str, Any]], path: Path) -> tuple[Entry, ...]:
    try:
        return tuple(kind(**{**entry, "sources": tuple(entry.get("sources", ()))}) for entry in entries)
    except TypeError as error:
        raise RulePackError(f"{path}: {error}") from None


def render(head: str, forces: Iterable[Force], caps: Iterable[Cap] = ()) -> str:
    """The text of the tables."""
    entries = [_render_entry("force", force) for force in forces]
    return head + "\n".join((*entries, *(_render_entry("cap", cap) for cap in caps)))


def _render_entry(table: str, entry: Force | Cap) -> str:
    values = {key: getattr(entry, key) for key in entry.__struct_fields__ if key != "sources"}
    lines = [f"{key:7} = {_quote(value)}\n" for key, value in values.items() if value is not None]
    sources = "".join(f"    {_quote(source)},\n" for source in entry.sources)
    return f"[[{table}]]\n{''.join(lines)}sources = [\n{sources}]\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def compare(old: Iterable[Entry], new: Iterable[Entry], named: Iterable[str], does: str) -> list[str]:
    """What a new table says otherwise, and which packages that were named are not in it; a line each."""
    before: dict[str, Entry] = {entry.package: entry for entry in old}
    after: dict[str, Entry] = {entry.package: entry for entry in new}
    names = dict.fromkeys((*before, *(_canonical(package) for package in named)))
    lines = [f"{package}: METADATA does not say that it {does}" for package in names if package not in after]
    lines += [f"{package}: is not in the table yet" for package in after if package not in before]
    for package in (package for package in after if package in before):
        fields = after[package].__struct_fields__
        pairs = {key: (_say(before[package], key), _say(after[package], key)) for key in fields}
        differing = ((key, was, says) for key, (was, says) in pairs.items() if was != says)
        lines += [f"{package}: {key} is {was}, METADATA says {says}" for key, was, says in differing]
    return lines


def _say(entry: Force | Cap, key: str) -> str:
    value: str | tuple[str, ...] | None = getattr(entry, key)
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def main(arguments: list[str], registry: Registry = PIP, path: Path = TABLE) -> int:
    """Write the tables, or with --check compare them: 1 where they differ, 2 where they or METADATA cannot be read."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a table differs")
    parser.add_argument("--cap", nargs="+", default=[], metavar="PACKAGE", help="read these among the caps alone")
    parser.add_argument("package", nargs="*", help="read these alone")
    options = parser.parse_args(arguments)
    try:
        head, forces, caps = load(path)
        whole = not (options.package or options.cap)
        forced = options.package or [force.package for force in forces if whole]
        capping = options.cap or [cap.package for cap in caps if whole]
        new = refresh_table(forces, forced, registry)
        capped = refresh_caps(caps, capping, registry)
    except DmlintError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    lines = compare(forces, new, options.package, f"forces {NEEDS}")
    lines += compare(caps, capped, options.cap, f"requires {CAPPED}")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    text = render(head, new, capped)
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
