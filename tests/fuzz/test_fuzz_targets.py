"""A short run over every target, the same each time; ``run.py`` runs them for long, guided by coverage."""

from __future__ import annotations

from random import Random

import pytest
from fuzz_growth import GROWING
from fuzz_seeds import EXAMPLES, LAST, paths
from fuzz_targets import TARGETS, Target, mutator
from hypothesis import given, settings
from hypothesis import strategies as st

from dmlint.parsers import FORMATS, claim
from dmlint.text.source import Source

_MANY, _FEW, _MOST_SEEDS = 60, 8, 12
_SLOW = ("link", "fix")


def test_every_format_has_a_target() -> None:
    assert [claim(path) for path in paths()] == list(FORMATS)
    assert len(EXAMPLES) + len(LAST) == len(FORMATS)
    assert all(target.seeds() for target in TARGETS)
    assert list(GROWING) == list(paths())


@pytest.mark.parametrize("path", paths())
def test_what_grows_is_valid_and_of_the_size(path: str) -> None:
    claimed, source = claim(path), Source(path=path, text=GROWING[path].text(4_000))
    assert claimed is not None
    document = claimed.parse(source)
    assert document.problems == ()
    facts = (*document.dependencies, *document.images, *document.steps, *document.builds)
    assert len(facts) > 10 or path == ".env"
    assert 3_500 < len(source.text) <= 4_000


@pytest.mark.parametrize("target", [pytest.param(target, id=target.name) for target in TARGETS])
def test_a_target_takes_its_seeds(target: Target) -> None:
    seeds = target.seeds()
    for seed in seeds[:: 1 + len(seeds) // _MOST_SEEDS]:
        target.check(seed.encode("utf-8", "surrogateescape"))


def budget(target: Target) -> int:
    """How many texts a target is given here: those that need a tree on disk take a hundred times as long."""
    return _FEW if target.name in _SLOW else _MANY


@pytest.mark.parametrize("target", [pytest.param(target, id=target.name) for target in TARGETS])
def test_a_target_takes_what_comes_of_its_seeds(target: Target) -> None:
    @settings(max_examples=budget(target), deadline=None, derandomize=True, database=None)
    @given(number=st.integers(0, 2**32))
    def check(number: int) -> None:
        target.check(mutator(target).make(Random(number)).encode("utf-8", "surrogateescape"))

    check()
