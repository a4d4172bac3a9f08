"""Files that a command writes, removes or links."""

from __future__ import annotations

import pytest
from installer_commands import make_command, read

from dmlint.facts import FileWrite, Link, Removal
from dmlint.installers import read_actions


def writes(
    line: str, *, cwd: str | None = "/app", stdin: str | None = None
) -> list[tuple[str | None, str | None, bool]]:
    return [
        (action.path, action.content.text if action.content is not None else None, action.appends)
        for action in read(line, cwd=cwd, stdin=stdin).actions
        if isinstance(action, FileWrite)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("echo 'numpy<2' > c.txt", ("/app/c.txt", "numpy<2\n", False), id="echo"),
        pytest.param("echo numpy scipy >> /c.txt", ("/c.txt", "numpy scipy\n", True), id="append"),
        pytest.param("echo -n x > c", ("/app/c", "x", False), id="echo -n"),
        pytest.param(r"echo -e 'a\nb' > c", ("/app/c", "a\nb\n", False), id="echo -e"),
        pytest.param(r"echo 'a\tb' > c", ("/app/c", "a\tb\n", False), id="echo as dash does it"),
        pytest.param(r"echo -E 'a\nb' > c", ("/app/c", "a\\nb\n", False), id="echo -E"),
        pytest.param(r"echo 'a\cb' > c", ("/app/c", "a\n", False), id="echo, cut"),
        pytest.param(r"echo '\0101\x42\q\\' > c", ("/app/c", "AB\\q\\\n", False), id="echo, codes"),
        pytest.param("echo > c", ("/app/c", "\n", False), id="echo of nothing"),
        pytest.param("echo $X > c", ("/app/c", "$X\n", False), id="echo of an unknown value"),
        pytest.param("echo x > ${D}/c", (None, "x\n", False), id="unknown folder"),
        pytest.param("echo x > a > b", ("/app/b", "x\n", False), id="the last redirection counts"),
        pytest.param(r"printf '%s\n' a b > c", ("/app/c", "a\nb\n", False), id="printf, repeated"),
        pytest.param(r"printf 'a\nb\n' > c", ("/app/c", "a\nb\n", False), id="printf, literal"),
        pytest.param("printf '%s-%s' a b c > c", ("/app/c", "a-bc-", False), id="printf, short of values"),
        pytest.param(r"printf -- '100%% %b' 'x\n' > c", ("/app/c", "100% x\n", False), id="printf, percent"),
        pytest.param("printf a b > c", ("/app/c", "a", False), id="printf without conversions"),
        pytest.param("printf '%5.2f' 1 > c", ("/app/c", None, False), id="printf, another conversion"),
        pytest.param("printf $F > c", ("/app/c", None, False), id="printf, unknown format"),
        pytest.param("printf > c", ("/app/c", None, False), id="printf of nothing"),
        pytest.param("printf -v x a > c", ("/app/c", None, False), id="printf into a variable"),
        pytest.param("cat a b > c", ("/app/c", None, False), id="cat of files"),
        pytest.param("pip freeze > constraints.txt", ("/app/constraints.txt", None, False), id="any other program"),
        pytest.param(": > c", ("/app/c", "", False), id="emptied"),
        pytest.param("true &> c", ("/app/c", "", False), id="both outputs"),
        pytest.param("> c", ("/app/c", "", False), id="no program"),
    ],
)
def test_written(line: str, expected: tuple[str | None, str | None, bool]) -> None:
    assert writes(line) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("cat > c", [("/app/c", "numpy<2\n", False)], id="cat"),
        pytest.param("cat - >> c", [("/app/c", "numpy<2\n", True)], id="cat of standard input"),
        pytest.param("tee /c", [("/c", "numpy<2\n", False)], id="tee"),
        pytest.param(
            "tee -a c d /dev/null", [("/app/c", "numpy<2\n", True), ("/app/d", "numpy<2\n", True)], id="tee -a"
        ),
    ],
)
def test_here_documents(line: str, expected: list[tuple[str | None, str | None, bool]]) -> None:
    assert writes(line, stdin="numpy<2\n") == expected


@pytest.mark.parametrize(
    "line",
    ["echo x", "echo x > /dev/null", "echo x 2> log", "echo x >&2", "echo x >&-", "echo x < c", "tee > /dev/null"],
)  # fmt: skip
def test_writes_nothing(line: str) -> None:
    assert writes(line) == []


def test_file_through_an_old_spelling() -> None:
    assert writes("echo x >& c") == [("/app/c", "x\n", False)]


def test_relative_in_an_unknown_folder() -> None:
    assert writes("echo x > ./c", cwd=None) == [("c", "x\n", False)]


def test_pipe_is_not_known() -> None:
    assert writes("tee c") == [("/app/c", None, False)]


def test_characters_know_where_they_are_written() -> None:
    (action,) = read(r"echo 'numpy<2\nscipy' > c").actions
    assert isinstance(action, FileWrite)
    assert action.content is not None
    assert [piece.span.text for piece in action.content.pieces] == ["numpy<2", r"\n", "scipy", ""]
    assert (action.span.text, action.conditional) == (r"echo 'numpy<2\nscipy' > c", False)


def test_conditional() -> None:
    (action,) = read_actions(make_command("rm x", conditional=True), "RUN").actions
    assert isinstance(action, Removal)
    assert action.conditional


def test_hostile_printf_is_not_printed() -> None:
    line = "printf '" + "x" * 2000 + "%s' " + "a " * 2000 + "> c"
    assert writes(line) == [("/app/c", None, False)]


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        pytest.param("rm -rf a ./b /c", ("/app/a", "/app/b", "/c"), id="several"),
        pytest.param("rm -r -f -- -x ${D}/y", ("/app/-x", None), id="unknown"),
        pytest.param("rm -rf /isaac-sim/*/numpy*", ("/isaac-sim/*/numpy*",), id="pattern"),
    ],
)
def test_removed(line: str, paths: tuple[str | None, ...]) -> None:
    (action,) = read(line).actions
    assert isinstance(action, Removal)
    assert action.paths == paths


@pytest.mark.parametrize(
    ("line", "links"),
    [
        pytest.param("ln -s /isaac-sim _isaac_sim", [("/isaac-sim", "/app/_isaac_sim")], id="two operands"),
        pytest.param("ln -sfn ../x /opt/y", [("/x", "/opt/y")], id="relative to the link"),
        pytest.param("ln -sr x /opt/y", [("/app/x", "/opt/y")], id="-r: relative to the folder"),
        pytest.param("ln -s /a/b /opt/", [("/a/b", "/opt/b")], id="into a folder"),
        pytest.param("ln -s /a/b .", [("/a/b", "/app/b")], id="into this folder"),
        pytest.param("ln -s /a/b", [("/a/b", "/app/b")], id="one operand"),
        pytest.param("ln -s /a /b c", [("/a", "/app/c/a"), ("/b", "/app/c/b")], id="several into a folder"),
        pytest.param("ln -s -t /d /a", [("/a", "/d/a")], id="-t"),
        pytest.param("ln --symbolic ${X} /y", [("${X}", "/y")], id="unknown target"),
        pytest.param("ln -s /a/${X} /y", [(None, "/y")], id="unknown part of a target"),
        pytest.param("ln -s x ${Y}", [(None, None)], id="unknown name"),
        pytest.param("ln -s /x ${Y}", [("/x", None)], id="unknown name, absolute target"),
        pytest.param("ln -s /x ${Y}/", [("/x", None)], id="unknown folder"),
        pytest.param("ln -s x /y", [("/x", "/y")], id="in the root"),
    ],
)
def test_linked(line: str, links: list[tuple[str | None, str | None]]) -> None:
    found = [action for action in read(line).actions if isinstance(action, Link)]
    assert [(action.target, action.name) for action in found] == links


@pytest.mark.parametrize("line", ["ln /a /b", "ln -s", "rm", "rm -rf", "mv a b", "cp a b", "mkdir x"])
def test_neither_links_nor_removes(line: str) -> None:
    assert read(line).actions == ()
