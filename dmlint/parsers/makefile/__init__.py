"""Makefiles: the recipe of each target as scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.makefile.text import read_makefile
from dmlint.parsers.scripts.reading import read_text
from dmlint.parsers.scripts.units import HERE, Unit, Units, bring_checkout
from dmlint.shell.start import Start

if TYPE_CHECKING:
    from dmlint.model import Document, Source


def parse(source: Source) -> Document:
    """Read a Makefile as one stage for each target that has a recipe; each line of it is a script of its own."""
    makefile = read_makefile(source)
    units = Units(source=source, comments=makefile.comments)
    by_name: dict[str, Unit] = {}
    for line in makefile.recipes:
        if line.target not in by_name:
            by_name[line.target] = Unit(name=line.target, span=line.span, actions=[bring_checkout(line.span)])
        start = Start(cwd=HERE, conditional=line.conditional)
        text = makefile.variables.expand(line.text)
        units.add(by_name[line.target], read_text(text, start, "recipe", line.target))
    units.units.extend(by_name.values())
    return units.close()
