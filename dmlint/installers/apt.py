"""``apt-get install python3-numpy``: Debian's own packages of watched Python projects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.facts.interpreter import BARE
from dmlint.installers.command_line import option_table, part, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, InstallTarget, Invocation, build_step
from dmlint.requirements.respelling import literal, respell
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from dmlint.installers.effects import Found
    from dmlint.syntax.shell.command import Word

_APT = option_table(
    valued="""-o/--option -t/--target-release/--default-release -c/--config-file -a/--host-architecture
    -P/--build-profiles --solver""",
    flags="""-y/--yes/--assume-yes -q/--quiet -d/--download-only -s/--simulate/--dry-run/--just-print/--no-act/--recon
    --no-install-recommends --install-recommends --no-install-suggests --fix-missing -m/--ignore-missing
    -f/--fix-broken --allow-unauthenticated --allow-downgrades --allow-change-held-packages --reinstall --only-upgrade
    --no-upgrade --purge --autoremove/--auto-remove --no-remove -V/--verbose-versions -u/--show-upgraded -h/--help
    -v/--version""",
)
_SUBCOMMANDS = {"install": False, "reinstall": False, "remove": True, "purge": True}
_PROJECTS = {"python3-numpy": "numpy"}
_PACKAGE = lazy_regex(
    r"(?P<name>[a-z0-9][a-z0-9+.-]*)(?::[a-z0-9]+)?(?:/\S*)?(?P<pin>=(?:\d+:)?(?P<version>.*))?", re.DOTALL
)
_UPSTREAM = lazy_regex(r"\d+(?:\.\d+)*")


def read_apt(invocation: Invocation) -> Effects:
    """A step for the packages that are watched Python projects; nothing if there are none."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, _APT)
    if subcommand is None or subcommand[0] not in _SUBCOMMANDS:
        return NOTHING
    name, start, before = subcommand
    arguments = read_options(words, start, _APT, before=before)
    where = f"{invocation.where} {invocation.name} {name}"
    found = [item for operand in arguments.operands for item in _read_package(operand.word, where)]
    if not found:
        return NOTHING
    # Debian's packages belong to Debian's Python, whatever environment is active.
    return build_step(
        invocation, found, arguments, InstallTarget(tool="apt-get", interpreter=BARE, removes=_SUBCOMMANDS[name])
    )


def _read_package(word: Word, where: str) -> list[Found]:
    from dmlint.requirements.pep508 import read_requirement

    match = _PACKAGE().fullmatch(word.text)
    project = _PROJECTS.get(match["name"]) if match else None
    if match is None or project is None:
        return []
    start, end = match.span("version")
    version = part(word, max(start, 0), max(end, 0))
    specifier = respell(_specifier(version.text), version.value, word)
    if version.value.unresolved:
        specifier = join((literal("==", version.value, word), version.value))
    name = respell(project, word.value.slice(0, len(match["name"])), word)
    return [read_requirement(join((name, specifier)), word.span, where=where)]


def _specifier(version: str) -> str:
    """``1.26.4+ds-6ubuntu1`` is NumPy 1.26.4; ``1.26*`` is some 1.26."""
    upstream = _UPSTREAM().match(version)
    if upstream is None:
        return ""
    rest = version[upstream.end() :]
    whole = upstream[0].count(".") >= 2 and not rest.startswith(".*")
    return f"=={upstream[0]}" if whole or "*" not in rest else f"=={upstream[0]}.*"
