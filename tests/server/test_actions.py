"""What may be done: the edits make of a text what is meant, in the version that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dmlint.server.actions import FIX_ALL, REASON, code_actions
from dmlint.server.positions import Lines
from server.open_project import ISAAC, OWN, PIP, look

if TYPE_CHECKING:
    from pathlib import Path


SIM = f'ARG TAG=5.1.0\r\n{ISAAC}${{TAG}}\r\n{OWN} "numpy>=1.26" torch # 😀\r\n'


def apply(text: str, action: Any) -> str:
    """The text after an action that changes it alone."""
    changes = action.edit.document_changes
    edits = sorted(changes[0].edits, key=lambda edit: edit.range.start.line, reverse=True)
    assert len(changes) == 1
    for edit in edits:
        text = Lines(text).changed(edit.range, edit.new_text)
    return text


def find(root: Path, text: str, only: list[str] | None = None, path: str = "Dockerfile") -> dict[str, Any]:
    return {action.title: action for action in code_actions(look(root, {path: text}), path, 0, len(text), only)}


def test_each_finding_has_its_fix_and_a_comment(tmp_path: Path) -> None:
    found = find(tmp_path, SIM, ["quickfix"])
    assert list(found) == [
        "Fix DM201: write 5.0.0",
        "Fix DM101: write numpy>=1.26,<2.0.0",
        "Ignore DM201 here, with a reason",
        "Ignore DM101 here, with a reason",
    ]
    assert apply(SIM, found["Fix DM201: write 5.0.0"]) == SIM.replace("5.1.0", "5.0.0")
    assert apply(SIM, found["Ignore DM201 here, with a reason"]) == f"# dmlint: ignore[DM201] {REASON}\r\n{SIM}"
    assert found["Fix DM201: write 5.0.0"].is_preferred
    assert found["Fix DM201: write 5.0.0"].diagnostics[0].code == "DM201"
    assert found["Fix DM201: write 5.0.0"].edit.document_changes[0].text_document.version == 1


def test_all_safe_fixes_are_made_at_once(tmp_path: Path) -> None:
    found = find(tmp_path, SIM, ["source.fixAll"])
    assert [action.kind for action in found.values()] == [FIX_ALL]
    fixed = SIM.replace("5.1.0", "5.0.0").replace("1.26", "1.26,<2.0.0")
    assert [apply(SIM, action) for action in found.values()] == [fixed]


def test_a_fix_that_is_not_safe_says_so(tmp_path: Path) -> None:
    found = find(tmp_path, f"FROM x\n{PIP} numpy==2.1.0\n", ["quickfix"])
    unsafe = [action for title, action in found.items() if "unsafe" in title]
    assert [action.is_preferred for action in unsafe] == [False]


def test_what_is_taken_out_is_named(tmp_path: Path) -> None:
    text = "numpy<2  # dmlint: ignore[DM101] why\n"
    found = find(tmp_path, text, ["quickfix"], "requirements.txt")
    assert list(found) == ["Fix DM902: remove # dmlint: ignore[DM101] why"]


def test_the_guides_pin_is_offered_on_an_install_that_names_no_numpy(tmp_path: Path) -> None:
    text = f"FROM x\n{PIP} scipy\n"
    found = find(tmp_path, text, ["refactor"])
    assert [apply(text, action) for action in found.values()] == [f'{text}{PIP} "numpy>=1.26.0,<2.0.0"\n']
    assert list(found) == ['Add the guide\'s pin: RUN pip install "numpy>=1.26.0,<2.0.0"']


@pytest.mark.parametrize(
    ("text", "only"),
    [
        pytest.param(f'FROM x\n{PIP} "numpy<2"\n', None, id="nothing is wrong"),
        pytest.param(f"FROM x\nRUN curl -s x | sh -s && cd $Y && {PIP[4:]} -t /y scipy\n", ["refactor"], id="no place"),
        pytest.param(SIM, ["source.organizeImports"], id="another kind"),
    ],
)
def test_otherwise_nothing_is_offered(tmp_path: Path, text: str, only: list[str] | None) -> None:
    assert find(tmp_path, text, only) == {}


def test_a_file_that_is_gone_has_no_actions(tmp_path: Path) -> None:
    assert code_actions(look(tmp_path, {"Dockerfile": SIM}), "gone/Dockerfile", 0, 9, None) == []


def test_an_edit_in_a_file_that_is_not_open_is_for_no_version(tmp_path: Path) -> None:
    files = {
        "Dockerfile": f"ARG TAG\n{ISAAC}${{TAG}}\n",
        "compose.yml": "services:\n  a:\n    build:\n      context: .\n      args:\n        TAG: 5.1.0\n",
    }
    snapshot = look(tmp_path, files, {})
    found: list[Any] = code_actions(snapshot, "compose.yml", 0, 999, ["quickfix"])
    fixes = [action.edit.document_changes[0] for action in found if action.title.startswith("Fix DM201")]
    assert [change.text_document.version for change in fixes] == [None]
