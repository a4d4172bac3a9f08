"""Whatever the words are, reading them neither raises nor takes more time than their length."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installer_commands import make_command, read, steps_of, value_of

from dmlint.installers import PROGRAMS, read_actions
from dmlint.syntax.shell.command import Command, Redirection, Word
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from dmlint.text.source import Span

SUBCOMMANDS = [
    "install", "add", "sync", "run", "create", "env", "update", "pip", "tool", "inject", "runpip", "global", "clone",
    "uninstall", "remove", "-m", "-p", "-i",
]  # fmt: skip
ARGUMENTS = [
    "numpy", "numpy<2", "numpy=1.26", "numpy@^1", ".", "-e", "-r", "-c", "--", "-", "--with", "a,b", "--python",
    "git+https://x/y.git", "/x/bin/python", "-qU", "--group", ":", "@", "[", "numpy[", "x.whl", "file:", "=", "::", "",
    " ", "\x00", "\\", "-s", "https://github.com/isaac-sim/IsaacLab.git", "-b", "v2.3.0", "python3-numpy=1:1.26*",
    "-n", "~", "//", "%s%",
]  # fmt: skip
PYTHONS = ["python", "/isaac-sim/python.sh", "isaaclab.sh", "echo", "printf", "cat", "$X", "", "/", "setup.py"]


def word(text: str, *, known: bool) -> Word:
    value = value_of(text)
    pieces = tuple(Piece(piece.text, piece.span, known=known) for piece in value.pieces)
    return Word(value=Traced(pieces), span=make_command(text).span)


WORDS = st.builds(
    word, st.sampled_from(SUBCOMMANDS) | st.sampled_from(ARGUMENTS) | st.text(max_size=12), known=st.booleans()
)


@given(
    first=st.sampled_from([*PROGRAMS, *PYTHONS]) | st.text(max_size=8),
    words=st.lists(WORDS, max_size=8),
    operator=st.sampled_from([">", "<", ">>", "2>", ">&"]),
    target=WORDS,
    cwd=st.sampled_from([None, "/", "/app"]),
    within=st.sampled_from([None, "uv", "poetry", "conda:x"]),
)
def test_nothing_is_raised(
    *, first: str, words: list[Word], operator: str, target: Word, cwd: str | None, within: str | None
) -> None:
    argv = (word(first, known=True), *words)
    redirection = Redirection(operator=operator, target=target.value, span=target.span, follows=len(argv) - 1)
    command = Command(
        span=argv[0].span, words=argv, redirections=(redirection,), cwd=cwd, within=within, stdin=target.value
    )
    reading = read_actions(command, "RUN")
    for step in steps_of(reading):
        assert step.span is command.span
        assert set(step.flags) >= {name for name, _ in step.options}


@given(st.text(alphabet="numpy<>=1.26,*[]'\"@: -", max_size=24))
def test_spans_are_the_words(text: str) -> None:
    command = make_command(f"pip install {text}")
    for step in steps_of(read_actions(command, "RUN")):
        spans = {item.span for item in step.requirements} | {item.span for item in step.references}
        spans -= {item.redirection for item in step.requirements if item.redirection}
        holders = [[entry for entry in command.words if _holds(entry.span, span)] for span in spans]
        assert all(len(words) == 1 for words in holders)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


SIZE = 20_000


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("pip install " + "numpy " * (SIZE // 6), id="many words"),
        pytest.param("pip install " + "-q " * (SIZE // 3), id="many options"),
        pytest.param("pip install -" + "q" * SIZE, id="a long cluster"),
        pytest.param("pip install '" + " " * SIZE + "'", id="blanks"),
        pytest.param("pip install " + "[" * SIZE, id="brackets"),
        pytest.param("pip install a<" + "1." * SIZE, id="a long redirection"),
        pytest.param("pip install a<" + "a.b" * SIZE, id="a long redirection that is no version"),
        pytest.param("conda install '" + "a" + " " * SIZE + "=1'", id="a long MatchSpec"),
        pytest.param("conda install '" + "a[" * SIZE + "'", id="a MatchSpec of brackets"),
        pytest.param("conda install " + "a:" * SIZE, id="a MatchSpec of colons"),
        pytest.param("poetry add '" + "a@" * SIZE + "'", id="a poetry word of signs"),
        pytest.param("poetry add 'a" + " " * SIZE + "'", id="a poetry word of blanks"),
        pytest.param("uv run --no-project --with '" + "a," * (SIZE // 8) + "' x", id="many requirements in one"),
        pytest.param("uvx " + "a@" * SIZE, id="a tool of signs"),
        pytest.param("apt-get install python3-numpy=" + "1." * SIZE, id="a long version"),
        pytest.param("git clone -b v" + "1." * SIZE + "x https://x/IsaacLab", id="a long tag"),
        pytest.param("echo '" + r"\n" * (SIZE // 2) + "' > f", id="many escapes"),
        pytest.param("printf '" + "%s" * (SIZE // 2) + "' a > f", id="many conversions"),
        pytest.param("python " + "-X a " * (SIZE // 5), id="many options of an interpreter"),
        pytest.param("/" * SIZE + "pip install x", id="a long program"),
        pytest.param("a/" * SIZE + "python -m pip install x", id="a deep program"),
        pytest.param("rm " + "../" * SIZE, id="a deep path"),
        pytest.param("pip $X " + "$X " * (SIZE // 3), id="no subcommand"),
    ],
)
def test_time_is_linear(line: str) -> None:
    command = make_command(line)
    start = time.perf_counter()
    read_actions(command, "RUN")
    assert time.perf_counter() - start < 3


def test_a_long_path_variable_is_cut() -> None:
    step = steps_of(read("pip install x", environ={"PATH": "/a/b:" * SIZE + "/opt/venv/bin"}))[0]
    assert str(step.interpreter) == "pip"
