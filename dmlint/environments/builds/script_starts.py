"""What scripts do, each read once for each start that it can tell from others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import RunScript
from dmlint.installers.environment_variables import NAMES
from dmlint.parsers.scripts.script_facts import ScriptFacts, read_text
from dmlint.syntax.shell.grammar import compile_script
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from dmlint.facts import Action
    from dmlint.syntax.shell.start import Start

STARTS = 500
"""How many starts of one script are told apart: in further ones its arguments and variables are not known, so that a
repository in which hundreds of scripts run each other costs no more than its length.
"""
_REST = ""
"""Stands for the variables that a script does not speak of and hands on as they are: no variable has this name."""

_POSITIONAL = frozenset({"", "@", "*", "#", *map(str, range(100))})
"""The names of arguments, and what stands for any name."""

_WORD = lazy_regex(r"\w+")
_ASSEMBLES = lazy_regex(r"\beval\b|\\\$")
"""Where this stands, a script may speak of variables whose names do not stand in it."""


class ScriptRuns:
    """The readings of a run, shared by all files: a script is read anew only where it starts with something else that
    it can see.
    """

    def __init__(self) -> None:
        self._done: dict[Hashable, ScriptFacts] = {}
        self._starts: Counter[Traced] = Counter()
        self._words: dict[str, frozenset[str] | None] = {}

    def read(self, script: Traced, start: Start) -> ScriptFacts:
        """What a script does, as ``read_text`` has it."""
        if not script.pieces:
            return ScriptFacts()
        seen = self._see(script, start)
        if self._starts[script] >= STARTS and _identify(script, start, seen) not in self._done:
            start = _blur(script, start)
            seen = self._see(script, start)
        key = _identify(script, start, seen)
        rest = {name: value for name, value in start.environ.items() if name not in seen}
        if key not in self._done:
            self._starts[script] += 1
            environ = {_REST: Traced(), **seen} if rest else seen
            self._done[key] = read_text(script, replace(start, environ=environ), "script")
        reading = self._done[key]
        return replace(reading, actions=tuple(_hand_on(reading.actions, rest))) if rest else reading

    def _see(self, script: Traced, start: Start) -> dict[str, Traced]:
        """The variables that a script, or the value of one that it speaks of, speaks of; and what installers heed."""
        found: dict[str, Traced] = {name: start.environ[name] for name in NAMES if name in start.environ}
        waiting = [script, *(start.arguments or ()), *found.values()]
        while waiting:
            words = self._words_of(waiting.pop().text)
            if words is None:
                return dict(start.environ)
            new = {name: start.environ[name] for name in words if name in start.environ and name not in found}
            found |= new
            waiting += new.values()
        return found

    def _words_of(self, text: str) -> frozenset[str] | None:
        """The words of a text, None for one that may speak of any variable."""
        if text not in self._words:
            self._words[text] = None if _ASSEMBLES().search(text) else frozenset(_WORD().findall(text))
        return self._words[text]


def _identify(script: Traced, start: Start, seen: Mapping[str, Traced]) -> Hashable:
    """What tells one reading from another."""
    more = len(seen) < len(start.environ)
    arguments = start.arguments if compile_script(script, script.pieces[0].span).reads & _POSITIONAL else None
    place = start.cwd, start.path, start.sourced, start.within
    return script, place, arguments, start.conditional, start.arms, frozenset(seen.items()), more


def _blur(script: Traced, start: Start) -> Start:
    """The same start, of which no more is known than what installers heed."""
    place = script.pieces[0].span
    environ = {
        name: value if name in NAMES else Traced((Piece(f"${name}", place, (), known=False),))
        for name, value in start.environ.items()
    }
    return replace(start, arguments=None, environ=environ)


def _hand_on(actions: Iterable[Action], rest: Mapping[str, Traced]) -> Iterable[Action]:
    """The actions, those that run scripts with the variables that nobody spoke of."""
    for action in actions:
        if isinstance(action, RunScript) and _REST in action.environ:
            own = {name: value for name, value in action.environ.items() if name != _REST}
            yield replace(action, environ={**rest, **own})
        else:
            yield action
