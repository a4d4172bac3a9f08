from __future__ import annotations

import pytest
from shell_scripts import argv, read, traced

from dmlint.syntax.shell.run import read_script
from dmlint.text.traced import Traced

FOLDERS = [
    pytest.param("cd a; pip; cd /b/../c; pip; cd ..; pip", ["/w/a", "/c", "/"], id="cd"),
    pytest.param(
        "(cd a; pip); pip; cd a | x; pip; cd a & pip; $(cd a); pip", ["/w/a", "/w", "/w", "/w", "/w"], id="subshells"
    ),
    pytest.param("{ cd a; }; pip; f() { cd b; }; f; pip", ["/w/a", "/w/a/b"], id="same shell"),
    pytest.param("cd $X; pip; cd a; pip; cd /b; pip", [None, None, "/b"], id="unknown"),
    pytest.param("cd; pip; cd -; pip; cd /a; cd ~/x; pip", ["/root", None, None], id="home and back"),
    pytest.param("cd -P -- a; pip; cd $D; pip; cd ''; pip", ["/w/a", "/w/a/d", None], id="options and variables"),
    pytest.param("pushd a; pip; popd; pip; popd; pip", ["/w/a", "/w", None], id="pushd"),
    pytest.param("[ -f x ] && cd a; pip", [None], id="on a condition"),
    pytest.param("cd a || exit 1; pip; if ! cd b; then exit 1; fi; pip", ["/w/a", "/w/a/b"], id="or exit"),
    pytest.param("if x; then cd a; else cd a; fi; pip", ["/w/a"], id="the same in all branches"),
    pytest.param("cd //a; pip; cd ////; pip", ["/a", "/"], id="slashes"),
    pytest.param("cd " + "a/" * 3_000 + "; pip", [None], id="too long"),
    pytest.param(
        "sudo cd a; pip; command cd a; pip; cd() { x; }; cd b; pip", ["/w", "/w/a", "/w/a"], id="not this shell's cd"
    ),
    pytest.param(
        "if x; then set -- a; pushd b; fi; popd; pip $1", [None], id="arguments and stack unknown after a branch"
    ),
]


@pytest.mark.parametrize(("script", "expected"), FOLDERS)
def test_folders(script: str, expected: list[str | None]) -> None:
    found = read(script, HOME="/root", D="d")
    assert [command.cwd for command in found.commands if command.words[0].text == "pip"] == expected


def test_the_folder_and_variables_left_behind() -> None:
    found = read("cd a; export B=2; C=3; A=4; unset D", A="1", D="1")
    assert found.cwd == "/w/a"
    assert {name: value.text for name, value in found.environ.items()} == {"A": "4", "B": "2"}


def test_a_relative_folder_stays_unknown_without_a_base() -> None:
    assert [command.cwd for command in read("cd a; pip; cd", cwd=None).commands] == [None, None, None]


@pytest.mark.parametrize("script", [Traced(), traced("")])
def test_an_empty_script_leaves_all_as_it_was(script: Traced) -> None:
    found = read_script(script, {"A": Traced()}, "/w")
    assert (found.commands, found.cwd, dict(found.environ)) == ((), "/w", {"A": Traced()})


ENVIRONS = [
    pytest.param("pip", {"A": "1"}, id="given"),
    pytest.param("B=2; pip", {"A": "1"}, id="not exported"),
    pytest.param("A=2; pip", {"A": "2"}, id="exported before"),
    pytest.param("export B=2 C D='x y'; pip", {"A": "1", "B": "2", "D": "x y"}, id="export"),
    pytest.param("B=2; export B; pip", {"A": "1", "B": "2"}, id="exported later"),
    pytest.param("declare -x B=2; typeset C=3; readonly D=4; local E=5; pip", {"A": "1", "B": "2"}, id="declare"),
    pytest.param("export -n A C; pip", {}, id="no longer exported"),
    pytest.param("unset A; pip", {}, id="unset"),
    pytest.param("B=2 C=$A pip; x", {"A": "1", "B": "2", "C": "1"}, id="for this command alone"),
    pytest.param("set -a; B=2; set +a; C=3; pip", {"A": "1", "B": "2"}, id="export all"),
    pytest.param("export B+=2 A+=2; pip", {"A": "12", "B": "$B"}, id="appended"),
    pytest.param("export B=(a b) C=(); pip", {"A": "1", "B": "a", "C": ""}, id="arrays"),
    pytest.param("env B=2 C=3 pip", {"A": "1", "B": "2", "C": "3"}, id="env"),
    pytest.param("env -i B=2 pip; env - pip", {"B": "2"}, id="env -i"),
    pytest.param("env -u A B=2 pip", {"B": "2"}, id="env -u"),
    pytest.param("sudo B=2 pip", {"A": "1", "B": "2"}, id="sudo"),
    pytest.param("B=2 bash -c 'pip'", {"A": "1", "B": "2"}, id="for a script inside"),
    pytest.param("[ -f x ] && A=2; pip", {"A": "$A"}, id="not known after a branch"),
    pytest.param("[ -f x ] && A=1; pip", {"A": "1"}, id="the same after a branch"),
    pytest.param("[ -f x ] && export B=2; pip", {"A": "1", "B": "$B"}, id="exported in a branch"),
    pytest.param("[ -f x ] && unset A; pip", {"A": "$A"}, id="unset in a branch"),
    pytest.param("export B=$X; pip", {"A": "1", "B": "$X"}, id="unknown value"),
    pytest.param("B=2 : ; pip", {"A": "1"}, id="lost with its command"),
    pytest.param("f() { local A=2 B=3; export B; }; f; pip", {"A": "1"}, id="local"),
    pytest.param("A[1]=2 B[0]=1 pip", {"A": "1"}, id="elements"),
]


@pytest.mark.parametrize(("script", "expected"), ENVIRONS)
def test_environ(script: str, expected: dict[str, str]) -> None:
    command = next(command for command in read(script, A="1").commands if command.words[0].text == "pip")
    assert {name: value.text for name, value in command.environ.items()} == expected


VARIABLES = [
    pytest.param("A=x; A+=y; pip $A", ["xy"], id="appended"),
    pytest.param("A+=y; pip $A", ["$A"], id="appended to what is not known"),
    pytest.param("A=x; unset A; pip a$A", ["a"], id="unset"),
    pytest.param("unset -v A; pip a$A b$B; unset -x; unset 1", ["a", "b$B"], id="unset before"),
    pytest.param("A=x; read A; read -r -p prompt B; pip $A $B $prompt", ["$A", "$B", "$prompt"], id="read"),
    pytest.param(
        "REPLY=x; read; pip $REPLY; read -a A; mapfile -t B < f; pip $A $B", ["$REPLY", "$A", "$B"], id="read more"
    ),
    pytest.param("A=x; if c; then A=y; fi; pip $A", ["y", "x"], id="if"),
    pytest.param("if c; then A=y; else A=y; fi; pip $A", ["y"], id="the same in both"),
    pytest.param("if c; then A=y; else exit 1; fi; pip $A", ["y"], id="the other one ends"),
    pytest.param("if c; then A=(x); else A=x; fi; pip $A", ["x", "x"], id="array or not"),
    pytest.param("case $c in a) A=x;; *) A=x;; esac; pip $A", ["x"], id="case, the same in all"),
    pytest.param("case $c in a) A=x;; b) A=x;; esac; pip $A", ["x", "x", "$A"], id="case without a rest"),
    pytest.param("A=x; while c; do A=y; done; pip $A", ["$A"], id="while"),
    pytest.param("A=x; for i in $U; do A=y; done; pip $A $i", ["$A", "$i"], id="for"),
    pytest.param("for i in 1 2; do A=$i; done; pip $A $i", ["2", "2"], id="for over known words"),
    pytest.param("A=x; c || A=y; pip $A; d && A=z; pip $A", ["y", "x", "z"], id="or"),
    pytest.param("[ -f c ] && unset A; pip $A", ["$A"], id="unset in a branch"),
    pytest.param("if c; then unset A; else unset A; fi; pip a$A", ["a"], id="unset in all"),
    pytest.param("A=x; (A=y); A=z | A=q; pip $A", ["x"], id="subshells"),
    pytest.param("f() { A=y; local B=z; pip $A $B; }; B=b; f; pip $A $B", ["y", "z", "y", "b"], id="functions"),
    pytest.param("f() { declare B; B=1; }; f; pip $B", ["$B"], id="declared without a value"),
    pytest.param("f() { g b; pip $1; }; g() { pip $1; }; f a; pip $1", ["b", "a", "$1"], id="arguments"),
    pytest.param("f() { set -- z; pip $1; }; set -- y; f a; pip $1", ["z", "y"], id="set in a function"),
    pytest.param('A="x $U"; pip $A "$A"', ["x", "$U", "x $U"], id="partly known"),
    pytest.param("A=$U/bin; pip ${A%/bin} ${A:-b}", ["${A%/bin}", "$U/bin"], id="operators on what is partly known"),
    pytest.param(
        "[ -f c ] && A=x; pip ${A:-b} ${A:+c} ${A%x}",
        ["x", "c", "${A:-b}", "${A:+c}", "${A%x}"],
        id="operators on unknown",
    ),
    pytest.param("declare -A A=([x]=y); pip ${A[@]}; export A; pip $A", ["${A[@]}", "$A"], id="values not followed"),
    pytest.param("A=x; export A; if c; then A=y; fi; bash -c 'pip $A'", ["$A"], id="unknown, inside"),
]


@pytest.mark.parametrize(("script", "expected"), VARIABLES)
def test_variables(script: str, expected: list[str]) -> None:
    assert [word for line in argv(read(script)) if line[0] == "pip" for word in line[1:]] == expected
