"""What an editor is told of a place: diagnostics, hints, lenses, hovers, definitions, completions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from dmlint.server import completions, diagnostics, hints, hovers, references
from dmlint.server.positions import Lines
from server.open_project import ISAAC, OWN, PIP, look

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.server.snapshot import Snapshot

SIM = f'ARG TAG=5.1.0\n{ISAAC}${{TAG}} AS sim\n{OWN} "numpy>=2"\n'


def texts_of(snapshot: Snapshot, locations: list[types.Location]) -> list[str]:
    return [f"{entry.uri.removeprefix(snapshot.root.as_uri())}:{entry.range.start.line}" for entry in locations]


def test_a_finding_is_a_diagnostic_with_its_page_and_what_explains_it(tmp_path: Path) -> None:
    snapshot = look(tmp_path, {"Dockerfile": SIM})
    found = {entry.code: entry for entry in diagnostics.diagnose_file(snapshot, "Dockerfile")}
    avoided: Any = found["DM201"]
    assert avoided.range == Lines(SIM).range(8, 13)
    assert avoided.severity is types.DiagnosticSeverity.Error
    assert avoided.source == "dmlint"
    assert "\nuse Isaac Sim" in avoided.message
    assert avoided.code_description.href.endswith("/rules/docs/DM201.md")
    assert [note.location.range.start.line for note in avoided.related_information] == [1]
    assert avoided.tags is None


def test_the_page_of_a_rule_is_where_the_configuration_has_pages(tmp_path: Path) -> None:
    files = {".dmlint.toml": 'docs-url = "https://example.org/rules"', "requirements.txt": "numpy\n"}
    snapshot = look(tmp_path, files)
    assert diagnostics.rule_page(snapshot, "DM101") == "https://example.org/rules/DM101.md"


def test_a_rule_of_a_team_has_no_page(tmp_path: Path) -> None:
    assert diagnostics.rule_page(look(tmp_path, {"requirements.txt": ""}), "XX1") is None


def test_a_comment_that_takes_nothing_away_is_unnecessary(tmp_path: Path) -> None:
    snapshot = look(tmp_path, {"requirements.txt": "numpy<2  # dmlint: ignore[DM101] why\n"})
    found = diagnostics.diagnose_file(snapshot, "requirements.txt")
    assert [(entry.code, entry.tags) for entry in found] == [("DM902", [types.DiagnosticTag.Unnecessary])]


def test_all_files_with_findings_are_reported_those_that_are_open_with_their_version(tmp_path: Path) -> None:
    files = {"a/requirements.txt": "numpy\n", "b/requirements.txt": "numpy\n", "c/requirements.txt": "numpy<2\n"}
    found = diagnostics.report_all(look(tmp_path, files, {"a/requirements.txt": "numpy\n"}))
    assert [(entry.uri.rpartition("/")[0][-1], entry.version, len(entry.items)) for entry in found] == [
        ("a", 1, 1),
        ("b", None, 1),
    ]


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        pytest.param({"Dockerfile": SIM}, {"1": "5.1.0", "2": "NumPy ≥2 ✗"}, id="a variable, and the wrong NumPy"),
        pytest.param(
            {"Dockerfile": f'FROM x\n{PIP} "numpy<2" \\\n  torch\n'}, {"2": "NumPy <2"}, id="behind the whole command"
        ),
        pytest.param({"Dockerfile": f"FROM x\n{PIP} requests\n"}, {}, id="no NumPy yet"),
        pytest.param(
            {"Dockerfile": f"FROM x\n{PIP} -r gone.txt\n{PIP} numpy==$V\n"},
            {"1": "NumPy ?", "2": "NumPy ?"},
            id="what cannot be told",
        ),
        pytest.param(
            {
                "Dockerfile": f'ARG B=x\nFROM $B\nARG V\n{PIP} "numpy$V"\n',
                "compose.yml": "services:\n  a:\n    build:\n      context: .\n      args: {V: '<2'}\n"
                "  b:\n    build:\n      context: .\n      args: {V: '>=2'}\n",
            },
            {"1": "x", "3": "NumPy ? | NumPy <2 | NumPy ≥2 ✗"},
            id="one of several builds",
        ),
    ],
)
def test_hints_show_what_is_there_after_an_install_and_what_a_variable_holds(
    tmp_path: Path, files: dict[str, str], labels: dict[str, str]
) -> None:
    snapshot = look(tmp_path, files)
    found: Any = hints.inlay_hints(snapshot, "Dockerfile", 0, 9999)
    shown = {str(hint.position.line): hint.label for hint in found if not hint.label.startswith(("numpy<", "numpy>"))}
    assert shown == labels


def test_hints_are_shown_in_the_range_that_is_asked_for(tmp_path: Path) -> None:
    snapshot = look(tmp_path, {"Dockerfile": SIM})
    assert [hint.label for hint in hints.inlay_hints(snapshot, "Dockerfile", 0, 60)] == ["5.1.0"]
    assert hints.inlay_hints(snapshot, "gone/Dockerfile", 0, 60) == []


def test_a_lens_gives_the_verdict_on_a_stage_and_leads_to_its_story(tmp_path: Path) -> None:
    good = f'{ISAAC}5.0.0 AS a\n{OWN} "numpy<2"\nFROM x AS b\n{PIP} -r y\nFROM x AS c\n{PIP} requests\n'
    snapshot = look(tmp_path, {"Dockerfile": good})
    lenses: Any = hints.code_lenses(snapshot, "Dockerfile")
    titles = [(lens.range.start.line, lens.command.title.partition(":")[0]) for lens in lenses]
    assert titles == [(0, "✓ /isaac-sim/python.sh"), (2, "? pip"), (4, "✓ pip")]
    assert lenses[2].command.title == "✓ pip: no NumPy"
    told = hints.tell_story(snapshot, lenses[0].command.arguments[1])
    assert told is not None
    assert "numpy<2" in told
    assert hints.tell_story(snapshot, "nothing") is None
    assert hints.code_lenses(snapshot, "gone/Dockerfile") == []


def at(text: str, mark: str) -> int:
    return text.index(mark) + len(mark) // 2


@pytest.mark.parametrize(
    ("files", "mark", "expected"),
    [
        pytest.param(
            {"Dockerfile": SIM}, "${TAG}", ("isaac-sim:5.1.0`", "the guide avoids it", "NumPy `<2"), id="FROM"
        ),
        pytest.param({"Dockerfile": SIM}, "ARG TAG", ("isaac-sim:5.1.0`", "Isaac Sim 5.1.0"), id="ARG"),
        pytest.param({"Dockerfile": f"{ISAAC}latest\n"}, "isaac", ("which release cannot be told",), id="no release"),
        pytest.param({"Dockerfile": f"{ISAAC}9.9.9\n"}, "isaac", ("does not know it",), id="an unknown release"),
        pytest.param({"Dockerfile": "FROM x:${T}\n"}, "x:", ("with what has no value here",), id="an unknown value"),
        pytest.param(
            {"Dockerfile": "FROM nvcr.io/nvidia/isaac-lab:2.3.0\n"},
            "isaac",
            ("Isaac Lab 2.3.0", "built on Isaac Sim 5.1.0"),
            id="an image that is built on another",
        ),
        pytest.param({"Dockerfile": SIM}, "install", ("→ `≥2 ✗`", "numpy\\>=2 is installed"), id="an install"),
        pytest.param({"Dockerfile": f"FROM x\n{PIP} -r y\n"}, "install", ("→ `?`", "no file"), id="an unknown one"),
        pytest.param({"Dockerfile": f"FROM x\n{PIP} a # DM101\n"}, "DM101", ("# DM101 numpy-unpinned",), id="a rule"),
    ],
)
def test_the_place_under_the_pointer_says_what_is_known(
    tmp_path: Path, files: dict[str, str], mark: str, expected: tuple[str, ...]
) -> None:
    snapshot = look(tmp_path, files)
    found: Any = hovers.hover(snapshot, "Dockerfile", at(files["Dockerfile"], mark))
    assert found is not None
    assert [text for text in expected if text not in found.contents.value] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("Dockerfile", "# nothing\n", id="nothing is known"),
        pytest.param("gone", "", id="no file"),
    ],
)
def test_elsewhere_nothing_is_said(tmp_path: Path, path: str, text: str) -> None:
    assert hovers.hover(look(tmp_path, {"Dockerfile": text}), path, 0) is None


def test_what_a_repository_holds_is_no_markup(tmp_path: Path) -> None:
    text = "FROM x:`<b>`\u202e\n"
    found: Any = hovers.hover(look(tmp_path, {"Dockerfile": text}), "Dockerfile", 6)
    assert found is not None
    assert found.contents.value.startswith("FROM `` x:`<b>`\\u202e ``")


COMPOSE = "services:\n  a:\n    build:\n      context: .\n      args:\n        TAG: ${SIM}\n"


@pytest.mark.parametrize(
    ("files", "mark", "expected"),
    [
        pytest.param({"Dockerfile": SIM}, "${TAG}", ["/Dockerfile:0"], id="an ARG"),
        pytest.param(
            {"Dockerfile": SIM, "compose.yml": COMPOSE, ".env": "\nSIM=5.0.0\n"},
            "${TAG}",
            ["/Dockerfile:0", "/.env:1"],
            id="a variable of another file",
        ),
        pytest.param({"Dockerfile": "FROM a AS x\nFROM x\n"}, "FROM x", ["/Dockerfile:0"], id="a stage"),
        pytest.param(
            {"Dockerfile": f"FROM a\nCOPY b.txt .\n{PIP} -c d.txt -r b.txt\n", "b.txt": "x\nnumpy<2\n"},
            "-r b.txt",
            ["/b.txt:0"],
            id="a requirements file",
        ),
        pytest.param({"Dockerfile": f"ARG N=numpy\nFROM x\nARG N\n{PIP} $N\n"}, "$N", ["/Dockerfile:0"], id="a word"),
        pytest.param({"Dockerfile": SIM}, "AS sim", [], id="nothing"),
    ],
)
def test_a_use_leads_to_what_gives_its_value(
    tmp_path: Path, files: dict[str, str], mark: str, expected: list[str]
) -> None:
    snapshot = look(tmp_path, files)
    spans = references.find_definitions(snapshot, "Dockerfile", at(files["Dockerfile"], mark))
    assert texts_of(snapshot, [diagnostics.location_of(snapshot, span) for span in spans]) == expected


@pytest.mark.parametrize(
    ("path", "text", "first"),
    [
        pytest.param("Dockerfile", "# dmlint: ignore[", "DM101", id="a pragma"),
        pytest.param("a.txt", "x\n# dmlint: ignore-file[DM101, DM9", "DM101", id="the second id of a pragma"),
        pytest.param("pyproject.toml", "[tool.dmlint]\nsel", "select", id="a key in pyproject.toml"),
        pytest.param("dmlint.toml", "", "select", id="a key in dmlint.toml"),
        pytest.param("pyproject.toml", "[project]\nna", None, id="another table"),
        pytest.param("dmlint.toml", "[severities]\nDM", None, id="a table of the configuration"),
        pytest.param("Dockerfile", "FROM x", None, id="no configuration"),
        pytest.param("Dockerfile", "# dmlint: ignore[DM101] x", None, id="behind a pragma"),
    ],
)
def test_what_fits_is_offered(tmp_path: Path, path: str, text: str, first: str | None) -> None:
    pack = look(tmp_path, {"requirements.txt": ""}).pack
    lines = Lines(text)
    place = lines.position(len(text))
    found: Any = completions.complete(lines, path, place, pack)
    labels = [item.label for item in found]
    assert (first in labels) if first else labels == []
    assert all(item.text_edit.range.end == place and item.detail for item in found)
