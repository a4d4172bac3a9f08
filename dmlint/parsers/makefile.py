"""Makefiles: the recipe of each target as scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.scripts.script_facts import read_text
from dmlint.parsers.scripts.work_units import HERE, Units, WorkUnit, bring_checkout
from dmlint.syntax.makefile import read_makefile
from dmlint.syntax.shell.start import Start

if TYPE_CHECKING:
    from dmlint.facts import Document
    from dmlint.text.source import Source


def parse(source: Source) -> Document:
    """Read a Makefile as one stage for each target that has a recipe; each line of it is a script of its own."""
    makefile = read_makefile(source)
    units = Units(source=source, comments=makefile.comments)
    by_name: dict[str, WorkUnit] = {}
    for line in makefile.recipes:
        if line.target not in by_name:
            by_name[line.target] = WorkUnit(name=line.target, span=line.span, actions=[bring_checkout(line.span)])
        start = Start(cwd=HERE, conditional=line.conditional)
        text = makefile.variables.expand(line.text)
        units.add(by_name[line.target], read_text(text, start, "recipe", line.target))
    units.units.extend(by_name.values())
    return units.close()
