"""The script that writes the forcing table, on small tables of METADATA made here."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from dmlint.rulepacks.catalogue import Cap, Force

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = Path(__file__).parents[2] / "rules"
HEAD, TABLE = "# What this table is.\n\n", "[[force]]\n"
RERUN = Force(package="rerun-sdk", first="0.23.2", last="0.23.1", needs="numpy>=2")
JAX = Force(package="jax", first="0.7.2", last="0.7.1", needs="numpy>=2", pythons=">=3.11")
KNOWN = {force.package: force for force in (RERUN, JAX, Force(package="albumentations", through="opencv-python>=4"))}
Runner = Callable[[str, list[str]], tuple[int, str, str, str]]
World = dict[str, dict[str, tuple[str, ...]]]
"""What wheels require: by package, then by ``VERSION on PYTHON``, or by version where one wheel serves all Pythons."""


@pytest.fixture(scope="module")
def script() -> Iterator[Any]:
    """The script, with what stands beside it importable as it is when it is run."""
    sys.path.insert(0, str(RULES))
    yield import_module("refresh_forcing")
    sys.path.remove(str(RULES))


@pytest.fixture(scope="module")
def wheels(script: Any) -> Any:
    return sys.modules[script.RegistryError.__module__]


@pytest.fixture
def registry(wheels: Any) -> Callable[[World], Any]:
    """A registry of these wheels; ``Requires-Python`` stands among their requirements as ``python: >=3.11``."""

    def build(world: World) -> Any:
        def releases(package: str, python: str) -> tuple[str, ...]:
            keys = [key.partition(" on ") for key in world.get(package, {})]
            return tuple(version for version, _, only in reversed(keys) if only in ("", python))

        def metadata(package: str, version: str, python: str) -> Any:
            page = world[package]
            lines = page[version] if version in page else page[f"{version} on {python}"]
            refusals = [line.removeprefix("python: ") for line in lines if line.startswith("python: ")]
            requires = tuple(line for line in lines if not line.startswith("python: "))
            return wheels.Metadata(requires=requires, python=",".join(refusals))

        return wheels.Registry(releases=releases, metadata=metadata)

    return build


@pytest.fixture
def run(script: Any, registry: Callable[[World], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Runner:
    """Runs the script on the text of a table; gives its exit code, the text after it, and what it says."""

    def run(text: str, arguments: list[str]) -> tuple[int, str, str, str]:
        path = tmp_path / "forcing.toml"
        path.write_text(text, encoding="utf-8")
        code = script.main(arguments, registry(WORLD), path)
        assert list(tmp_path.iterdir()) == [path]
        return (code, path.read_text(encoding="utf-8"), *capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("lines", "python", "forces", "because"),
    [
        pytest.param(["numpy>=2"], "3.11", True, "numpy>=2", id="floor"),
        pytest.param(["NumPy<2.3.0,>=2.0.0rc1"], "3.11", True, "numpy<2.3.0,>=2.0.0rc1", id="floor at a pre-release"),
        pytest.param(["numpy==2.*"], "3.11", True, "numpy==2.*", id="line of releases"),
        pytest.param(["numpy>=1.26", "numpy>=2.1"], "3.11", True, "numpy>=1.26,>=2.1", id="two lines together"),
        pytest.param(["numpy>=1.26"], "3.11", False, "numpy>=1.26", id="both fit"),
        pytest.param(["numpy!=1.26.4"], "3.11", False, "numpy!=1.26.4", id="exclusion"),
        pytest.param(["numpy>=2,<2"], "3.11", False, "numpy<2,>=2", id="nothing fits"),
        pytest.param(["numpy"], "3.11", False, "numpy", id="open"),
        pytest.param(["numpydoc>=2", "numba"], "3.11", False, "no numpy", id="other names"),
        pytest.param(['numpy>=2; extra == "all"'], "3.11", False, "no numpy", id="extra"),
        pytest.param(['numpy>=2; sys_platform == "win32"'], "3.11", False, "no numpy", id="another system"),
        pytest.param(['numpy>=2; platform_machine == "x86_64"'], "3.11", True, "numpy>=2", id="this machine"),
        pytest.param(['numpy>=2; python_version >= "3.12"', "numpy"], "3.12", True, "numpy>=2", id="marker holds"),
        pytest.param(['numpy>=2; python_version >= "3.12"', "numpy"], "3.11", False, "numpy", id="marker does not"),
        pytest.param(
            ["rerun-sdk<0.27,>=0.24"],
            "3.11",
            True,
            "rerun-sdk<0.27,>=0.24, which requires numpy>=2 from 0.23.2 on",
            id="through another",
        ),
        pytest.param(
            ["rerun_sdk~=0.23.1", "numpy"], "3.11", False, "numpy and rerun-sdk~=0.23.1", id="an older other one fits"
        ),
        pytest.param(
            ["jax>=0.8"], "3.11", True, "jax>=0.8, which requires numpy>=2 from 0.7.2 on", id="where the other forces"
        ),
        pytest.param(["jax>=0.8"], "3.10", False, "jax>=0.8", id="where the other does not"),
        pytest.param(["albumentations>=2"], "3.11", False, "no numpy", id="another that only may bring one"),
    ],
)
def test_a_release_is_judged_by_what_it_requires(
    script: Any, lines: list[str], python: str, forces: bool, because: str
) -> None:
    verdict = script.judge(lines, python, KNOWN)
    assert (verdict.forces, verdict.because) == (forces, because)


def test_a_package_that_always_forced_forces_whatever_is_asked_of_it(script: Any) -> None:
    known = {"new": Force(package="new", first="1.0", needs="numpy>=2")}
    assert script.judge(["new"], "3.11", known).forces


def test_metadata_that_cannot_be_read_is_an_error(script: Any) -> None:
    with pytest.raises(script.RegistryError, match="METADATA cannot be read: "):
        script.judge(["numpy>=>2"], "3.11", {})


@pytest.mark.parametrize(
    ("forcing", "hint", "first", "read"),
    [
        pytest.param("", None, None, "7", id="never"),
        pytest.param("01234567", None, 0, "7310", id="always"),
        pytest.param("7", None, 7, "7356", id="the newest alone"),
        pytest.param("34567", None, 3, "7312", id="in the midst"),
        pytest.param("34567", "3", 3, "732", id="where it was"),
        pytest.param("4567", "3", 4, "7354", id="after where it was"),
        pytest.param("234567", "3", 2, "7321", id="before where it was"),
        pytest.param("34567", "9", 3, "7312", id="where no release is"),
        pytest.param("01234567", "0", 0, "70", id="at the oldest"),
    ],
)
def test_the_first_that_forces_is_found_with_few_reads(
    script: Any, forcing: str, hint: str | None, first: int | None, read: str
) -> None:
    seen: list[str] = []

    def forces(version: str) -> bool:
        seen.append(version)
        return version in forcing

    assert script.find_first(list("01234567"), forces, hint) == first
    assert "".join(seen) == read


def test_without_releases_none_forces(script: Any) -> None:
    assert script.find_first([], bool) is None


@pytest.mark.parametrize(
    ("changes", "first", "last", "pythons"),
    [
        pytest.param({"3.10": ("2", "1"), "3.11": ("2", "1")}, "2", "1", None, id="alike"),
        pytest.param(
            {"3.10": (None, "1"), "3.11": ("2", "1"), "3.12": ("2", "1")}, "2", "1", ">=3.11", id="from one on"
        ),
        pytest.param({"3.10": ("2", "1"), "3.11": (None, "3")}, "2", "1", "!=3.11.*", id="up to one"),
        pytest.param({"3.9": (None, "1"), "3.10": ("2", "1")}, "2", "1", ">=3.10", id="3.9 lies below 3.10"),
        pytest.param(
            {"3.10": (None, "1"), "3.11": ("2", "1"), "3.12": (None, "2")}, "2", "1", ">=3.11,!=3.12.*", id="but one"
        ),
        pytest.param({"3.10": ("9", "8"), "3.13": ("10", "9")}, "10", "9", None, id="the latest"),
        pytest.param({"3.10": ("2", "1"), "3.13": (None, None)}, "2", "1", None, id="no wheel"),
        pytest.param({"3.10": ("2", "1"), "3.13": ("3", None)}, "2", "1", None, id="first wheel for a Python"),
        pytest.param({"3.10": ("1", None), "3.11": ("1", None)}, "1", None, None, id="always"),
    ],
)
def test_changes_are_folded(
    script: Any,
    changes: dict[str, tuple[str | None, str | None]],
    first: str,
    last: str | None,
    pythons: str | None,
) -> None:
    entries = [script.Change(python=python, first=change[0], last=change[1]) for python, change in changes.items()]
    start, on = script.fold(entries)
    assert (start.first, start.last, on) == (first, last, pythons)


def test_where_nothing_forces_there_is_no_change(script: Any) -> None:
    assert script.fold([script.Change(python="3.11", first=None, last="1")]) == (None, None)


def test_an_entry_says_from_where_it_is(script: Any, registry: Callable[[World], Any]) -> None:
    world: World = {
        "jax": {
            "0.6.2": ("numpy>=1.25",),
            "0.7.1": ("numpy>=1.26", "python: >=3.11"),
            "0.7.2": ("numpy>=2.0", "python: >=3.11"),
            "0.10.0": ("numpy>=2.1", "python: >=3.11"),
        }
    }
    assert script.refresh("jax", None, {}, registry(world)) == Force(
        package="jax",
        first="0.7.2",
        last="0.7.1",
        needs="numpy>=2",
        pythons=">=3.11",
        sources=(
            "jax 0.7.2, METADATA: numpy>=2.0",
            "jax 0.7.1, METADATA: numpy>=1.26",
            "jax 0.6.2, the last for Python 3.10, METADATA: numpy>=1.25",
        ),
    )


def test_wheels_of_one_release_may_differ(script: Any, registry: Callable[[World], Any]) -> None:
    world: World = {"nlopt": {"1 on 3.10": ("numpy>=1.14",), "1 on 3.12": ("numpy>=2",), "2": ("numpy>=2",)}}
    entry = script.refresh("nlopt", None, {}, registry(world))
    assert (entry.first, entry.last, entry.pythons) == ("2", "1", None)


THROUGH = pytest.mark.parametrize(
    ("asked", "through"),
    [
        pytest.param(("numpy", "rerun-sdk>=0.20"), "rerun-sdk>=0.20", id="open"),
        pytest.param(("jax<1", "rerun-sdk>=0.20"), "rerun-sdk>=0.20", id="the first of the table"),
        pytest.param(("rerun-sdk<0.23.2", "jax"), "jax", id="that one is old enough"),
    ],
)


@pytest.mark.parametrize(
    ("package", "asked", "entry"),
    [
        pytest.param("tame", ("numpy>=1.22",), Force(package="tame", needs="numpy>=1.22"), id="needs it"),
        pytest.param("tame", ("numpydoc",), None, id="needs none"),
        pytest.param(
            "tame[x]",
            ("numpy", 'rerun-sdk; extra == "x"'),
            Force(package="tame[x]", through="rerun-sdk"),
            id="what an extra brings",
        ),
        pytest.param("tame[y]", ("numpy",), None, id="an extra that brings nothing"),
        pytest.param(
            "tame", ("albumentations>=2",), Force(package="tame", through="opencv-python>=4"), id="by way of another"
        ),
    ],
)
def test_what_a_package_needs_that_does_not_force(
    script: Any, registry: Callable[[World], Any], package: str, asked: tuple[str, ...], entry: Force | None
) -> None:
    found = script.refresh(package, None, KNOWN, registry({"tame": {"1": asked}}))
    assert (found and replace(found, sources=())) == entry


@pytest.mark.parametrize(
    ("releases", "row"),
    [
        pytest.param({"1": ("numpy<2",), "2": ("numpy<2",)}, (None, "2", None), id="all"),
        pytest.param({"1": ("numpy",), "2": ("numpy<2",)}, ("2", "2", None), id="the newest"),
        pytest.param({"1": ("numpy<1.27",), "2": ("numpy<2.1",)}, (None, "1", "2"), id="until one"),
        pytest.param(
            {"1": ("numpy<2",), "2": (), "3": ("numpy==1.*",), "4": ("numpy",)}, ("3", "3", "4"), id="the newest row"
        ),
    ],
)
def test_the_releases_that_keep_numpy_back(
    script: Any,
    registry: Callable[[World], Any],
    releases: dict[str, tuple[str, ...]],
    row: tuple[str | None, str, str | None],
) -> None:
    cap = script.refresh_cap("kept", registry({"kept": releases}))
    assert (cap.first, cap.last, cap.end, cap.needs) == (*row, "numpy<2")


def test_what_keeps_nothing_back_is_no_cap(script: Any, registry: Callable[[World], Any]) -> None:
    assert script.refresh_caps((), ["Free"], registry({"free": {"1": ("numpy",)}})) == ()


@THROUGH
def test_a_package_may_bring_one_that_forces(
    script: Any, registry: Callable[[World], Any], asked: tuple[str, ...], through: str
) -> None:
    world: World = {"album": {"9": ("numpy>=2",), "10": asked}}
    entry = script.refresh("album", None, KNOWN, registry(world))
    assert entry == Force(package="album", through=through, sources=(f"album 10, METADATA: {through}",))


WORLD: World = {
    "new": {"1": ("numpy",), "2": ("base~=2.1",)},
    "base": {"1": ("numpy",), "2": ("numpy>=2",)},
    "tame": {"1": ("numpy", "base<2")},
    "wild": {"1": ("base<2",)},
}
BASE = """[[force]]
package = "base"
first   = "2"
last    = "1"
needs   = "numpy>=2"
sources = [
    "base 2, METADATA: numpy>=2",
    "base 1, METADATA: numpy",
]
"""
NEW = """
[[force]]
package = "new"
first   = "2"
last    = "1"
needs   = "numpy>=2"
by      = "base"
sources = [
    "new 2, METADATA: base~=2.1, which requires numpy>=2 from 2 on",
    "new 1, METADATA: numpy",
]
"""
STALE = BASE.replace('first   = "2"', 'first   = "3"')
OLDER = BASE.replace("base 1,", "base 0,")
WILD = BASE.replace("base", "wild")
ADDED = "new: is not in the table yet\n"
OUT_OF_DATE = "forcing.toml is out of date: run python rules/refresh_forcing.py\n"


@pytest.mark.parametrize(
    ("before", "arguments", "after", "end"),
    [
        pytest.param(BASE, [], BASE, (0, ""), id="in step"),
        pytest.param(BASE, ["--check"], BASE, (0, ""), id="in step, checked"),
        pytest.param(STALE, [], BASE, (0, "base: first is 3, METADATA says 2\n"), id="stale"),
        pytest.param(
            STALE, ["--check"], STALE, (1, f"base: first is 3, METADATA says 2\n{OUT_OF_DATE}"), id="stale, checked"
        ),
        pytest.param(
            BASE.replace("first  ", "first"),
            ["--check"],
            BASE.replace("first  ", "first"),
            (1, OUT_OF_DATE),
            id="layout",
        ),
        pytest.param(OLDER + NEW, ["new"], OLDER + NEW, (0, ""), id="only what is named"),
        pytest.param(BASE, ["new"], BASE + NEW, (0, ADDED), id="a new one comes last"),
        pytest.param(
            BASE,
            ["Wild"],
            BASE,
            (0, "wild: METADATA does not say that it forces numpy>=2\n"),
            id="named, and does not force",
        ),
        pytest.param(
            f"{WILD}\n{BASE}", [], BASE, (0, "wild: METADATA does not say that it forces numpy>=2\n"), id="taken out"
        ),
    ],
)
def test_the_table_is_written_or_checked(
    run: Runner, before: str, arguments: list[str], after: str, end: tuple[int, str]
) -> None:
    assert run(HEAD + before, arguments) == (end[0], HEAD + after, end[1], "")


@pytest.mark.parametrize(
    ("text", "arguments", "told"),
    [
        pytest.param(BASE, ["gone"], "gone: there is no release with a wheel for Python 3.10, 3.11", id="no release"),
        pytest.param("[[force]\n", [], "this is not valid TOML", id="no table"),
        pytest.param(f"{BASE}odd = 1\n", [], "odd", id="a key that no entry has"),
    ],
)
def test_an_error_leaves_the_table_alone(run: Runner, text: str, arguments: list[str], told: str) -> None:
    code, after, _, err = run(HEAD + text, arguments)
    assert (code, after) == (2, HEAD + text)
    assert told in err


def test_quotes_and_letters_beyond_ascii_are_written_as_toml(script: Any, tmp_path: Path) -> None:
    path = tmp_path / "forcing.toml"
    forces = (Force(package="p", through="q>=1", sources=('says "≥ 1" \\ more',)),)
    caps = (Cap(package="c", needs="numpy<2", last="2", end="3", sources=("c 2, METADATA: numpy<2",)),)
    path.write_text(script.render(HEAD, forces, caps), encoding="utf-8")
    assert script.load(path) == (HEAD, forces, caps)


def test_the_shipped_table_is_as_the_script_writes_it(script: Any) -> None:
    assert script.render(*script.load(script.TABLE)) == script.TABLE.read_text(encoding="utf-8")


def test_a_package_stands_after_those_that_it_brings(script: Any) -> None:
    _, forces, _ = script.load(script.TABLE)
    names = [force.package for force in forces]
    brought = [
        (force.package, name)
        for force in forces
        for name in script.read_requirements([force.through] if force.through else [], "3.11")
    ]
    assert brought
    assert [pair for pair in brought if pair[1] not in names[: names.index(pair[0])]] == []


def test_each_entry_names_its_source(script: Any) -> None:
    _, forces, _ = script.load(script.TABLE)
    wanted = [f"{force.package} {force.first or ''}" for force in forces]
    assert [
        entry.package for entry, start in zip(forces, wanted, strict=True) if not entry.sources[0].startswith(start)
    ] == []


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, all that pip knows."""
    pytest.importorskip("pip", minversion="25.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


def put_wheel(shelf: Path, name: str, version: str, tags: str, *lines: str) -> None:
    metadata = "\n".join(("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines, ""))
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(shelf / f"{name}-{version}-{tags}.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tags}\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.mark.slow
def test_pip_brings_releases_and_their_metadata(wheels: Any, shelf: Path) -> None:
    put_wheel(shelf, "shelved", "1.0", "py3-none-any")
    put_wheel(shelf, "shelved", "1.1rc1", "py3-none-any")
    put_wheel(shelf, "shelved", "2.0", "cp312-cp312-manylinux_2_28_x86_64", "Requires-Python: >=3.13")
    put_wheel(shelf, "shelved", "2.1", "cp312-cp312-win_amd64")
    asked = ("Requires-Python: >=3.13", "Requires-Dist: numpy>=2", 'Requires-Dist: q; extra == "x"')
    put_wheel(shelf, "shelved", "3.0", "cp312-cp312-manylinux2014_x86_64", *asked)
    assert set(wheels.list_releases("shelved", "3.12")) == {"3.0", "2.0", "1.0"}
    assert wheels.list_releases("shelved", "3.11") == ("1.0",)
    assert wheels.list_releases("unheard-of", "3.11") == ()
    assert wheels.read_metadata("shelved", "1.0", "3.11") == wheels.Metadata(requires=())
    wanted = wheels.Metadata(requires=("numpy>=2", 'q; extra == "x"'), python=">=3.13")
    assert wheels.read_metadata("shelved", "3.0", "3.12") == wanted
    with pytest.raises(wheels.RegistryError, match="pip finds no wheel of shelved"):
        wheels.read_metadata("shelved", "3.0", "3.11")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "told"),
    [
        pytest.param(
            ("PIP_INDEX_URL", "http://127.0.0.1:9/simple"), "pip does not reach the package registry", id="no network"
        ),
        pytest.param(("PIP_TIMEOUT", "soon"), "'pip index' fails", id="pip that cannot run"),
    ],
)
def test_without_a_registry_nothing_is_answered(
    wheels: Any, shelf: Path, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str], told: str
) -> None:
    name = f"part-{setting[0].lower()}"
    put_wheel(shelf, name.replace("-", "_"), "1.0", "py3-none-any")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv(*setting)
    with pytest.raises(wheels.RegistryError, match=told):
        wheels.list_releases(name, "3.11")
