"""Which ways exclude each other."""

from __future__ import annotations

import pytest

from dmlint.text.arms import Arm, exclude
from dmlint.text.source import Source

SOURCE = Source(path="x.sh", text="if a; then b; else c; fi; case x in y) z;; esac")
IF, CASE = SOURCE.span(0, 24), SOURCE.span(26, 47)


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        pytest.param((), (), False, id="nothing"),
        pytest.param((Arm(IF, 0, 0),), (), False, id="one in an arm"),
        pytest.param((Arm(IF, 0, 0),), (Arm(IF, 0, 1),), True, id="two arms"),
        pytest.param((Arm(IF, 0, 1),), (Arm(IF, 0, 1),), False, id="the same arm"),
        pytest.param((Arm(IF, 0, 0),), (Arm(CASE, 0, 1),), False, id="two choices"),
        pytest.param((Arm(IF, 0, 0),), (Arm(IF, 1, 1),), False, id="two turns"),
        pytest.param((Arm(CASE, 0, 0), Arm(IF, 0, 0)), (Arm(CASE, 0, 0), Arm(IF, 0, 1)), True, id="nested"),
    ],
)
def test_ways_that_exclude_each_other(one: tuple[Arm, ...], other: tuple[Arm, ...], excluded: bool) -> None:
    assert exclude(one, other) is exclude(other, one) is excluded
