"""Compiles words: quotes, references, substitutions and braces become parts, each with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.syntax.shell.atoms import Atom, AtomKind, Quoting, expand_braces, has_glob, split_atoms
from dmlint.syntax.shell.command import Word
from dmlint.syntax.shell.parameters import FORM, split_replacement
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.program import Literal, Parameter, Reference, Substitution, Template
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.syntax.shell.program import Part, Program
    from dmlint.text.source import Span

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_ANSI = lazy_regex(r"\\(?:x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_BACKTICKED = lazy_regex(r"\\[\\`$]")
_SPECIAL = lazy_regex(r"[\\'\"$`<>{]")
_NAMES = lazy_regex(r"[A-Za-z_]\w*|(?<=\$)[0-9@*#]|(?<=\$\{)[0-9@*#]+", re.ASCII)
_WHOLE = frozenset({AtomKind.SINGLE, AtomKind.DOUBLE, AtomKind.ANSI})
_LITERAL = frozenset({AtomKind.PLAIN, AtomKind.ESCAPED, AtomKind.SINGLE, AtomKind.ANSI, AtomKind.NUMBER})
_DEPTH = 30


class WordCompiler:
    """Compiles the words of one passage; ``reads`` collects the names that they look up, ``compile_inner`` compiles the
    script of a substitution, and is told whether the shell reads it only when it runs it (backticks).
    """

    def __init__(
        self, passage: Passage, compile_inner: Callable[[Passage, bool], Program], say_deep: Callable[[Span], None]
    ) -> None:
        self.passage, self.compile_inner, self.say_deep = passage, compile_inner, say_deep
        self.reads: set[str] = set()
        self.depth = 0

    def template(self, start: int, end: int) -> Template:
        """The word at ``start:end``."""
        passage = self.passage
        if _SPECIAL().search(passage.text, start, end) is None:
            word = Word(value=passage.traced.slice(start, end), span=passage.written(start, end))
            parts = (Literal(word.value, quoted=False),)
            globs = has_glob(passage.text, [Atom(AtomKind.PLAIN, start, end, (start, end))])
            return Template(span=word.span, parts=parts, words=(parts,), constant=(word,), globs=globs)
        atoms = split_atoms(passage.text, start, end)
        quoted = len(atoms) == 1 and atoms[0].kind in _WHOLE
        span = passage.written(*(atoms[0].inner if quoted else (start, end)))
        braces = expand_braces(passage.text, atoms)
        whole = self.compile(atoms, Quoting.NONE)
        words = (whole,) if len(braces) == 1 else tuple(self.compile(word, Quoting.NONE) for word in braces)
        return Template(
            span=span,
            parts=whole,
            words=words,
            constant=_constant(words, span),
            globs=has_glob(passage.text, atoms),
        )

    def text(self, start: int, end: int, quoting: Quoting = Quoting.NONE) -> tuple[Part, ...]:
        """The parts of ``start:end``, in which no word ends."""
        return self.compile(split_atoms(self.passage.text, start, end, quoting), quoting)

    def compile(self, atoms: list[Atom], quoting: Quoting) -> tuple[Part, ...]:
        """What the parts of a word are."""
        return tuple(part for atom in atoms for part in self.atom(atom, quoting))

    def atom(self, atom: Atom, quoting: Quoting) -> tuple[Part, ...]:
        """What one part is."""
        quoted = quoting is not Quoting.NONE
        if atom.kind is AtomKind.DOUBLE:
            return self.text(*atom.inner, Quoting.DOUBLE) or (Literal(Traced(), quoted=True),)
        if atom.kind in _LITERAL:
            whole = quoted or atom.kind not in {AtomKind.PLAIN, AtomKind.NUMBER}
            return (Literal(self.literal(atom), whole),)
        if atom.kind in {AtomKind.NAME, AtomKind.BRACED}:
            return (Reference(self.written(atom), quoted, self.parameter(atom, quoted)),)
        return (self.substitution(atom, quoted),)

    def written(self, atom: Atom) -> Traced:
        """A reference as one piece that is not known."""
        text = self.passage.traced.slice(atom.start, atom.end).text
        return Traced((Piece(text, self.passage.written(atom.start, atom.end), (), known=False),))

    def literal(self, atom: Atom) -> Traced:
        """A part that stands for itself."""
        if atom.kind is AtomKind.NUMBER:
            return Traced((Piece(atom.text, self.passage.written(*atom.inner)),))
        return self.ansi(*atom.inner) if atom.kind is AtomKind.ANSI else self.passage.traced.slice(*atom.inner)

    def ansi(self, start: int, end: int) -> Traced:
        """The content of ``$'…'``."""
        passage, done = self.passage, start
        parts: list[Traced] = []
        for match in _ANSI().finditer(passage.text, start, end):
            escape = match.group()[1:]
            digits = int(escape[1:], 16) if escape[0] == "x" and escape[1:] else None
            code = int(escape, 8) & 255 if escape.isdigit() and escape < "8" else digits
            char = _ESCAPES.get(escape, escape) if code is None else chr(code)
            parts += [passage.traced.slice(done, match.start()), Traced((Piece(char, passage.written(*match.span())),))]
            done = match.end()
        return join([*parts, passage.traced.slice(done, end)])

    def parameter(self, atom: Atom, quoted: bool) -> Parameter | None:
        """What ``$name`` or ``${…}`` asks for."""
        text, (start, end) = self.passage.text, atom.inner
        match = FORM().match(text, start, end)
        if match is None or (not match["operator"] and match.end() < end):
            self.name(start, end)
            return None
        name, operator, at = match["name"], match["operator"], match.end()
        self.reads.add(name)
        self.name(*match.span("index"))
        if self.depth >= _DEPTH:
            self.say_deep(self.passage.written(atom.start, atom.end))
            return None
        if match["prefix"] == "!":
            # An indirect reference may look up anything.
            self.reads.add("")
            return None
        if operator in {"", "@"}:
            place = self.passage.written(atom.start, atom.end)
            counts = bool(match["prefix"])
            return Parameter(name=name, subscript=match["index"], operator=operator, counts=counts, place=place)
        self.depth += 1
        alternative = operator[-1] in "-=+?"
        quoting = Quoting.ALTERNATIVE if quoted and alternative else Quoting.NONE
        middle = split_replacement(text, at, end) if operator[0] == "/" else end
        made = Parameter(
            name=name,
            subscript=match["index"],
            operator=operator,
            counts=bool(match["prefix"]),
            operand=self.text(at, middle, quoting),
            replacement=self.text(min(middle + 1, end), end),
            bounds=text[at:end],
            place=self.passage.written(at, end),
        )
        self.depth -= 1
        return made

    def name(self, start: int, end: int) -> None:
        """Collect the names in an arithmetic text."""
        self.reads.update(_NAMES().findall(self.passage.text, max(start, 0), max(end, 0)))

    def substitution(self, atom: Atom, quoted: bool) -> Substitution:
        """``$(…)`` and its like; of what is left open, nothing is followed."""
        written = self.written(atom)
        if atom.kind is AtomKind.OTHER and self.passage.text[atom.start] == "$":
            self.name(*atom.inner)
            inner = self.passage.text[atom.inner[0] : max(atom.inner[0], atom.end - 2)]
            return Substitution(written, quoted, arithmetic=inner)
        program = self.compile_inner(self.inner(atom), atom.kind is AtomKind.BACKTICK)
        self.reads |= program.reads
        return Substitution(written, quoted, program, prints=atom.kind is not AtomKind.OTHER)

    def inner(self, atom: Atom) -> Passage:
        """The script of a substitution; that of backticks without the backslashes."""
        start, end = atom.inner
        outer = self.passage.written(atom.start, atom.end)
        script = self.passage.traced.slice(start, end)
        if atom.kind is not AtomKind.BACKTICK:
            return Passage(script, outer)
        text, done, parts = self.passage.text[start:end], 0, []
        for match in _BACKTICKED().finditer(text):
            parts.append(script.slice(done, match.start()))
            done = match.start() + 1
        return Passage(join([*parts, script.slice(done)]), outer)


def _constant(words: tuple[tuple[Part, ...], ...], span: Span) -> tuple[Word, ...] | None:
    """The arguments of words that hold nothing but literals."""
    made: list[Word] = []
    for word in words:
        literals = [part for part in word if isinstance(part, Literal)]
        if len(literals) < len(word):
            return None
        pieces = tuple(piece for part in literals for piece in part.value.pieces)
        if pieces or any(part.quoted for part in literals):
            made.append(Word(value=Traced(pieces), span=span))
    return tuple(made)
