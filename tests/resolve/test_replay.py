"""The replay by itself: steps and what is there before, to what is there after each."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest
import registry
import wheelhouse

from dmlint.resolve.pip_resolver import find_pip
from dmlint.resolve.plan import Manner, ReplayStep, ResolverError, TargetPython
from dmlint.resolve.replay import replay
from dmlint.resolve.resolvers import Resolvers

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.resolve.plan import Resolve

TARGET = TargetPython(python="3.11")
NUMPY = {"numpy": "1.26.4"}
PIP, UV = Manner.PIP, Manner.UV


@pytest.fixture(scope="module")
def resolve(environ: dict[str, str]) -> Resolve:
    """uv on the small registry, each question asked once."""
    return cache(registry.resolver(environ))


def test_what_is_installed_after_one_step_is_given_to_the_next(resolve: Resolve) -> None:
    steps = [
        ReplayStep(requirements=("pandas<3.1",)),
        ReplayStep(removes=("pandas", "tzdata")),
        ReplayStep(requirements=("numpy<2", "tzdata<2025")),
        ReplayStep(),
    ]
    found = replay(steps, {"numpy": "1.26.0", "torch": "2.7.0"}, TARGET, resolve)
    assert [entry.installed for entry in found] == [
        {"numpy": "1.26.0", "torch": "2.7.0", "pandas": "3.0.6"},
        {"numpy": "1.26.0", "torch": "2.7.0"},
        {"numpy": "1.26.0", "torch": "2.7.0", "tzdata": "2024.1"},
        {"numpy": "1.26.0", "torch": "2.7.0", "tzdata": "2024.1"},
    ]
    assert [entry.failure for entry in found] == [None] * 4


@pytest.mark.parametrize(
    ("step", "numpy"),
    [
        pytest.param(ReplayStep(requirements=("opencv-python-headless", "numpy"), manner=PIP), "2.2.6", id="pip"),
        pytest.param(
            ReplayStep(requirements=("numpy", "opencv-python-headless"), manner=PIP), "2.2.6", id="pip, NumPy first"
        ),
        pytest.param(ReplayStep(requirements=("numpy", "opencv-python-headless"), manner=UV), "1.26.4", id="uv"),
        pytest.param(ReplayStep(requirements=("vision",), manner=PIP), "2.2.6", id="pip, through another"),
        pytest.param(ReplayStep(requirements=("vision",), manner=UV), "1.26.4", id="uv, through another"),
        pytest.param(ReplayStep(requirements=("numpy",), manner=PIP, fresh=True), "2.3.5", id="pip, fresh"),
        pytest.param(ReplayStep(requirements=("numpy",), manner=PIP, upgrades=("numpy",)), "2.3.5", id="pip, upgraded"),
        pytest.param(
            ReplayStep(requirements=("numpy",), manner=PIP, prereleases=True, fresh=True), "2.4.0rc1", id="pip, pre"
        ),
        pytest.param(ReplayStep(requirements=("jax",), manner=PIP, deps=False), "1.26.4", id="pip, no dependencies"),
        pytest.param(
            ReplayStep(requirements=("jax",), manner=PIP, constraints=("numpy<2",)), "1.26.4", id="pip, a constraint"
        ),
        pytest.param(ReplayStep(requirements=("opencv-python-headless", "numpy"), manner=UV), "2.2.6", id="uv, last"),
        pytest.param(ReplayStep(requirements=("numpy",), fresh=True), "2.3.5", id="fresh"),
        pytest.param(ReplayStep(requirements=("numpy",), upgrades=("numpy",)), "2.3.5", id="upgraded"),
        pytest.param(ReplayStep(requirements=("numpy",), prereleases=True, fresh=True), "2.4.0rc1", id="pre-releases"),
        pytest.param(
            ReplayStep(requirements=("numpy",), preferred={"numpy": "2.0.2"}), "2.0.2", id="a lock is preferred"
        ),
        pytest.param(ReplayStep(requirements=("jax",), deps=False), "1.26.4", id="no dependencies"),
        pytest.param(ReplayStep(requirements=("jax",), constraints=("numpy<2",)), "1.26.4", id="a constraint"),
        pytest.param(
            ReplayStep(requirements=("jax==0.7.2",), overrides=("numpy==1.26.0",)), "1.26.0", id="an override"
        ),
        pytest.param(ReplayStep(requirements=("tzdata",), exact=True), None, id="exact"),
        pytest.param(ReplayStep(exact=True), None, id="exact, and nothing asked for"),
        pytest.param(
            ReplayStep(requirements=("jax ; python_version < '3'",)), "1.26.4", id="a marker that does not hold"
        ),
    ],
)
def test_the_numpy_after_a_step(step: ReplayStep, numpy: str | None, resolve: Resolve) -> None:
    (found,) = replay([step], NUMPY, TARGET, resolve)
    assert (found.failure, found.installed.get("numpy")) == (None, numpy)


@pytest.mark.parametrize(
    ("requirements", "reason"),
    [
        (("numpy<2", "opencv-python-headless==4.12.0.88"), "depends on numpy>=2"),
        (("broken-package",), "nosuch-package was not found"),
        (("numpy==9",), "no version of numpy==9"),
        (("future-only",), "Python"),
    ],
)
def test_a_step_that_cannot_be_resolved_changes_nothing(
    requirements: tuple[str, ...], reason: str, resolve: Resolve
) -> None:
    first, second = replay(
        [ReplayStep(requirements=requirements), ReplayStep(requirements=("jax",))], NUMPY, TARGET, resolve
    )
    assert first.installed == NUMPY
    assert reason in (first.failure or "")
    assert second.installed["numpy"] == "2.3.5"


def test_what_the_index_does_not_have_is_left_out(resolve: Resolve) -> None:
    steps = [
        ReplayStep(requirements=("nosuch-package", "numpy<2", "No.Such.Other>=1")),
        ReplayStep(requirements=("nosuch-package",), exact=True),
    ]
    first, second = replay(steps, {}, TARGET, resolve)
    assert (first.installed, sorted(first.absent), first.failure) == (NUMPY, ["no-such-other", "nosuch-package"], None)
    assert (second.installed, second.absent) == ({}, ("nosuch-package",))


def test_many_packages_that_the_index_does_not_have_are_a_failure(resolve: Resolve) -> None:
    names = tuple(f"nosuch-{number}" for number in range(22))
    (found,) = replay([ReplayStep(requirements=("numpy<2", *names))], {}, TARGET, resolve)
    assert (found.installed, len(found.absent), bool(found.failure)) == ({}, 20, True)


def test_the_python_decides(resolve: Resolve) -> None:
    step = ReplayStep(requirements=("numpy<2 ; python_version < '3.11'", "numpy ; python_version >= '3.11'"))
    found = [replay([step], {}, TargetPython(python=python), resolve)[0].installed for python in ("3.10", "3.11")]
    assert found == [{"numpy": "1.26.4"}, {"numpy": "2.3.5"}]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple"}, "could not fetch http://127.0.0.1:9/simple/tzdata/"),
        ({"UV_DEFAULT_INDEX": "http://user:secret@127.0.0.1:9/simple"}, "could not fetch http"),
        ({"UV_DEFAULT_INDEX": "https://127.0.0.1:9/simple", "UV_OFFLINE": "1"}, "needs the network"),
        ({"UV_DEFAULT_INDEX": "https://"}, "failed to resolve tzdata"),
    ],
)
def test_a_registry_that_cannot_be_reached(
    variables: dict[str, str], message: str, environ: dict[str, str], tmp_path: Path
) -> None:
    uv = registry.resolver({**environ, "UV_HTTP_RETRIES": "0", "UV_CACHE_DIR": str(tmp_path), **variables})
    with pytest.raises(ResolverError, match=message) as caught:
        replay([ReplayStep(requirements=("tzdata",))], {}, TARGET, uv)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(TargetPython(python="3.11", processor="aarch64"), id="another processor"),
        pytest.param(TargetPython(python="3.19"), id="a Python that is not there"),
    ],
)
def test_another_tool_stands_in(target: TargetPython, resolve: Resolve) -> None:
    (found,) = replay([ReplayStep(requirements=("numpy<2",), manner=PIP)], {}, target, resolve)
    assert found.installed == NUMPY
    assert found.tool == "uv"
    assert f"uv stood in for pip: Python {target.python} for {target.processor} is not on this machine" == found.instead


def test_what_is_held_and_not_on_the_index_stays(resolve: Resolve) -> None:
    held = {"numpy": "1.26.4", "ghost": "1.0", "wraith": "2.0"}
    (found,) = replay([ReplayStep(requirements=("tzdata",), manner=PIP)], held, TARGET, resolve)
    assert found.installed == {**held, "tzdata": "2025.2"}


def test_a_pip_that_cannot_reach_the_index(environ: dict[str, str]) -> None:
    pip = registry.resolver({**environ, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"})
    with pytest.raises(ResolverError, match="pip could not reach the index to resolve tzdata"):
        replay([ReplayStep(requirements=("tzdata",), manner=PIP)], {}, TARGET, pip)


def test_an_older_python_has_a_pip_of_its_own() -> None:
    assert find_pip("uv", "3.11") == [sys.executable, "-m", "pip"]
    assert find_pip("uv", "3.8")[-3:] == ["--python", "3.8", "pip"]


def test_a_program_that_is_none(tmp_path: Path) -> None:
    uv = Resolvers(program=str(tmp_path / "none"), limit=1)
    with pytest.raises(ResolverError, match=r"cannot run .*none: no such file"):
        replay([ReplayStep(requirements=("tzdata",))], {}, TARGET, uv)


def test_no_package_is_built(environ: dict[str, str], tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    setup = f"open({str(ran)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='trap', version='1.0')\n"
    address = wheelhouse.build(tmp_path / "simple", {"numpy==1.26.4": ()})
    wheelhouse.add_source(tmp_path / "simple", "trap", "1.0", setup)
    uv = registry.resolver({**environ, "UV_DEFAULT_INDEX": address, "UV_CACHE_DIR": str(tmp_path / "cache")})
    (found,) = replay([ReplayStep(requirements=("trap>=1", "numpy"))], {}, TARGET, uv)
    assert (found.installed, found.absent, ran.exists()) == (NUMPY, ("trap",), False)
