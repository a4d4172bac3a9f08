from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shell_scripts import argv, read, traced

from dmlint.syntax.shell.run import read_script
from dmlint.text.traced import Piece, Traced

WORDS = """
if then elif else fi for f in do done while until case esac select function time ! { } ( ) (( )) [[ ]] [ ] ; ;; ;& &
&& || | |& < > >> << <<- <<< 2>&1 >( <( $( $(( )) ` ' " $' $" \\ $ $a ${a ${a:- ${a[ ${a[@]} ${#a} ${a%% ${a/ }
$1 $@ a=b a+=( a=( a[1]=b {a,b} {1..9} {, ,} # EOF E * ? ~ a numpy<2 pip install bash sh -c eval su sudo env exec
-u xargs conda run -n uv --with echo printf %s cat cd pushd popd export local declare -x unset read set -- shift exit
return true false : command -v f() g() é \ue000
"""
TOKENS = st.sampled_from([*WORDS.split(), " ", "\n", "\t", "\r\n", "\0", "\n"])
SCRIPTS = st.lists(st.tuples(TOKENS, st.sampled_from(["", " ", "\n"])), max_size=40).map(
    lambda parts: "".join(token + gap for token, gap in parts)
)


@settings(max_examples=400, deadline=None)
@given(script=SCRIPTS | st.text(max_size=60))
def test_never_raises_and_every_place_is_inside(script: str) -> None:
    found = read(script, a="x y", b="")
    spans = [command.span for command in found.commands]
    spans += [word.span for command in found.commands for word in command.words]
    spans += [item.span for command in found.commands for item in command.redirections]
    spans += [problem.span for problem in found.problems]
    spans += found.comments
    assert all(0 <= span.start <= span.end <= len(span.source.text) for span in spans)


@settings(max_examples=200, deadline=None)
@given(script=SCRIPTS)
def test_the_text_at_a_literal_piece_is_the_text(script: str) -> None:
    pieces = [
        piece
        for command in read(script).commands
        for word in command.words
        for piece in word.value.pieces
        if piece.span.end - piece.span.start == len(piece.text) and "\\" not in piece.span.text
    ]
    assert [piece.text for piece in pieces if "${" not in script] == [
        piece.span.text for piece in pieces if "${" not in script
    ]


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.tuples(st.text(max_size=8), st.booleans(), st.booleans()), max_size=6))
def test_never_raises_on_scripts_in_pieces(parts: list[tuple[str, bool, bool]]) -> None:
    place = traced("$X $Y").pieces[0].span
    pieces = [
        Piece(text, traced(text).pieces[0].span, (place,) if through else (), known)
        for text, through, known in parts
        if text
    ]
    found = read_script(Traced(tuple(pieces)), {}, None)
    assert all(command.words for command in found.commands)


LONG = 10_000
HOSTILE = [
    pytest.param("(" * LONG, id="open brackets"),
    pytest.param("(" * LONG + "a" + ")" * LONG, id="nested brackets"),
    pytest.param(")" * LONG, id="closing brackets"),
    pytest.param("{ " * LONG, id="braces"),
    pytest.param("$(" * LONG, id="substitutions"),
    pytest.param("x $(" * LONG + ")" * LONG, id="closed substitutions"),
    pytest.param("`" * LONG, id="backticks"),
    pytest.param("${a:-" * LONG, id="defaults"),
    pytest.param('"' * LONG, id="quotes"),
    pytest.param("'" * (LONG + 1), id="open quote"),
    pytest.param("a|" * LONG, id="pipes"),
    pytest.param("a&&" * LONG, id="ands"),
    pytest.param("x()" * LONG, id="functions without bodies"),
    pytest.param("f(){ " * LONG, id="functions in functions"),
    pytest.param("if a; then " * LONG, id="ifs"),
    pytest.param("case a in b) " * LONG, id="cases"),
    pytest.param("for x in a b; do " * 200 + "c" + "; done" * 200, id="loops in loops"),
    pytest.param("<" * LONG, id="redirections"),
    pytest.param("<<a " * LONG, id="here-documents without bodies"),
    pytest.param("x <<E\nE\n" * 10_000, id="here-documents"),
    pytest.param("$((" * LONG, id="arithmetic"),
    pytest.param("((a);" * LONG, id="arithmetic or subshells"),
    pytest.param("[[ " * LONG, id="tests"),
    pytest.param("A=(" * LONG, id="arrays"),
    pytest.param("{a," * LONG, id="brace expansions"),
    pytest.param('eval "' * LONG, id="evals"),
    pytest.param("bash -c " * LONG, id="shells"),
    pytest.param("sudo " * LONG, id="wrappers"),
    pytest.param("\\" * LONG, id="backslashes"),
    pytest.param("\0" * LONG, id="NULs"),
    pytest.param("f() { f; }; f", id="recursion"),
    pytest.param("f() { g; g; }; g() { f; f; }; f", id="recursion of two"),
    pytest.param(
        "f0() { a; }\n" + "".join(f"f{i}() {{ f{i - 1}; f{i - 1}; }}\n" for i in range(1, 25)) + "f24",
        id="doubling calls",
    ),
    pytest.param("A=aaaaaaaa\n" + "A=$A$A\n" * 60 + "pip $A", id="doubling values"),
    pytest.param("A='a b c d e f'\n" + 'A="$A $A"\n' * 60 + "pip $A $A", id="doubling words"),
    pytest.param("A=a\n" + "A=$A\n" * 10_000 + "pip $A", id="long ways"),
    pytest.param("".join(f"export A{i}=b; c\n" for i in range(5_000)), id="many variables"),
    pytest.param('set -- a; f() { eval "f $@ $@"; }; f a', id="growing evals"),
    pytest.param("".join("A=$(x\n" for _ in range(50)), id="unfinished"),
]


@pytest.mark.parametrize("script", HOSTILE)
def test_hostile_scripts_end_soon(script: str) -> None:
    began = time.process_time()
    found = read(script)
    # Fifty times what the slowest takes on an idle machine would still be far from a square.
    assert time.process_time() - began < 30
    assert len(found.commands) <= 20_000


def test_too_deep_is_said() -> None:
    deep = read("x $(" * 50 + ")" * 50)
    assert "the shell script nests too deeply to be followed here" in {problem.message for problem in deep.problems}


@pytest.mark.parametrize("separator", ["\n", "&&"])
def test_too_many_commands_are_said_once(separator: str) -> None:
    found = read(separator.join(["pip a"] * 20_010))
    (problem,) = found.problems
    assert problem.message == "the shell script does too much to be followed beyond here"
    assert problem.span.start == 20_000 * len("pip a" + separator)
    assert len(found.commands) == 20_000


def test_too_many_scripts_inside_are_said_once() -> None:
    found = read("for i in {1..99}; do bash -c \"x '$V'\"; done; pip a", V="v" * 50_000)
    (problem,) = found.problems
    assert (problem.message, problem.span.text) == (
        "the shell script does too much to be followed beyond here",
        "x '$V'",
    )
    assert ["pip", "a"] not in argv(found)


NESTING = [
    pytest.param("{ " * 40 + "pip a" + "; }" * 40, id="groups"),
    pytest.param("f() { f; }; f", id="functions"),
    pytest.param("{ f() { f; }; f; }", id="functions in a group"),
    pytest.param("pip ${a:-" + "${a:-" * 40 + "}" * 41, id="defaults"),
]


@pytest.mark.parametrize("script", NESTING)
def test_what_nests_too_deeply_is_said_once_for_its_place(script: str) -> None:
    (problem,) = read(script).problems
    assert problem.message == "the shell script nests too deeply to be followed here"


def test_a_here_document_without_a_delimiter_in_a_substitution() -> None:
    found = read("x $(pip << ); y")
    assert [problem.about for problem in found.problems] == ["pip << "]
    assert argv(found) == [["x", "$(pip << )"], ["y"]]


def test_too_many_variables_stay_unknown() -> None:
    found = read("".join(f"A{i}=b\n" for i in range(1_001)) + "pip $A0 $A1000; A0=c; pip $A0")
    assert argv(found) == [["pip", "b", "$A1000"], ["pip", "c"]]


def test_values_that_grow_too_large_stay_references() -> None:
    found = read("A=aaaaaaaa\n" + "A=$A$A\n" * 21 + "pip " + "$A" * 3)
    assert all(len(command.words[1].text) < 60_000_000 for command in found.commands)


SIZE = 5_000_000
LARGE = [
    pytest.param("pip install '" + "a" * SIZE + "'", id="one word"),
    pytest.param("cat > f <<'E'\n" + "a b c\n" * (SIZE // 6) + "E\npip x", id="here-document"),
    pytest.param("# a comment\n" * (SIZE // 12) + "pip x", id="comments"),
    pytest.param("pip x" + " " * SIZE + "\n" * 1_000, id="blanks"),
    pytest.param("pip é" + "é" * (SIZE // 2), id="not ASCII"),
]


@pytest.mark.parametrize("script", LARGE)
def test_five_megabytes(script: str) -> None:
    began = time.process_time()
    found = read(script)
    assert time.process_time() - began < 10
    assert found.commands[-1].words[0].text == "pip"
    assert found.problems == ()


def test_time_grows_with_the_size_alone() -> None:
    def measure(count: int) -> float:
        script = "pip install 'numpy<2' $A \"b\" && x | y > z\n" * count
        began = time.process_time()
        read(script, A="1 2")
        return time.process_time() - began

    measure(10)
    # The least of three: what else the process and the machine do only adds to it.
    small, large = (min(measure(count) for _ in range(3)) for count in (400, 4_000))
    assert large < 40 * small
