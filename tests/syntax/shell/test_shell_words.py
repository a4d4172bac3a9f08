from __future__ import annotations

import pytest
from shell_scripts import argv, read, traced

from dmlint.installers.activation import HABITS
from dmlint.syntax.shell.command import Word
from dmlint.syntax.shell.run import read_script, read_words, run_script
from dmlint.syntax.shell.start import Start
from dmlint.text.source import Source
from dmlint.text.traced import Piece, Traced

WORDS = [
    pytest.param("a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"], id="quotes"),
    pytest.param("numpy\"<2\" 'numpy'\"<2\"'' n'u'm\"p\"y", ["numpy<2", "numpy<2", "numpy"], id="joined quotes"),
    pytest.param('\'\' "" a""', ["", "", "a"], id="empty"),
    pytest.param("$'a\\tb\\x41\\101\\q\\'' $\"c\" \"$'d'\"", ["a\tbAAq'", "c", "$'d'"], id="dollar quotes"),
    pytest.param('"\\$x\\a\\"\\\\" \'\\$\'', ['$x\\a"\\', "\\$"], id="backslashes in quotes"),
    pytest.param('a\\\nb \\\n c "d\\\ne"', ["ab", "c", "de"], id="joined lines"),
    pytest.param("a#b # c", ["a#b"], id="comment"),
    pytest.param(
        "{a,b}{1,2} n{,-x} {1..3}y {3..1}",
        ["a1", "a2", "b1", "b2", "n", "n-x", "1y", "2y", "3y", "3", "2", "1"],
        id="braces",
    ),
    pytest.param(
        '{a} {} {a,b a,b} "{a,b}" \\{a,b} {1..999} {a..c} {{a,b},c} {a}{b,c}',
        ["{a}", "{}", "{a,b", "a,b}", "{a,b}", "{a,b}", "{1..999}", "{a..c}", "a", "b", "c", "{a}b", "{a}c"],
        id="no braces",
    ),
    pytest.param("{a,b}" * 9, ["{a,b}" * 9], id="too many braces"),
    pytest.param("{a" + ",b" * 200 + "}", ["{a" + ",b" * 200 + "}"], id="too long a brace"),
    pytest.param("{'x y',\"$A\"}", ["x y", "1 2"], id="quotes in braces"),
    pytest.param("~/x *.whl [a] a?", ["~/x", "*.whl", "[a]", "a?"], id="left as they are"),
    pytest.param('$A "$A" x${A}y', ["1", "2", "1 2", "x1", "2y"], id="split"),
    pytest.param('$E "$E" x$E', ["", "x"], id="empty value"),
    pytest.param("$S|cat", ["a", "b"], id="blanks around"),
    pytest.param('$U ${U} "$U" a$U "a${U}"', ["$U", "${U}", "$U", "a$U", "a${U}"], id="unknown"),
    pytest.param(
        "$1 $@ $# $? $$ ${#U} ${!A} $0 $((x + 2)) <(x)",
        ["$1", "$@", "$#", "$?", "$$", "${#U}", "${!A}", "$0", "$((x + 2))", "<(x)"],
        id="unknown of all kinds",
    ),
    pytest.param("$ a$ $% \"$\" '$A' \\$A", ["$", "a$", "$%", "$", "$A", "$A"], id="dollars"),
    pytest.param(
        '${U:-b} ${U-b} "${U:-b c}" ${U:-b c} ${U:-"b c"} ${U:-\'b c\'} "${U:-\'b\'}" "${U:-"b"}"',
        ["b", "b", "b c", "b", "c", "b c", "b c", "'b'", "b"],
        id="defaults",
    ),
    pytest.param(
        '${E:-b} ${E-b} "${E-b}" ${V:-b} ${V-b} ${U:-} "${U:-}"', ["b", "", "v", "v", ""], id="defaults of set ones"
    ),
    pytest.param('${V:+b} ${U:+b} "${U:+b}" ${E:+b} ${E+b} ${V:+"b c"}', ["b", "", "b", "b c"], id="alternatives"),
    pytest.param("${U:-${W:-${V}}} ${U:-$A}", ["v", "1", "2"], id="nested defaults"),
    pytest.param("${N:=b} $N ${M=c}$M", ["b", "b", "cc"], id="assigned defaults"),
    pytest.param("${V:?no} ${U:?no}", ["v", "${U:?no}"], id="demanded"),
    pytest.param(
        "${P#*.} ${P##*.} ${P%.*} ${P%%.*} ${P#a} ${P%c} ${P#x} ${P%x} ${P#$V} ${P##*/}",
        ["b.c", "c", "a.b", "a", ".b.c", "a.b.", "a.b.c", "a.b.c", "a.b.c", "a.b.c"],
        id="trimmed",
    ),
    pytest.param(
        "${P#$U} ${P/$U/x} ${U#a} ${P/*/x} ${P/#a/x} ${L#*b}",
        ["${P#$U}", "${P/$U/x}", "${U#a}", "${P/*/x}", "${P/#a/x}", "${L#*b}"],
        id="not followed",
    ),
    pytest.param(
        "${P/./-} ${P//./-} ${P//.} ${P/\\./-} ${P//x/y} ${P///y} ${P//b/$V}",
        ["a-b.c", "a-b-c", "abc", "a-b.c", "a.b.c", "a.b.c", "a.v.c"],
        id="replaced",
    ),
    pytest.param("${P^^} ${P^} ${Q,,} ${Q,} ${P^^a}", ["A.B.C", "A.b.c", "xy", "xY", "${P^^a}"], id="case"),
    pytest.param(
        "${P:2} ${P:1:2} ${P: -1} ${P:$V} ${P@Q} ${P:0:0}", ["b.c", ".b", "${P: -1}", "${P:$V}", "${P@Q}"], id="cut"
    ),
    pytest.param("${} ${%} ${a b} ${A[0]x}", ["${}", "${%}", "${a b}", "${A[0]x}"], id="malformed"),
    pytest.param('`x` $(y \'z)\') "$(y ")")" a`x`', ["`x`", "$(y 'z)')", '$(y ")")', "a`x`"], id="substitutions"),
]


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_words(words: str, expected: list[str]) -> None:
    values = {"A": "1 2", "E": "", "S": " a\t b\n", "V": "v", "P": "a.b.c", "Q": "XY", "L": "a" * 2_000}
    found = read(f"pip {words}", **values)
    assert next(line[1:] for line in argv(found) if line[0] == "pip") == expected
    assert found.problems == ()


ARRAYS = [
    pytest.param('P=(uv pip install); pip "${P[@]}" a', ["uv", "pip", "install", "a"], id="all"),
    pytest.param(
        'P=(a \'b c\'); pip "${P[@]}" ${P[@]} "${P[*]}" ${P[*]}',
        ["a", "b c", "a", "b", "c", "a b c", "a", "b", "c"],
        id="split or not",
    ),
    pytest.param(
        'P=(a b); pip $P ${P[1]} ${P[7]} "${P[7]}" ${P[-1]} ${P[$i]}',
        ["a", "b", "", "${P[-1]}", "${P[$i]}"],
        id="elements",
    ),
    pytest.param(
        "P=(a # why\n b\\\n\n 'c'); P+=(d e); pip \"${P[@]}\"", ["a", "b", "c", "d", "e"], id="written over lines"
    ),
    pytest.param('P=(); pip "${P[@]}" x"${P[@]}"', ["x"], id="empty"),
    pytest.param('P=a; P+=(b); pip "${P[@]}"', ["a", "b"], id="made of a scalar"),
    pytest.param("P=(a); P+=b; pip $P", ["$P"], id="scalar added to an array"),
    pytest.param("P=(a b); P[1]=c; pip ${P[1]}", ["${P[1]}"], id="element set"),
    pytest.param("declare -A P=([a]=b); pip ${P[a]}", ["${P[a]}"], id="associative"),
    pytest.param("P=({1..3} $U); pip ${P[@]} ${P[1]}", ["1", "2", "3", "$U", "2"], id="expanded elements"),
    pytest.param(
        'P=(a.x b.x); pip ${P[@]%.x} "${P[@]/./-}" ${P[@]:1}',
        ["a", "b", "a-x", "b-x", "${P[@]:1}"],
        id="operators on each",
    ),
    pytest.param('P=(a b); export P; Q="${P[@]}"; pip "$Q"', ["a b"], id="assigned to a scalar"),
    pytest.param(
        'set -- a \'b c\'; pip "$@" $* "$*" x"$@"y $2 ${3}z "${@}"',
        ["a", "b c", "a", "b", "c", "a b c", "xa", "b cy", "b", "c", "z", "a", "b c"],
        id="arguments",
    ),
    pytest.param("set -- a b c; shift; pip $1; shift 2; pip $1 x$#", ["b", "x0"], id="shift"),
    pytest.param(
        "set -- a; shift $n; pip $1; set -e a b; pip $2; set -o pipefail; pip $2", ["$1", "b", "b"], id="set and shift"
    ),
    pytest.param("shift; pip $1", ["$1"], id="shift of nothing known"),
    pytest.param('f() { pip $1 $#; }; f "$@" a', ["$1", "$#"], id="any number of arguments"),
]


@pytest.mark.parametrize(("script", "expected"), ARRAYS)
def test_arrays(script: str, expected: list[str]) -> None:
    assert [word for line in argv(read(script)) if line[0] == "pip" for word in line[1:]] == expected


SPANS = [
    pytest.param("pip 'numpy<2' \"b\" $'c' d", ["pip", "numpy<2", "b", "c", "d"], id="without the quotes"),
    pytest.param("pip numpy'<2' 'a'\"b\" \"\" a\\ b", ["pip", "numpy'<2'", "'a'\"b\"", "", "a\\ b"], id="as written"),
    pytest.param('pip $D "$D" x${D}y', ["pip", "$D", "$D", "$D", "x${D}y", "x${D}y"], id="references"),
    pytest.param("pip n{a,b}", ["pip", "n{a,b}", "n{a,b}"], id="braces"),
    pytest.param("bash -c \"pip 'a b' \\$x\"", ["pip", "a b", "$x"], id="inside quotes"),
    pytest.param('bash -c "pip $D z"', ["pip", "$D", "$D", "z"], id="inside quotes, through a variable"),
    pytest.param('bash -c "$C"', ["$C", "$C"], id="a script in a variable"),
    pytest.param("bash <<-E\n\tpip a \\\n\tb\n\tE", ["pip", "a", "b"], id="here-document with tabs"),
]


@pytest.mark.parametrize(("script", "expected"), SPANS)
def test_where_words_are_written(script: str, expected: list[str]) -> None:
    (command,) = read(script, D="1 2", C="pip q").commands
    assert [word.span.text for word in command.words] == expected


def test_a_split_value_knows_its_place_and_its_way() -> None:
    (command,) = read('A="x numpy<2"\nB=$A\npip $B').commands
    word = command.words[2]
    (piece,) = word.value.pieces
    assert (piece.text, piece.span.text, piece.known) == ("numpy<2", "numpy<2", True)
    assert [(span.text, span.line) for span in piece.via] == [("$B", 3), ("$A", 2)]
    assert (word.span.text, word.span.line) == ("$B", 3)


def test_a_default_came_through_its_reference() -> None:
    (command,) = read("pip numpy${X:-<2}").commands
    assert [(p.text, p.span.text, [v.text for v in p.via]) for p in command.words[1].value.pieces] == [
        ("numpy", "numpy", []),
        ("<2", "<2", ["${X:-<2}"]),
    ]


def test_unknown_references_are_told() -> None:
    (command,) = read("pip numpy$X").commands
    assert [span.text for span in command.words[1].value.unresolved] == ["$X"]


def test_the_way_through_variables_is_told_as_far_as_anyone_reads() -> None:
    found = read("A=x\n" + "A=$A\n" * 50 + "pip $A")
    assert len(found.commands[0].words[1].value.via) == 20


def test_gaps_in_the_script() -> None:
    text = 'pip install \\\n# why\n  numpy"<2" && ls'
    source = Source(path="Dockerfile", text=text)
    start = text.index("  numpy")
    script = Traced((Piece(text[:12], source.span(0, 12)), Piece(text[start:], source.span(start, len(text)))))
    commands = read_script(script, {}, None).commands
    assert [[word.span.text for word in command.words] for command in commands] == [
        ["pip", "install", 'numpy"<2"'],
        ["ls"],
    ]
    assert commands[0].span.text == text[: text.index(" &&")]


def test_a_script_that_came_through_a_variable_is_where_it_is_used() -> None:
    use = traced("RUN $CMD", "Dockerfile").pieces[0].span
    value = Traced((Piece("pip numpy # dmlint", traced("pip numpy # dmlint", "env").pieces[0].span, (use,)),))
    found = run_script(value, Start(habits=HABITS))
    assert [word.span for word in found.commands[0].words] == [use, use]
    assert found.comments == (use,)


def test_a_script_in_pieces_without_order_is_where_it_starts() -> None:
    later, earlier = traced("pip x", "b").pieces[0], traced("y z", "a").pieces[0]
    (command,) = read_script(Traced((later, earlier)), {}, None).commands
    assert command.span == later.span
    assert [word.text for word in command.words] == ["pip", "xy", "z"]


def test_exec_form() -> None:
    script = traced('["bash", "-c", "pip install \'a b\' $A"]', "Dockerfile")
    words = tuple(
        Word(value=value, span=value.pieces[0].span)
        for value in (script.slice(2, 6), script.slice(10, 12), script.slice(16, 36))
    )
    span = script.pieces[0].span
    found = read_words(words, span, Start(environ={"A": traced("1 2")}, cwd="/w"))
    assert argv(found) == [["pip", "install", "a b", "1", "2"]]
    assert [word.span.text for word in found.commands[0].words] == ["pip", "install", "a b", "$A", "$A"]
    assert argv(read_words(words[:1], span, Start())) == [["bash"]]
    assert read_words((), span, Start()).commands == ()
