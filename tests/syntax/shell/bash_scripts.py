"""Scripts of harmless commands, made at random."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS = ("pip", "uv", "conda")
_TEXTS = ("numpy", "numpy<2", "a b", "x", "", "scipy>=1", "a.b.c", "Q-r", "1.26.4", "*", "a'b", "~", "{p,q}", "#h", "$")
_PLAIN = ("numpy", "scipy", "x", "-q", "--flag=v", "a.b", "==1", "a=b", "@", "1.26", "./p")
_OPERATIONS = (
    *(":-d", "-d", ":-'d e'", ":+y", "+y", ":=z", "%.*", "%%.*", "#*.", "##*.", "/a/b", "//a/b", "/#n/N", "/%y/Y"),
    *("^", "^^", ",", ",,", ":1", ":1:2", ":0:1"),
)


@dataclass(slots=True)
class Maker:
    """Makes one script. (Not frozen: it knows which names it has given out.)"""

    random: Random
    names: list[str] = field(default_factory=list)
    arrays: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    depth: int = 0
    number: int = 0

    def script(self, statements: int) -> str:
        """Some statements, one a line, after all names have got a value: one without could have one from outside."""
        made = [f"set -- {' '.join(self.random.choices(_PLAIN, k=2))}"]
        for name in "ABCDE":
            made.append(f"{name}={self.value()}")
            self.names.append(name)
        for name in "LMN":
            made.append(f"{name}=({self.words()})")
            self.arrays.append(name)
        made += [self.statement() for _ in range(statements)]
        return "\n".join(made) + "\n"

    def statement(self) -> str:
        """Any statement; deep in others, a simple one."""
        pick = self.random.choice
        self.depth += 1
        made = pick(_SIMPLE if self.depth > 3 else _SIMPLE + _COMPOUND)(self)
        self.depth -= 1
        return made

    def body(self, separator: str = "; ") -> str:
        """One to three statements in a row."""
        return separator.join(self.statement() for _ in range(self.random.randint(1, 3)))

    def words(self) -> str:
        """Up to four words."""
        return " ".join(self.word() for _ in range(self.random.randint(0, 4)))

    def word(self) -> str:
        """One word, of one to three parts."""
        return "".join(self.part() for _ in range(self.random.choice([1, 1, 1, 2, 3])))

    def part(self) -> str:
        """Something that stands in a word."""
        pick = self.random.choice
        text = pick(_TEXTS)
        single = _quoted(text)
        double = '"' + text.replace("$", "\\$") + pick(["", self.variable()]) + '"'
        ansi = "$'" + text.replace("'", "\\'") + pick(["", "\\t", "\\x41", "\\n"]) + "'"
        others = [self.variable(), '"' + self.variable() + '"', "{a,b}", "{1..3}", "\\<", "\\ ", '"$@"', "${1}"]
        return pick([pick(_PLAIN), pick(_PLAIN), single, double, ansi, pick(others), pick(others), self.elements()])

    def variable(self) -> str:
        """A variable that has a value; in braces, so that braces behind it are its own."""
        if not self.names:
            return "${1}"
        name = self.random.choice(self.names)
        return self.random.choice([f"${{{name}}}", f"${{{name}{self.random.choice(_OPERATIONS)}}}"])

    def elements(self) -> str:
        """An array, or an element of one."""
        if not self.arrays:
            return "${2}"
        name = self.random.choice(self.arrays)
        written = [f'"${{{name}[@]}}"', f"${{{name}[1]}}", f'"${{{name}[0]}}"', f'"${{{name}[*]}}"']
        return self.random.choice(written)

    def plain(self) -> str:
        """What is assigned by a command, in which bash expands braces and dash does not."""
        return re.sub(r"[{]([ab1]|p,)[^}]*[}]", "", self.value())

    def value(self) -> str:
        """What is assigned."""
        return self.random.choice([self.word(), self.part(), '"' + self.variable() + ' t"', "'u v'"])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _command(maker: Maker) -> str:
    """A command; how many there are of something is not followed, and only stands where nothing depends on it."""
    count = maker.random.choice(["", "", "", ' "$#"', " ${#L[@]}"])
    return f"{maker.random.choice(PROGRAMS)} {maker.words()}{count}"


def _assign(maker: Maker) -> str:
    name = maker.random.choice("ABCDE")
    plain, declared = maker.random.choice(["{}={}", "{}+={}"]), maker.random.choice(["export {}={}", "declare {}={}"])
    made = maker.random.choice([plain.format(name, maker.value()), declared.format(name, maker.plain())])
    maker.names.append(name)
    return made


def _array(maker: Maker) -> str:
    name = maker.random.choice("LMN")
    made = f"{name}=({maker.words()})"
    maker.arrays.append(name)
    return maker.random.choice([made, made, f"{name}+=({maker.words()})"])


def _arguments(maker: Maker) -> str:
    return maker.random.choice([f"set -- {maker.words()}", "shift", f"set -- {maker.words()} && shift"])


def _prefixed(maker: Maker) -> str:
    return maker.random.choice(["Z=1 {}", "env Z=1 {}", "command {}", "{} > /dev/null", "{} 2>&1", "! {}"]).format(
        _command(maker)
    )


def _unset(maker: Maker) -> str:
    return f"unset {maker.random.choice('ABCDE')}"


def _call(maker: Maker) -> str:
    return f"{maker.random.choice(maker.functions)} {maker.words()}" if maker.functions else _command(maker)


def _condition(maker: Maker) -> str:
    written = ["true", "false", "! true", f'[ -n "{maker.variable()}" ]', f'[ "{maker.variable()}" = x ]', "test -z ''"]
    return maker.random.choice([*written, f"[[ {maker.variable()} == n* ]]"])


def _if(maker: Maker) -> str:
    other = maker.random.choice(["", f"; else {maker.body()}", f"; elif {_condition(maker)}; then {maker.body()}"])
    return f"if {_condition(maker)}; then {maker.body()}{other}; fi"


def _and(maker: Maker) -> str:
    return f"{_condition(maker)} {maker.random.choice(['&&', '||'])} {maker.random.choice([_command, _group])(maker)}"


def _for(maker: Maker) -> str:
    name = maker.random.choice("VW")
    words = maker.random.choice([f" in {maker.words()}", ""])
    maker.names.append(name)
    return f"for {name}{words}; do {maker.body()}; done"


def _while(maker: Maker) -> str:
    return f"while true; do {maker.body()}; break; done"


def _case(maker: Maker) -> str:
    patterns = maker.random.choice(["n*", "x|y", "''", '"a b"', "[a-c]*", "?"])
    return (
        f"case {maker.random.choice([maker.variable(), 'x'])} in {patterns}) {maker.body()};; *) {maker.body()};; esac"
    )


def _function(maker: Maker) -> str:
    """A function and a call of it. Its body is made before it has a name: none calls itself."""
    local = maker.random.choice(["", f"local A={maker.plain()}; ", f"local A B={maker.plain()}; "])
    ending = maker.random.choice(["", "", f"; return; {_command(maker)}"])
    body = f"{local}{maker.body()}{ending}"
    maker.number += 1
    name = f"f{maker.number}"
    if maker.depth == 1:
        # Where it may not be defined, a call of it elsewhere is read as one.
        maker.functions.append(name)
    return f"{maker.random.choice([f'{name}()', f'function {name}'])} {{ {body}; }}\n{name} {maker.words()}"


def _group(maker: Maker) -> str:
    return maker.random.choice(["{{ {}; }}", "({})"]).format(maker.body())


def _eval(maker: Maker) -> str:
    return f"eval {_quoted(_command(maker))}"


def _bash(maker: Maker) -> str:
    return f"bash -c {_quoted(_command(maker))} {maker.random.choice(['', f'name {maker.words()}'])}".rstrip()


def _heredoc(maker: Maker) -> str:
    marker = maker.random.choice(["E", "'E'", '"E"'])
    program = maker.random.choice(["bash", f"bash -s -- {maker.words()}", "cat"])
    return f"{program} <<{marker}\n{_command(maker)}\n{_command(maker)}\nE\n:"


_SIMPLE: tuple[Callable[[Maker], str], ...] = (
    *(_command, _command, _command, _assign, _assign, _array, _arguments, _prefixed, _unset, _call),
)
_COMPOUND: tuple[Callable[[Maker], str], ...] = (
    *(_if, _and, _for, _while, _case, _function, _group, _eval, _bash, _heredoc),
)


def make_script(seed: int) -> str:
    """A script; the same number makes the same one."""
    return Maker(Random(seed)).script(3)
