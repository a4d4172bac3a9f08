"""The pages that are made from the rule packs."""

from __future__ import annotations

import re
import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED

from dmlint.checks import load_rules

if TYPE_CHECKING:
    from types import ModuleType

    from dmlint.rulepacks.packs import Rule

ROOT = Path(__file__).parents[2]


def load_script(path: Path) -> ModuleType:
    spec = spec_from_file_location("generate_docs", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script(ROOT / "rules" / "generate_docs.py")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A checkout of its own, with a table from long ago in its README, and no page but one of a rule that is gone."""
    ignored = shutil.ignore_patterns("README.md", "DM*.md", "__pycache__")
    shutil.copytree(ROOT / "rules", tmp_path / "rules", ignore=ignored)
    (tmp_path / "rules" / "docs" / "DM000.md").write_text("A rule that is gone.\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(f"# dmlint\n\n{SCRIPT.START}\nold\n{SCRIPT.END}\n\nMore.\n", encoding="utf-8")
    script = load_script(tmp_path / "rules" / "generate_docs.py")
    packs = tuple(sorted((tmp_path / "rules").glob("*.toml")))
    monkeypatch.setattr(script, "find_shipped_packs", lambda: packs)
    return script


def test_the_pages_of_this_repository_are_in_step() -> None:
    assert SCRIPT.main(["--check"]) == 0


def test_pages_out_of_step_are_told_and_left_alone(
    checkout: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checkout.main(["--check"]) == 1
    told = "{} is out of step: run python rules/generate_docs.py\n"
    pages = [Path("rules", "docs", f"{rule.id}.md") for rule in SHIPPED.rules]
    stale = [Path("README.md"), Path("rules", "README.md"), *pages, Path("rules", "docs", "DM000.md")]
    assert capsys.readouterr().err == "".join(map(told.format, stale))
    assert "old" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert not (tmp_path / "rules" / "README.md").exists()
    assert sorted(path.name for path in (tmp_path / "rules" / "docs").iterdir()) == ["DM000.md", *SCRIPT.BY_HAND]


def test_pages_are_written(checkout: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checkout.main([]) == 0
    table = checkout.render_table(SHIPPED.rules, "rules/docs")
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert readme == f"# dmlint\n\n{checkout.START}\n{table}\n{checkout.END}\n\nMore.\n"
    assert (tmp_path / "rules" / "README.md").read_text(encoding="utf-8") == checkout.render_index(SHIPPED)
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "rules" / "docs").glob("DM*")}
    assert pages == {rule.id: checkout.render_page(rule, SHIPPED) for rule in SHIPPED.rules}
    assert checkout.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_the_table_has_a_row_a_rule() -> None:
    lines = SCRIPT.render_table(SHIPPED.rules, "docs").splitlines()
    assert lines[0] == "| id | name | severity | what it flags |"
    links = [f"[{rule.id}](docs/{rule.id}.md)" for rule in SHIPPED.rules]
    assert [line.split("|")[1].strip() for line in lines[2:]] == links
    assert {line.count("|") for line in lines} == {5}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in SHIPPED.rules])
def test_the_page_says_all_of_a_rule(rule: Rule) -> None:
    page = SCRIPT.render_page(rule, SHIPPED)
    files = [f"`{name}`:\n\n" for example in (*rule.bad, *rule.good) for name, _ in example]
    texts = [f"\n{text}```\n" for example in (*rule.bad, *rule.good) for _, text in example]
    assert page.startswith(f"# {rule.id} {rule.name}\n\n{rule.title} ({rule.severity}).\n\n## What it flags\n")
    wanted = (rule.why.strip(), *files, *texts, *(f"* {source}\n" for source in rule.sources))
    assert [text for text in wanted if text not in page] == []
    advice = page.partition("## What to write instead\n\n")[2].partition("\n")[0]
    assert advice
    assert "{" not in advice


def test_the_page_lists_every_error_message_with_its_rules() -> None:
    page = SCRIPT.render_index(SHIPPED)
    rows = [row for row in page.partition("## Error messages\n")[2].splitlines() if row.startswith("| `")]
    entries = SHIPPED.catalogue.signatures
    assert {row.count("|") for row in rows} == {4}
    assert [entry.cause for entry in entries] == [row.split(" | ")[1] for row in rows]
    assert [re.findall(r"\[(\w+)\]", row.split(" | ")[2]) for row in rows] == [list(entry.rules) for entry in entries]


def test_the_page_lists_every_release_with_all_of_it() -> None:
    page = SCRIPT.render_index(load_rules())
    rows = [line for line in page.partition("## Releases\n")[2].splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} == {7}
    entries = [row.split("|")[1].strip() for row in rows if not row.startswith("| release |")]
    by_product = [
        entry.version
        for product in SHIPPED.catalogue.products
        for entry in SHIPPED.catalogue.releases
        if entry.product == product.name
    ]
    assert entries == by_product


def test_the_page_names_the_recommended_release() -> None:
    (rule,) = (rule for rule in SHIPPED.rules if rule.id == "DM201")
    assert "\nUse Isaac Sim 5.0.0.\n" in SCRIPT.render_page(rule, SHIPPED)
