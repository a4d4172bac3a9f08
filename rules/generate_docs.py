"""Writes the tables and pages made from the packs, and the packs prepared; --check only says if they are in step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dmlint.checks import load_rules
from dmlint.reports.rule_pages import EXPLANATIONS, explain
from dmlint.rulepacks.packs import NAME, RulePackError, find_shipped_packs, prepare
from dmlint.rulepacks.toml_tables import load_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.rulepacks.catalogue import Release
    from dmlint.rulepacks.packs import Rule, RulePack

ROOT = Path(__file__).parent.parent
BY_HAND = ("editors.md", "survey.md")
"""Pages that nothing generates."""
START, END = "<!-- rules:start -->", "<!-- rules:end -->"
HEAD = """# The rules

Made from the packs in this folder by `python rules/generate_docs.py`, as is each rule's page; edit those, not these.
"""


def render_table(rules: Iterable[Rule], folder: str) -> str:
    """The table of all rules, whose pages are in ``folder``."""
    rows = [f"| [{rule.id}]({folder}/{rule.id}.md) | {rule.name} | {rule.severity} | {rule.title} |" for rule in rules]
    return "\n".join(("| id | name | severity | what it flags |", "|---|---|---|---|", *rows))


def render_index(pack: RulePack) -> str:
    """The page of rules/README.md: the rules, then the release tables."""
    tables = [_render_releases(product.title, product.name, pack) for product in pack.catalogue.products]
    messages = ("## Error messages\n", _LOOKUP, *_render_messages(pack), "")
    return "\n".join((HEAD, render_table(pack.rules, "docs"), "", *messages, "## Releases\n", *tables))


_LOOKUP = """What people see at run time, and the rules that find where it comes from, the likeliest first.
`dmlint explain` with such a message, a traceback or a log does the same; `*` stands for what differs.

| message | cause | rules |
|---|---|---|"""


def _render_messages(pack: RulePack) -> Iterator[str]:
    for entry in pack.catalogue.signatures:
        texts = "<br>".join(f"`{text.replace('`', '')}`" for text in entry.texts)
        yield f"| {texts} | {entry.cause} | {', '.join(f'[{rule}](docs/{rule}.md)' for rule in entry.rules)} |"


def render_page(rule: Rule, pack: RulePack) -> str:
    """The page of a rule."""
    made = (
        "[All rules](../README.md). Made from the packs by `python rules/generate_docs.py`; edit those, not this page."
    )
    return "\n".join((*EXPLANATIONS["markdown"](explain(rule, pack)), "", made, ""))


def _render_releases(title: str, product: str, pack: RulePack) -> str:
    rows = [_render_release(entry) for entry in pack.catalogue.releases if entry.product == product]
    head = "| release | the guide | is built on | Python | NumPy | sources |\n|---|---|---|---|---|---|"
    return "\n".join((f"### {title}\n", head, *rows, ""))


def _render_release(entry: Release) -> str:
    cells = (
        entry.version,
        entry.status,
        entry.brings or "",
        entry.python or "",
        entry.numpy or "",
        "; ".join(entry.sources),
    )
    return f"| {' | '.join(cells)} |"


def render_all(pack: RulePack, rules: Path) -> dict[Path, str]:
    """What every page should say; ``rules`` is the folder of the packs."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    return {
        readme: f"{before}{START}\n{render_table(pack.rules, 'rules/docs')}\n{END}{after}",
        rules / "README.md": render_index(pack),
        rules / NAME: prepare({path: load_table(path, RulePackError) for path in sorted(rules.glob("*.toml"))}),
        **{rules / "docs" / f"{rule.id}.md": render_page(rule, pack) for rule in pack.rules},
    }


def main(arguments: list[str]) -> int:
    """Write or check all pages; 1 where --check finds one out of step."""
    rules = find_shipped_packs()[0].parent
    wanted = render_all(load_rules(anew=True), rules)
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left = [path for path in sorted((rules / "docs").glob("*.md")) if path not in wanted and path.name not in BY_HAND]
    if "--check" in arguments:
        for path in (*stale, *left):
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of step: run python rules/generate_docs.py\n")
        return 1 if stale or left else 0
    (rules / "docs").mkdir(exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    for path in left:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
