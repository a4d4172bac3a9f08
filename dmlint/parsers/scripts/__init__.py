"""Shell scripts that lie in the repository: what each does to the machine that it is run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.installers.relevance import is_shell_script
from dmlint.parsers.cluster_command import read_headers
from dmlint.parsers.scripts.script_facts import read_text
from dmlint.parsers.scripts.work_units import HERE, Units, WorkUnit, bring_checkout
from dmlint.syntax.shell.start import Start
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.facts import Document
    from dmlint.text.source import Source


def parse(source: Source) -> Document:
    """Read a script as one stage on a machine of which nothing is known.

    All that stands before what bash refuses is read, since bash runs it.
    """
    whole = source.span(0, len(source.text))
    unit = WorkUnit(name="0", span=whole, actions=[bring_checkout(whole)])
    units = Units(source=source, units=[unit])
    if is_shell_script(source.text):
        units.add(unit, read_text(Traced.of(whole), Start(cwd=HERE, path=source.path), "script"))
        units.images.extend(read_headers(source, unit.name))
    return units.close()
