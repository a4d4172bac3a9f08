"""GitHub's ``${{ … }}``, as far as what it stands for is written in the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dmlint.syntax.yaml import YamlNode

MOST_VALUES = 50
"""More values of one matrix variable than these are not told apart."""

_NAMED = lazy_regex(r"(?:(env|matrix|inputs)|github\.event\.(inputs))\.([\w-]+)")
_DEFAULTED = lazy_regex(r"[\w.-]+\s*\|\|\s*'([^']*)'")
_LITERAL = lazy_regex(r"'([^']*)'")
_WORKSPACE = "github.workspace"
_TRIGGERS = ("workflow_dispatch", "workflow_call")


class Context(Struct, frozen=True, kw_only=True):
    """What names stand for: environment variables, and for inputs and matrix variables all values that are written."""

    env: Mapping[str, Traced]
    inputs: Mapping[str, Traced]
    matrix: Mapping[str, Sequence[Traced]]

    def find(self, kind: str, name: str) -> Traced | None:
        """The one value of a name, None where it has none or several."""
        if kind == "matrix":
            values = self.matrix.get(name, ())
            return values[0] if len(values) == 1 else None
        return (self.env if kind == "env" else self.inputs).get(name)


def expand(text: Traced, context: Context) -> Traced:
    """Text with its expressions replaced; one whose value is not known stays as a piece that is not ``known``."""
    parts: list[Traced] = []
    at = 0
    for start, end in _expressions(text.text):
        parts += [text.slice(at, start), _evaluate(text.slice(start, end), context)]
        at = end
    return join([*parts, text.slice(at)]) if parts else text


def alternatives(text: Traced, context: Context) -> list[Traced]:
    """All that a text can be: one value for each of a matrix variable in it."""
    return [expand(text, turn) for turn in turns([text], context)]


def turns(texts: Iterable[Traced], context: Context) -> list[Context]:
    """The context for each value of the matrix variable that texts name; where they name several, nothing is known of
    which values come together.
    """
    written = (text.text[start + 3 : end - 2] for text in texts for start, end in _expressions(text.text))
    inner = (_NAMED().fullmatch(expression.strip()) for expression in written)
    names = {match[3] for match in inner if match and match[1] == "matrix"}
    if len(names) != 1:
        return [context]
    (name,) = names
    values = context.matrix.get(name, ())[:MOST_VALUES]
    return [Context(env=context.env, inputs=context.inputs, matrix={name: [value]}) for value in values] or [context]


def _expressions(text: str) -> Iterator[tuple[int, int]]:
    start = text.find("${{")
    while start >= 0:
        end = text.find("}}", start)
        if end < 0:
            return
        yield start, end + 2
        start = text.find("${{", end)


def _evaluate(expression: Traced, context: Context) -> Traced:
    place = expression.span or expression.pieces[0].span
    inner = expression.text[3:-2].strip()
    if inner == _WORKSPACE:
        return Traced((Piece(".", place),))
    named = _NAMED().fullmatch(inner)
    value = context.find(named[1] or named[2], named[3]) if named else None
    if value is None and (_DEFAULTED().fullmatch(inner) or _LITERAL().fullmatch(inner)):
        value = expression.slice(expression.text.index("'") + 1, expression.text.rindex("'"))
    if value is None:
        return Traced((Piece(expression.text, place, known=False),))
    return Traced(tuple(Piece(piece.text, piece.span, (place, *piece.via), piece.known) for piece in value.pieces))


def read_inputs(root: YamlNode) -> dict[str, Traced]:
    """The defaults of a workflow's inputs."""
    found: dict[str, Traced] = {}
    for trigger in _TRIGGERS:
        inputs = root.get("on", trigger, "inputs")
        for key, entry in inputs.items() if inputs is not None else ():
            default = entry.get("default")
            if key.value is not None and default is not None and default.value is not None:
                found[key.value] = default.traced()
    return found


def read_matrix(job: YamlNode) -> dict[str, list[Traced]]:
    """The values of each variable of a job's matrix, those of ``include`` too."""
    found: dict[str, list[Traced]] = {}
    matrix = job.get("strategy", "matrix")
    for key, values in matrix.items() if matrix is not None else ():
        if key.value == "include":
            for entry in values.elements():
                for name, value in entry.items():
                    found.setdefault(name.value or "", []).append(value.traced())
        elif key.value != "exclude":
            found.setdefault(key.value or "", []).extend(value.traced() for value in values.elements())
    return found
