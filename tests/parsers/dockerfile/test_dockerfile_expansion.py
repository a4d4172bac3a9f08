"""Docker's word expansion: a table, origins, and a port of BuildKit's own code as the judge."""

from __future__ import annotations

import random
import re

import pytest

from dmlint.parsers.dockerfile.variable_expansion import LONGEST, MOST_PIECES, expand
from dmlint.text.source import Source, Span
from dmlint.text.traced import Piece, Traced, join

VALUES = {"A": "5.1.0", "B": "", "P": "a/b/c.d", "S": "x y", "_u": "*", "Q": "aXbXc"}


def traced(text: str) -> Traced:
    return Traced.of(Source(path="Dockerfile", text=text).span(0, len(text)))


SCOPE: dict[str, Traced | None] = {name: traced(value) for name, value in VALUES.items()}


def expanded(word: str, escape: str = "\\") -> str:
    """The expansion, what is not known marked by angle brackets."""
    pieces = expand(traced(word), SCOPE | {"AUTO": None}, escape).pieces
    return "".join(piece.text if piece.known else f"<{piece.text}>" for piece in pieces)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("", "", id="empty"),
        pytest.param("a$A-b", "a5.1.0-b", id="bare"),
        pytest.param("a${A}b", "a5.1.0b", id="braces"),
        pytest.param("$Ab", "<$Ab>", id="longest-name"),
        pytest.param("$", "$", id="dollar-alone"),
        pytest.param("a$/b", "a$/b", id="dollar-before-no-name"),
        pytest.param("$NO ${NO}", "<$NO> <${NO}>", id="unset"),
        pytest.param("$AUTO", "<$AUTO>", id="set-to-the-unknown"),
        pytest.param("${A:-x}${B:-x}${NO:-x}", "5.1.0xx", id="default"),
        pytest.param("${A-x}${B-x}${NO-x}", "5.1.0x", id="default-if-unset"),
        pytest.param("${AUTO:-x}", "<${AUTO:-x}>", id="default-of-the-unknown"),
        pytest.param("${A:+x}${B:+y}${NO:+z}${AUTO:+w}", "xw", id="alternative"),
        pytest.param("${A+x}${B+y}${NO+z}", "xy", id="alternative-if-set"),
        pytest.param("${A?no}${A:?no}${NO?no}${B:?no}", "5.1.05.1.0<${NO?no}><${B:?no}>", id="required"),
        pytest.param("${NO:-${ALSO:-$A}}", "5.1.0", id="nested"),
        pytest.param("${NO:-a'}'b}", "a}b", id="quoted-brace"),
        pytest.param('${NO:-"$A}"}', "5.1.0}", id="quoted-reference"),
        pytest.param("${NO:-a/b`c}", "a/b`c", id="plain-inside"),
        pytest.param("'$A'\"$A\"", "$A5.1.0", id="quotes"),
        pytest.param("\"a'b\\\"c\\$d\\\\e\\f\"", "a'b\"c$d\\e\\f", id="escapes-in-double-quotes"),
        pytest.param("\\$A\\'\\a", "$A'a", id="escapes"),
        pytest.param("a\\", "a", id="escape-at-the-end"),
        pytest.param("${A#5.}${A#*.}${A##*.}${A#x}", "1.01.005.1.0", id="prefix"),
        pytest.param("${A%.0}${A%.*}${A%%.*}${A%x}", "5.15.155.1.0", id="suffix"),
        pytest.param("${P/b/x}${P//?/y}${P/z/x}", "a/x/c.dyyyyyyya/b/c.d", id="replace"),
        pytest.param("${P//\\//-}", "a-b-c.d", id="replace-slash"),
        pytest.param("${Q//X*/-}${Q/*/z}${Q//*/z}", "a-zz", id="replace-star"),
        pytest.param("${P#a\\/}${_u#\\*}${_u%\\?}", "b/c.d*", id="escaped-pattern"),
        pytest.param("${P#\"a\"}${P#'a'}${P#\"\\a\"}", "/b/c.d/b/c.d<${P#\"\\a\"}>", id="quoted-pattern"),
        pytest.param("${P#\"\\*\"}", "a/b/c.d", id="escape-kept-in-quoted-pattern"),
        pytest.param("${NO#a}${A#$NO}${A/a/$NO}", "<${NO#a}><${A#$NO}><${A/a/$NO}>", id="unknown-in-pattern"),
        pytest.param("${P#*/*}", "<${P#*/*}>", id="pattern-too-costly"),
        pytest.param("${P%*/*}${P/*a*/x}", "<${P%*/*}><${P/*a*/x}>", id="other-patterns-too-costly"),
        pytest.param("${P#\\a}", "<${P#\\a}>", id="bad-pattern"),
        pytest.param("a${", "a<${>", id="open-brace"),
        pytest.param("a${A", "a<${A>", id="no-closing-brace"),
        pytest.param("a${A:-x", "a<${A:-x>", id="no-closing-brace-after-word"),
        pytest.param("a${}b", "a<${}b>", id="no-name"),
        pytest.param("${A^^}", "<${A^^}>", id="unsupported"),
        pytest.param("a'b", "a<'b>", id="open-single-quote"),
        pytest.param('a"b$A', 'a<"b$A>', id="open-double-quote"),
        pytest.param("${A:-" * 100, "<" + "${A:-" * 100 + ">", id="too-deep"),
    ],
)  # fmt: skip
def test_expands(word: str, expected: str) -> None:
    assert expanded(word) == expected


def test_heeds_the_escape_character() -> None:
    assert expanded("`$A\\$A", "`") == "$A\\5.1.0"


def test_takes_quotes_for_text_where_told() -> None:
    assert expand(traced("'$A\""), SCOPE, "\\", quotes=False).text == "'5.1.0\""


def test_keeps_origins() -> None:
    source = Source(path="Dockerfile", text="5.1.0 sim:$TAG image ${IMAGE:-x}")
    tag = Traced.of(source.span(0, 5))
    image = expand(Traced.of(source.span(6, 14)), {"TAG": tag}, "\\")
    assert image.pieces == (
        Piece("sim:", source.span(6, 10)),
        Piece("5.1.0", source.span(0, 5), (source.span(10, 14),)),
    )
    again = expand(Traced.of(source.span(21, 32)), {"IMAGE": image}, "\\")
    assert [piece.via for piece in again.pieces] == [
        (source.span(21, 32),),
        (source.span(21, 32), source.span(10, 14)),
    ]
    default = expand(Traced.of(source.span(21, 32)), {}, "\\")
    assert [(piece.span.text, piece.via) for piece in default.pieces] == [("x", (source.span(21, 32),))]


def test_takes_an_escape_whole() -> None:
    (piece,) = expand(traced("\\$"), {}, "\\").pieces
    assert (piece.text, piece.span.text) == ("$", "\\$")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(traced("x" * (LONGEST + 1)), id="long"),
        pytest.param(join([traced("x")] * (MOST_PIECES + 1)), id="many-pieces"),
    ],
)
def test_does_not_follow_a_huge_value(value: Traced) -> None:
    assert expand(traced("$A"), {"A": value}, "\\").unresolved


@pytest.mark.parametrize("word", ["${A#x}", "${A%x}", "${A/x/y}"])
def test_does_not_edit_a_long_value(word: str) -> None:
    assert expand(traced(word), {"A": traced("x" * 1000)}, "\\").unresolved


def test_bounds_the_way_of_a_value() -> None:
    value = traced("x")
    for _ in range(100):
        value = expand(traced("$A"), {"A": value}, "\\")
    assert len(value.via) < 50
    assert isinstance(value.via[0], Span)


PIECES = (
    "a", "b.c", "/", "$A", "${A}", "${B:-", "${NO:-", "${NO:+",
    "${A:+", "${A-", "${P#", "${P##*", "${P%", "${P%%/*", "${P/b/", "${Q//X/",
    "}", "}", "}", "}", "'", '"', "'$A}'", '"$A/}"', "${B:-x$A}", "${P#a/}",
    "\\", "\\\\", "\\$", "$", "*", "?", " ", "\u00e9", "x", "`", "$_u",
)  # fmt: skip


BARE = re.compile(r"\$(?:\w+|\{\w+\}|[@*#?$!-])")


def generate(seed: int) -> str:
    return "".join(random.Random(seed).choices(PIECES, k=5))


@pytest.mark.parametrize("escape", ["\\", "`"])
def test_agrees_with_the_port_of_buildkit(escape: str) -> None:
    """A variable that is not set is empty there and not known here, and all that depends on it with it: such words are
    left out unless they stand alone.
    """
    lexer = pytest.importorskip("e2b_dockerfile_utils").ShellLex(escape, env=VALUES, skip_unset_env=False)
    ours, theirs, refused = {}, {}, {}
    for word in map(generate, range(4000)):
        found = expand(traced(word), SCOPE, escape)
        try:
            value = lexer.process_word(word)
        except ValueError:
            refused[word] = found.unresolved
            continue
        ours[word] = "".join(piece.text for piece in found.pieces if piece.known)
        theirs[word] = value if all(BARE.fullmatch(span.text) for span in found.unresolved) else ours[word]
    assert ours == theirs
    assert len(ours) > 500
    assert all(refused.values())
