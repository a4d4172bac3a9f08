"""Which requirements hold together, world by world."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from dmlint.requirements.markers import PYTHONS, World, holds, worlds


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        pytest.param(None, PYTHONS, id="unknown"),
        pytest.param("==3.11.*", ("3.11",), id="one"),
        pytest.param("<3.9", ("3.7", "3.8"), id="cap"),
        pytest.param(">=3.10.12,<3.12", ("3.10", "3.11"), id="a bound between patch releases"),
        pytest.param("==3.10.12", ("3.10",), id="one patch release"),
        pytest.param("<3", ("2.7",), id="one that nothing newer meets"),
        pytest.param("==3.6.*", ("3.6",), id="one of an old distribution"),
        pytest.param("<2", PYTHONS, id="one that no world has tells nothing"),
        pytest.param("three", PYTHONS, id="malformed"),
    ],
)
def test_the_pythons_of_the_worlds(python: str | None, expected: tuple[str, ...]) -> None:
    assert tuple(dict.fromkeys(world.python for world in worlds(python, linux=True))) == expected


@pytest.mark.parametrize(
    ("linux", "count"), [pytest.param(True, 2, id="Linux alone"), pytest.param(False, 5, id="all platforms")]
)
def test_the_platforms_of_the_worlds(linux: bool, count: int) -> None:
    found = worlds("==3.11.*", linux=linux)
    assert len(found) == len(set(found)) == count


@pytest.mark.parametrize(
    ("marker", "python", "platform", "expected"),
    [
        pytest.param(None, "3.11", 0, True, id="no marker"),
        pytest.param("python_version >= '3.10'", "3.11", 0, True, id="version"),
        pytest.param("python_version < '3.10'", "3.11", 0, False, id="other version"),
        pytest.param("python_version >= '3.9'", "3.10", 0, True, id="versions are no text"),
        pytest.param("python_full_version < '3.11.4'", "3.11", 0, False, id="full version"),
        pytest.param("sys_platform == 'linux'", "3.11", 1, True, id="Linux on ARM"),
        pytest.param("platform_machine == 'aarch64'", "3.11", 0, False, id="other machine"),
        pytest.param("platform_machine == 'aarch64'", "3.11", 1, True, id="that machine"),
        pytest.param("sys_platform == 'darwin'", "3.11", 2, True, id="macOS"),
        pytest.param("os_name == 'nt' and platform_system == 'Windows'", "3.11", 4, True, id="Windows"),
        pytest.param("implementation_name == 'pypy'", "3.11", 0, False, id="another interpreter"),
        pytest.param("extra == 'test'", "3.11", 0, False, id="an extra is a group of its own"),
        pytest.param("nonsense", "3.11", 0, True, id="malformed"),
        pytest.param("'a' ~= 'b'", "3.11", 0, True, id="a comparison that means nothing"),
    ],
)
def test_holds(marker: str | None, python: str, platform: int, expected: bool) -> None:
    assert holds(marker, World(python, platform)) is expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~=", "==="]),
            st.sampled_from(["3.9", "3.10", "3.10.12", "3.11", "3.11.39", "3.11.0rc1", "3.12.dev0"]),
        ),
        max_size=3,
    )
)
def test_a_python_is_possible_where_one_of_its_releases_is(clauses: list[tuple[str, str]]) -> None:
    specifiers = ",".join(operator + version for operator, version in clauses)
    possible = [
        version
        for version in PYTHONS
        if any(SpecifierSet(specifiers).contains(f"{version}.{patch}") for patch in range(40))
    ]
    found = dict.fromkeys(world.python for world in worlds(specifiers, linux=True))
    assert list(found) == (possible or list(PYTHONS))
