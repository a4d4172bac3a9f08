from __future__ import annotations

import pytest
from shell_scripts import argv, installs, read

from dmlint.text.arms import exclude
from dmlint.text.problems import ProblemKind

RUNS = [
    pytest.param("pip a && pip b || pip c; pip d", "pip a|pip b|?pip c|pip d", id="and-or"),
    pytest.param("pip a | pip b |& pip c & pip d", "pip a|pip b|pip c|pip d", id="pipes and background"),
    pytest.param(
        "if pip a; then pip b; elif pip c; then pip d; else pip e; fi; pip f",
        "pip a|?pip b|?pip c|?pip d|?pip e|pip f",
        id="if",
    ),
    pytest.param("if true; then pip a; else pip b; fi", "pip a", id="if true"),
    pytest.param("if false; then pip a; elif true; then pip b; else pip c; fi", "pip b", id="if false, elif true"),
    pytest.param("if x; then pip a; elif true; then pip b; else pip c; fi", "?pip a|?pip b", id="elif true, not first"),
    pytest.param("while pip a; do pip b; done; until pip c; do pip d; done", "pip a|?pip b|pip c|?pip d", id="while"),
    pytest.param("for p in a 'b c'; do pip $p; done", "pip a|pip b c", id="for"),
    pytest.param("for p in a b\ndo pip $p\ndone > log", "pip a|pip b", id="for over lines"),
    pytest.param("for p in $X; do pip $p; done", "?pip $p", id="for over what is not known"),
    pytest.param("for p in *.whl; do pip $p; done", "?pip $p", id="for over files"),
    pytest.param("for p in; do pip $p; done", "", id="for over nothing"),
    pytest.param("for p in {1..60} {1..60}; do pip $p; done", "pip $p", id="for with too many turns"),
    pytest.param("for ((i=0; i<3; i++)); do pip $i; done", "?pip $i", id="for that counts"),
    pytest.param("for p; do pip $p; done", "?pip $p", id="for over unknown arguments"),
    pytest.param("set -- a b; for p do pip $p; done", "pip a|pip b", id="for over known arguments"),
    pytest.param(
        "f() { while [ $# -gt 0 ]; do case $1 in -a) pip $2; shift 2;; *) pip z$1; shift;; esac; done; }; f -a b c",
        "pip b|pip zc",
        id="known arguments",
    ),
    pytest.param(
        'f() { while [ $# -gt 0 ]; do pip $1; shift; done; }; f "$@"', "?pip $1", id="arguments of any number"
    ),
    pytest.param(
        "set -- -a x -bc y; while getopts a:bc o; do pip $o x$OPTARG; done; pip $OPTIND",
        "pip a xx|pip b x|pip c x|pip 4",
        id="getopts",
    ),
    pytest.param("while getopts a o; do pip $o; done", "?pip $o", id="getopts of unknown arguments"),
    pytest.param("for p in a b c; do [ $p = b ] && continue; pip $p; done", "pip a|pip c", id="continue"),
    pytest.param("for p in a b; do for q in c d; do pip $p$q; break 2; done; done", "pip ac", id="break of two"),
    pytest.param("pip a && exit 0; pip b", "pip a|pip b", id="exit behind what may fail"),
    pytest.param("f() { x && return 0; pip a; }; f", "pip a", id="return behind what may fail"),
    pytest.param("(return 0 2>/dev/null) && return 0; pip a", "pip a", id="is it sourced"),
    pytest.param("x && { y; exit; }; pip a", "pip a", id="exit in a group"),
    pytest.param("alias p='pip install'; p a; unalias p; p b", "pip install a", id="alias"),
    pytest.param("trap 'pip a' EXIT; trap 'pip b' ERR; pip c; exit; pip d", "pip c|pip a", id="trap"),
    pytest.param("coproc pip a; coproc N { pip b; }; pip c", "pip a|pip b|pip c", id="coproc"),
    pytest.param("x | tee >(pip a)", "pip a", id="into a process"),
    pytest.param('A=\'\'; [ -n "$A" ] && pip a; [ -z "$A" ] && pip b', "pip b", id="test of an empty value"),
    pytest.param("A=x1; [[ $A == x* ]] && pip a; [[ $A != x* || $A < b ]] && pip b", "pip a|?pip b", id="pattern"),
    pytest.param("A=2; (( A > 1 && A * 2 == 4 )) && pip a; (( A - 2 )) || pip b", "pip a|pip b", id="arithmetic"),
    pytest.param("f() { [ $1 = a ] && return 0; return 1; }; f a && pip a; f b || pip b", "pip a|pip b", id="status"),
    pytest.param("select p in a b; do pip x; done", "pip x|pip x", id="select"),
    pytest.param(
        "case $x in (a|b) pip a;; *.c) pip b;& c) pip c;;& esac; pip d", "?pip a|?pip b|?pip c|?pip c|pip d", id="case"
    ),
    pytest.param("case $(pip s) in\n\n# c\na ) pip a\n;;\nesac", "pip s|?pip a", id="case over lines"),
    pytest.param("(pip a; { pip b; }); ( (pip c) ); ((pip d); (pip e))", "pip a|pip b|pip c|pip d|pip e", id="groups"),
    pytest.param("f() { pip $1; }; pip x; f a; f b", "pip x|pip a|pip b", id="function"),
    pytest.param(
        "function f { pip a; }\nfunction g() ( pip b )\nfunction h\n{\npip c; }\nf; g; h",
        "pip a|pip b|pip c",
        id="function keyword",
    ),
    pytest.param("f() # why\n{ pip a; }\nf", "pip a", id="function with its body on the next line"),
    pytest.param("f() { pip a; }", "", id="function never called"),
    pytest.param("[ -f x ] && { f() { pip a; }; }; f", "pip a", id="function defined on a condition"),
    pytest.param("f() { pip a; }; unset -f f; f; g || f", "", id="function taken away"),
    pytest.param("f() { command -v x; }; f && pip a; x && f && pip b", "?pip a|?pip b", id="function that asks"),
    pytest.param("x || f; f() { pip a; }; y || f", "?pip a", id="function called on a condition"),
    pytest.param("f() { pip a; return; pip b; }; f; pip c", "pip a|pip c", id="return"),
    pytest.param("pip a; exit; pip b", "pip a", id="exit"),
    pytest.param("(exit 1); pip a; f() { exit; }; f; pip b", "pip a", id="exit in a subshell and a function"),
    pytest.param("cd x || exit 1; pip a; if y; then exit; else exit; fi; pip b", "pip a", id="exit in branches"),
    pytest.param("exec pip a; pip b", "pip a", id="exec"),
    pytest.param("exec > log; pip b", "pip b", id="exec without a command"),
    pytest.param("[ -f a ] && pip b && pip c; pip d", "?pip b|?pip c|pip d", id="test"),
    pytest.param("[[ a < b ]] && pip b; (( x > 1 )) || pip c; test -f x && pip d", "?pip b|?pip c|?pip d", id="tests"),
    pytest.param(
        "command -v uv && pip a; which uv && pip b; grep -q x y && pip c; type x && pip d",
        "?pip a|?pip b|?pip c|?pip d",
        id="programs that ask",
    ),
    pytest.param("command ls && pip a; ls && pip b; command", "pip a|pip b", id="programs that do not ask"),
    pytest.param(
        "true && pip a; : && pip b; false && pip c && pip d; false || pip e; true || pip f",
        "pip a|pip b|pip e",
        id="true and false",
    ),
    pytest.param("! true || pip a; ! pip b && pip c; ! [ -f x ] && pip d", "pip a|pip b|?pip c|?pip d", id="negated"),
    pytest.param("a || true && pip b; a || b && pip c", "pip b|pip c", id="and after or"),
    pytest.param("pip a || true; pip b", "pip a|pip b", id="or true"),
    pytest.param("time pip a; time -p pip b; time { pip c; }", "pip a|pip b|pip c", id="time keyword"),
    pytest.param("pip a &&\n# why\n\npip b |\npip c", "pip a|pip b|pip c", id="operators at the ends of lines"),
    pytest.param(
        'pip $(pip a; echo `pip b`) <(pip c) "$(pip d)"',
        "pip a|pip b|pip c|pip $(pip a; echo `pip b`) <(pip c) $(pip d)|pip d",
        id="substitutions",
    ),
    pytest.param("A=$(pip a) B=`pip \\`pip b\\`` pip c", "pip a|pip b|pip `pip b`|pip c", id="substitutions in values"),
    pytest.param("x <<E && pip a\npip no\nE\npip b", "pip a|pip b", id="here-document before an operator"),
    pytest.param("x <<A <<-'B'; pip a\nA\n\tpip no $(\n\tB\npip b", "pip a|pip b", id="two here-documents"),
    pytest.param("pip $(cat <<E\nit's )\nE\n); pip b", "pip it's )|pip b", id="here-document in a substitution"),
    pytest.param("echo 'pip a'; echo \"pip b\"; printf pip; # pip c\ncat > f <<E\npip d\nE", "", id="only printed"),
    pytest.param("cat x | while read a; do pip $a; done", "?pip $a", id="piped into a loop"),
    pytest.param("pip a\r\npip b \\\r\n c\r\n", "pip a|pip b c", id="CRLF"),
    pytest.param("echo if; echo done; pip }", "pip }", id="keywords as words"),
    pytest.param("pip $(cat <<<x); pip b", "pip x|pip b", id="here-string in a substitution"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("script", "expected"), RUNS)
def test_runs(script: str, expected: str) -> None:
    found = read(script)
    assert sorted(installs(found)) == sorted(filter(None, expected.split("|")))
    assert found.problems == ()


NESTED = [
    pytest.param("bash -c 'pip a'", "pip a", id="bash -c"),
    pytest.param("bash -lc 'pip a'; sh -lc \"pip b\"", "pip a|pip b", id="-lc"),
    pytest.param(
        "bash -i -c 'pip a'; bash -eux -o pipefail -c 'pip b'; /bin/bash +x --norc -c 'pip c'",
        "pip a|pip b|pip c",
        id="options",
    ),
    pytest.param("bash --rcfile x -c 'pip a'; bash -euxo pipefail -c 'pip b'", "pip a|pip b", id="options with values"),
    pytest.param("bash -c 'pip \"$@\" $1' x a b", "pip a b a", id="arguments"),
    pytest.param("bash -c \"pip '$X' \\$Y\"", "pip $X $Y", id="unknown references"),
    pytest.param("A=1; export B=2; bash -c 'pip $A $B'", "pip $A 2", id="only exported variables"),
    pytest.param("bash -c 'exit'; pip a; bash -c 'cd /x'; pip b", "pip a|pip b", id="a shell of its own"),
    pytest.param("x && bash -c 'y || pip a'", "?pip a", id="conditional inside"),
    pytest.param("[ -f x ] && bash -c 'pip a'", "?pip a", id="conditional outside"),
    pytest.param("bash -c; bash -c \"$X\"; bash; bash -- -c x; bash x.sh 'pip a'", "", id="nothing to read"),
    pytest.param("eval 'pip a b'; eval pip \"'c d'\"; eval", "pip a b|pip c d", id="eval"),
    pytest.param("eval 'A=1'; pip $A", "pip 1", id="eval in the same shell"),
    pytest.param("bash <<E\npip a\nE\nbash -s <<'E'\npip b\nE\nsh - <<<'pip c'", "pip a|pip b|pip c", id="input"),
    pytest.param("bash < f <<E\npip a\nE", "pip a", id="the later input counts"),
    pytest.param("bash <<E < f\npip a\nE", "", id="the later input counts, a file"),
    pytest.param("A=1; bash <<E\npip $A \\$B `echo`\nE", "pip 1 $B", id="expanded input"),
    pytest.param("A=1; bash <<'E'\npip $A\nE", "pip $A", id="literal input"),
    pytest.param("bash <<-E\n\t\tpip a\n\tpip b\n\tE", "pip a|pip b", id="input with tabs cut"),
    pytest.param("cat <<E | bash\npip a\nE", "pip a", id="cat"),
    pytest.param("cat - <<E | sh\npip a\nE", "pip a", id="cat -"),
    pytest.param("cat f <<E | sh\npip a\nE", "", id="cat of a file"),
    pytest.param("cat <<E > f | sh\npip a\nE", "", id="cat into a file"),
    pytest.param(
        "echo pip a | sh; echo -n 'pip b' | sh; echo | sh; echo -e 'pip c' | sh; echo -e 'pip\\td' | sh",
        "pip a|pip b|pip c",
        id="echo",
    ),
    pytest.param(
        "printf 'pip a\\npip %s %%\\n' b c | sh; printf '%d' 1 | sh; printf -v x y | sh; printf \"$X\" | sh",
        "pip a|pip b %|pip a|pip c %",
        id="printf",
    ),
    pytest.param("printf 'pip %s %s' a | sh; printf 'pip\\tz' | sh", "pip a|pip z", id="printf with too little"),
    pytest.param("echo 2>/dev/null pip a | sh", "pip a", id="echo with its errors elsewhere"),
    pytest.param(
        "su - bob -c 'pip a'; su -s /bin/sh --command='pip b' bob; su bob; runuser -l bob -c 'pip c'",
        "pip a|pip b|pip c",
        id="su",
    ),
    pytest.param("runuser -u bob -- pip a; runuser -u bob pip b; runuser --foo -u bob", "pip a|pip b", id="runuser"),
    pytest.param("runuser bob; runuser -x -u b --", "", id="runuser without a command"),
]


@pytest.mark.parametrize(("script", "expected"), NESTED)
def test_reads_scripts_inside(script: str, expected: str) -> None:
    assert sorted(installs(read(script))) == sorted(filter(None, expected.split("|")))


def test_commands_stand_in_the_order_they_run() -> None:
    script = read("f() { b $(a); }; f | c; d <<E && e\nE\n")
    assert argv(script) == [["a"], ["b", "$(a)"], ["c"], ["d"], ["e"]]


FAULTS = [
    pytest.param("pip a; echo 'x\npip b", 1, "pip a", id="open quote"),
    pytest.param("pip a\necho $(x\npip b\n", 4, "pip a", id="open substitution"),
    pytest.param("pip a (\npip b", 1, "pip a|pip b", id="bracket"),
    pytest.param("pip a\npip b )\npip c", 2, "pip a|pip b|pip c", id="closing bracket"),
    pytest.param("if x; then pip a\npip b\n", 3, "pip a|pip b", id="open if"),
    pytest.param("pip a\n;\npip b", 2, "pip a|pip b", id="separator"),
    pytest.param("x () pip a\npip b", 1, "pip a|pip b", id="function without a body"),
    pytest.param("x (a) { pip b; }", 1, "", id="function with a parameter"),
    pytest.param("function x (a) { pip b; }", 1, "", id="function with a parameter and its keyword"),
    pytest.param("function ;", 1, "", id="function without a name"),
    pytest.param("pip a &&\n", 2, "pip a", id="nothing after &&"),
    pytest.param("pip a >\npip b", 1, "pip b", id="no target"),
    pytest.param("pip a;; pip b", 1, "pip a|pip b", id="double semicolon"),
    pytest.param("for p a; do pip b; done", 1, "pip b", id="for without in"),
    pytest.param("for p in a | b; do pip b; done", 1, "pip b", id="for over a pipe"),
    pytest.param("for ; do pip b; done", 1, "pip b", id="for without a name"),
    pytest.param("if x; then fi; pip b", 1, "pip b", id="nothing after then"),
    pytest.param("x\nP=(a; b &); pip b", 2, "", id="operators where elements should stand"),
    pytest.param("[[ a", 1, "", id="open test"),
    pytest.param("[[ a b ]]", 1, "", id="test without an operator"),
    pytest.param("[[ a == ]]", 1, "", id="test with half a comparison"),
    pytest.param("[[ a =~ ]]", 1, "", id="test with half a pattern"),
    pytest.param("[[ ( a ]]", 1, "", id="test with an open bracket"),
    pytest.param("[[ a ) ]]", 1, "", id="test with a closing bracket"),
    pytest.param("[[ && a ]]", 1, "", id="test that starts with an operator"),
    pytest.param("[[ 'a ]]", 1, "", id="test with an open quote"),
    pytest.param("((a;(b); pip c", 1, "pip c", id="open brackets"),
    pytest.param("case x in ) pip a;; esac; pip b", 1, "pip b", id="empty pattern"),
    pytest.param("case x in a b) pip a;; esac; pip b", 1, "pip b", id="two words for a pattern"),
    pytest.param("case ; in a) pip a;; esac; pip b", 1, "pip b", id="case without a subject"),
    pytest.param("${a} x() { pip b; }", 1, "", id="brackets after several words"),
    pytest.param("x $(if a)\npip b", 1, "pip b", id="in a substitution"),
]


@pytest.mark.parametrize(("script", "line", "expected"), FAULTS)
def test_says_what_bash_refuses_and_reads_the_rest(script: str, line: int, expected: str) -> None:
    found = read(script)
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [(ProblemKind.UNREADABLE, line)]
    assert {line.lstrip("?") for line in installs(found)} >= set(filter(None, expected.split("|")))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("a # dmlint: ignore[DM101] x\n# other\nb", ["# dmlint: ignore[DM101] x"], id="plain"),
        pytest.param("bash -c 'a\n# dmlint: b\n'", ["# dmlint: b"], id="inside bash -c"),
        pytest.param("f() { a; # dmlint: b\n}; f; f", ["# dmlint: b"], id="once for each place"),
        pytest.param("echo '# dmlint' x#dmlint; cat <<E\n# dmlint\nE", [], id="no comments"),
        pytest.param("a # dmlint", ["# dmlint"], id="at the end"),
    ],
)
def test_comments_that_mention_dmlint(script: str, expected: list[str]) -> None:
    assert [comment.text for comment in read(script).comments] == expected


ARMS = [
    pytest.param("if x; then pip a; else pip b; fi", True, id="if"),
    pytest.param("if x; then pip a; elif y; then pip b; fi", True, id="elif"),
    pytest.param("case $x in a) pip a;; b) pip b;; esac", True, id="case"),
    pytest.param("pip a || pip b", True, id="or"),
    pytest.param("[ -f x ] && pip a || pip b", True, id="and or"),
    pytest.param("if x; then pip a; exit; fi; pip b", True, id="exit"),
    pytest.param("f() { if x; then pip a; return; fi; pip b; }; f", True, id="return"),
    pytest.param("if x; then A=a; else A=b; fi; pip $A", True, id="values"),
    pytest.param("pip a; pip b", False, id="one after the other"),
    pytest.param("if x; then pip a; fi; if y; then pip b; fi", False, id="two choices"),
    pytest.param("f() { if x; then pip $1; fi; }; f a; f b", False, id="a function called twice"),
    pytest.param("for i in $U; do if x; then pip a; else pip b; fi; done", False, id="turns of a loop"),
]


@pytest.mark.parametrize(("script", "apart"), ARMS)
def test_arms_that_exclude_each_other(script: str, *, apart: bool) -> None:
    one, other = (command for command in read(script).commands if command.words[0].text == "pip")
    assert exclude(one.arms, other.arms) is apart
