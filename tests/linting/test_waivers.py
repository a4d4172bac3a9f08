"""Waivers: what they take away, and when they are stale."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from small_tree import lint_tree, told

from dmlint.config.settings import Settings, Waiver

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 23)
CONFIGURATION = "[[waivers]]\nrule = 'DM101'\n[[waivers]]\nrule = 'DM201'\n"
TREE = {
    "Dockerfile": "FROM isaac-sim:5.1.0 AS sim\nRUN pip install numpy\n",
    "a/requirements.txt": "numpy\n",
    "b/requirements.txt": "numpy<2\n",
}
ALL = ["DM201 isaac-sim:5.1.0", "DM101 numpy", "DM101 numpy"]


def waiver(
    root: Path,
    rule: str = "DM101",
    *,
    path: str | None = None,
    environment: str | None = None,
    until: date | None = None,
    text: str = CONFIGURATION,
) -> Waiver:
    """A waiver as the configuration would hold it."""
    file = root / "dmlint.toml"
    file.write_text(text, encoding="utf-8")
    index = 0 if rule == "DM101" else 1
    return Waiver(
        rule=rule,
        reason="x",
        path=path,
        environment=environment,
        until=until,
        file=file,
        shown="dmlint.toml",
        keys=("waivers",),
        index=index,
    )


def settings(*waivers: Waiver, select: tuple[str, ...] = ("DM101", "DM20", "DM90")) -> Settings:
    return Settings(select=select, waivers=waivers, today=TODAY)


@pytest.mark.parametrize(
    ("rule", "where", "found", "waived"),
    [
        pytest.param("DM101", {"path": "a/*"}, ["DM201 isaac-sim:5.1.0", "DM101 numpy"], 1, id="path"),
        pytest.param("DM101", {"path": "*"}, ["DM201 isaac-sim:5.1.0"], 2, id="all"),
        pytest.param("DM201", {"environment": "Dockerfile#sim:*"}, ALL[1:], 1, id="environment"),
        pytest.param("DM101", {"environment": "*"}, [ALL[0], ALL[2]], 1, id="what-has-an-environment"),
        pytest.param("DM101", {"environment": "*:pip", "path": "Dockerfile"}, [ALL[0], ALL[2]], 1, id="both"),
        pytest.param("DM101", {"path": "*", "until": TODAY}, ALL[:1], 2, id="last-day"),
        pytest.param(
            "DM101",
            {"environment": "*", "path": "a/*"},
            ["DM201 isaac-sim:5.1.0", *ALL[1:], "DM904 DM101"],
            0,
            id="one-of-both",
        ),
        pytest.param("DM201", {"path": "a/*"}, [*ALL, "DM904 DM201"], 0, id="idle"),
        pytest.param("DM201", {"path": "gone"}, [*ALL, "DM904 DM201"], 0, id="no-such-file"),
        pytest.param("DM101", {"path": "*", "until": date(2026, 11, 22)}, [*ALL, "DM904 DM101"], 0, id="past"),
        pytest.param(
            "DM201", {"path": "b/*", "until": date(2026, 11, 22)}, [*ALL, "DM904 DM201"], 0, id="past-and-idle"
        ),
    ],
)
def test_what_a_waiver_takes_away(
    tmp_path: Path, rule: str, where: dict[str, Any], found: list[str], waived: int
) -> None:
    mine = replace(waiver(tmp_path, rule), **where)
    report = lint_tree(tmp_path, TREE, settings=settings(mine))
    assert sorted(told(report.findings)) == sorted(found)
    assert (report.waived, report.suppressed) == (waived, 0)


def test_a_stale_waiver_is_reported_where_it_stands(tmp_path: Path) -> None:
    mine = waiver(tmp_path, "DM201", path="a/*")
    (finding,) = [entry for entry in lint_tree(tmp_path, TREE, settings=settings(mine)).findings if entry.rule > "DM9"]
    assert (finding.span.source.path, finding.span.line, finding.span.text) == ("dmlint.toml", 4, "DM201")
    assert finding.message == "the waiver of DM201 waives nothing"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("broken [", id="broken"),
        pytest.param("", id="emptied"),
        pytest.param("waivers = [{ rule = 'x' }]", id="shortened"),
        pytest.param("waivers = [{ rule = 'x' }, {}]", id="without-rule"),
    ],
)
def test_a_configuration_that_changed_meanwhile_is_named_at_its_start(tmp_path: Path, text: str) -> None:
    mine = waiver(tmp_path, "DM201", path="a/*", text=text)
    (finding,) = [entry for entry in lint_tree(tmp_path, TREE, settings=settings(mine)).findings if entry.rule > "DM9"]
    assert (finding.span.start, finding.span.end) == (0, 0)


@pytest.mark.parametrize(
    ("where", "paths", "stale"),
    [
        pytest.param({"path": "b/*"}, ["b/requirements.txt"], True, id="its-file"),
        pytest.param({"path": "b/*"}, ["a/requirements.txt"], False, id="another-file"),
        pytest.param({"path": "*/requirements.txt"}, ["b/requirements.txt"], False, id="one-of-its-files"),
        pytest.param({"path": "gone"}, ["b/requirements.txt"], False, id="no-file"),
        pytest.param({"environment": "b*"}, ["b/requirements.txt"], False, id="environment"),
        pytest.param({"environment": "b*", "path": "b/*"}, ["b/requirements.txt"], False, id="both"),
        pytest.param({"environment": "b*"}, sorted(TREE), True, id="whole"),
        pytest.param({"path": "a/*", "until": date(2020, 1, 1)}, ["a/requirements.txt"], True, id="past"),
        pytest.param(
            {"environment": "*:pip", "until": date(2020, 1, 1)}, ["Dockerfile"], True, id="past-and-would-have-waived"
        ),
        pytest.param({"path": "a/*", "until": date(2020, 1, 1)}, ["b/requirements.txt"], False, id="past-elsewhere"),
    ],
)
def test_a_run_on_some_files_says_nothing_of_waivers_for_others(
    tmp_path: Path, where: dict[str, Any], paths: list[str], stale: bool
) -> None:
    mine = replace(waiver(tmp_path), **where)
    context = sorted(TREE)
    report = lint_tree(tmp_path, TREE, paths=paths, context=context, settings=settings(mine))
    assert ("DM904 DM101" in told(report.findings)) is stale


def test_a_waiver_of_a_rule_that_does_not_run_is_not_stale(tmp_path: Path) -> None:
    mine = waiver(tmp_path, "DM201", path="a/*")
    assert told(lint_tree(tmp_path, TREE, settings=settings(mine, select=("DM9",))).findings) == []


def test_a_comment_comes_before_a_waiver(tmp_path: Path) -> None:
    files = {"requirements.txt": "numpy # dmlint: ignore[DM101] x\n"}
    report = lint_tree(tmp_path, files, settings=settings(waiver(tmp_path, path="*")))
    assert (told(report.findings), report.suppressed, report.waived) == (["DM904 DM101"], 1, 0)


def test_a_waiver_for_one_environment_leaves_the_other_at_fault(tmp_path: Path) -> None:
    """One requirement, installed by two images: the place is reported once, for the image without waiver."""
    files = {
        "a/Dockerfile": "FROM u\nCOPY pins.txt /\nRUN pip install -r /pins.txt\n",
        "b/Dockerfile": "FROM u\nCOPY pins.txt /\nRUN pip install -r /pins.txt\n",
        "pins.txt": "numpy\n",
    }
    one = waiver(tmp_path, environment="a/Dockerfile#*")
    report = lint_tree(tmp_path, files, settings=settings(one))
    assert [(entry.rule, entry.environment) for entry in report.findings] == [("DM101", "b/Dockerfile#0:pip")]
    assert report.waived == 0
    both = lint_tree(tmp_path, files, settings=settings(one, waiver(tmp_path, environment="b/*")))
    assert (both.findings, both.waived) == ((), 1)


def test_a_file_of_another_name_is_reported_with_the_build_that_includes_it(tmp_path: Path) -> None:
    files = {
        "a/Dockerfile": "FROM u\nCOPY pins /\nRUN pip install -r /pins\n",
        "a/pins": "numpy\n",
        "requirements.txt": "scipy<1.12\n",
    }
    for paths, found in ((["a/Dockerfile"], ["DM101 numpy"]), (["requirements.txt"], [])):
        report = lint_tree(tmp_path, files, paths=paths, context=["a/Dockerfile", "requirements.txt"])
        assert told(report.findings) == found
