"""Programs that run another program: which of their words are their own, and what they change for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmlint.syntax.shell.command import Word

_ASSIGNMENT = lazy_regex(r"[A-Za-z_]\w*=", re.ASCII)


class Wrapper(Struct, frozen=True, kw_only=True):
    """How a wrapper's command line is read.

    ``valued`` are the options whose value is the next word, ``positionals`` counts the words before the command,
    ``refuses`` are options with which it runs nothing (``command -v``). ``verb`` is the sub-command that runs
    (``conda run``); ``within`` then names the environment, with the value of the first of ``named`` that is given.
    """

    valued: frozenset[str] = frozenset()
    positionals: int = 0
    assignments: bool = False
    refuses: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    verb: str = ""
    within: str = ""
    named: frozenset[str] = frozenset()
    keeps: bool = False
    """The command itself is a fact too: ``uv run --with numpy``."""
    collects: bool = False
    """It reads further words from its input: ``xargs``."""
    replaces: bool = False
    """Nothing runs after it: ``exec``."""


class Peeled(Struct):
    """What a wrapper leaves: the words from ``start`` on, with what it changes for them."""

    start: int
    wrapper: Wrapper
    assigned: list[Word] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    clears: bool = False
    environment: str = ""

    @property
    def within(self) -> str | None:
        """The environment that is entered, None for none."""
        if not self.wrapper.within:
            return None
        return f"{self.wrapper.within}:{self.environment}" if self.environment else self.wrapper.within


def options_of(text: str) -> frozenset[str]:
    """The options that are named in a text."""
    return frozenset(text.split())


WRAPPERS: Mapping[str, Wrapper] = {
    "sudo": Wrapper(
        valued=options_of(
            "-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T --command-timeout"
            " -U --other-user -D --chdir -R --chroot"
        ),
        assignments=True,
        refuses=options_of("-l --list -v --validate -K --remove-timestamp -V --version -e --edit --help"),
    ),
    "doas": Wrapper(valued=options_of("-u -C")),
    "env": Wrapper(
        valued=options_of("-u --unset -C --chdir"),
        assignments=True,
        clears=options_of("-i - --ignore-environment"),
        removes=options_of("-u --unset"),
        refuses=options_of("-S --split-string --help --version"),
    ),
    "time": Wrapper(valued=options_of("-f --format -o --output")),
    "nice": Wrapper(valued=options_of("-n --adjustment")),
    "ionice": Wrapper(valued=options_of("-c --class -n --classdata"), refuses=options_of("-p --pid")),
    "timeout": Wrapper(valued=options_of("-k --kill-after -s --signal"), positionals=1),
    "exec": Wrapper(valued=options_of("-a"), replaces=True),
    "command": Wrapper(refuses=options_of("-v -V")),
    "builtin": Wrapper(),
    "nohup": Wrapper(),
    "stdbuf": Wrapper(valued=options_of("-i --input -o --output -e --error")),
    "unbuffer": Wrapper(),
    "setsid": Wrapper(),
    "gosu": Wrapper(positionals=1),
    "su-exec": Wrapper(positionals=1),
    "xvfb-run": Wrapper(
        valued=options_of(
            "-n --server-num -e --error-file -f --auth-file -p --xauth-protocol -s --server-args -w --wait"
        )
    ),
    "xargs": Wrapper(
        collects=True,
        named=options_of("-I --replace"),
        valued=options_of(
            "-a --arg-file -d --delimiter -E -I -L -n -P -s --max-args --max-chars --max-lines --max-procs"
            " --process-slot-var"
        ),
    ),
}


def program(word: Word) -> str:
    """The name of a program without its folder."""
    return word.text.rsplit("/", 1)[-1]


def peel(wrappers: Mapping[str, Wrapper], words: Sequence[Word], start: int) -> Peeled | None:
    """What the wrapper at ``start`` runs; None if it is no wrapper or runs nothing."""
    wrapper = wrappers.get(program(words[start])) if start < len(words) else None
    if wrapper is None:
        return None
    peeled = Peeled(start + 1, wrapper)
    if not _skip(words, peeled) or (wrapper.verb and not _verb(words, peeled)):
        return None
    peeled.start += wrapper.positionals
    return peeled if peeled.start < len(words) else None


def _verb(words: Sequence[Word], peeled: Peeled) -> bool:
    if words[peeled.start].text != peeled.wrapper.verb:
        return False
    peeled.start += 1
    return _skip(words, peeled)


def _skip(words: Sequence[Word], peeled: Peeled) -> bool:
    """Go past options and assignments; False if no command follows them."""
    wrapper = peeled.wrapper
    while peeled.start < len(words):
        word = words[peeled.start]
        name, _, value = word.text.partition("=")
        if word.text == "--":
            peeled.start += 1
            break
        if wrapper.assignments and _ASSIGNMENT().match(word.text):
            peeled.assigned.append(word)
        elif word.text in wrapper.clears:
            peeled.clears = True
        elif not word.text.startswith("-"):
            break
        elif name in wrapper.refuses or (wrapper.refuses and _clustered(word.text, wrapper.refuses)):
            return False
        elif name in wrapper.valued:
            separate = word.text in wrapper.valued
            if separate and peeled.start + 1 >= len(words):
                return False
            peeled.start += separate
            _heed(peeled, name, words[peeled.start].text if separate else value)
        peeled.start += 1
    return peeled.start < len(words)


def _clustered(option: str, refused: frozenset[str]) -> bool:
    """Whether a cluster of two short options (``-pv``) holds a refused one."""
    return len(option) == 3 and option[1] != "-" and f"-{option[2]}" in refused and option[1:2].islower()


def _heed(peeled: Peeled, name: str, value: str) -> None:
    if name in peeled.wrapper.named:
        peeled.environment = value
    if name in peeled.wrapper.removes:
        peeled.removed.append(value)
