"""Instruction boundaries, flags, JSON forms and here-documents, held against BuildKit's own parser."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from dmlint.parsers.dockerfile import parse
from dmlint.parsers.dockerfile.instructions import read_instructions, read_strings
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.parsers.dockerfile.instructions import Instruction

dockerfile = pytest.importorskip("dockerfile")

HARD = {
    "continuation": "FROM a\nRUN b \\\n  c\n",
    "empty-line-inside": "RUN a \\\n\n\n b\nRUN c",
    "comment-inside": "RUN a \\\n# b \\\n   # c\n d\nRUN e",
    "comment-at-the-end": "RUN a \\\n# b\n# c",
    "escaped-escape": "RUN a \\\\\nRUN b",
    "blank-after-escape": "RUN a \\ \t\n b\n",
    "escape-at-end": "RUN a \\",
    "escape-at-end-of-last-line": "RUN a \\\n",
    "crlf": "FROM a\r\nRUN b \\\r\n\r\n # c\r\n d\r\nRUN <<E\r\nx\r\nE\r\nRUN e",
    "no-newline": "FROM a",
    "tabs": "\tFROM\ta\tAS\tb\n\tRUN\t--mount=x\tc\n",
    "form-feed": "FROM a\nRUN b\x0cc\n",
    "line-separator": "FROM a\nRUN b\u2028c\nENV d=\U0001f600\n",
    "keyword-on-the-next-line": "\\\nRUN a",
    "keyword-in-two": "RU\\\nN a",
    "lower-case": "from a as b\nrun c\nOnBuild rUn d\n",
    "backtick": "# escape=`\nFROM a\nRUN b `\n c \\\nRUN d\n",
    "backtick-after-syntax": "# syntax=docker/dockerfile:1\n#Escape = `\nRUN b `\n c\n",
    "backtick-too-late": "# a\n# escape=`\nRUN b `\nRUN c\\\n d\n",
    "backtick-after-empty-line": "\n# escape=`\nRUN b `\nRUN c\n",
    "heredoc": "FROM a\nRUN <<EOF\nx\n# y\n\nEOF\nRUN b\n",
    "heredoc-with-command": "RUN python - <<EOF --flag\nRUN a\nEOF\nRUN b\n",
    "heredoc-quoted": "RUN <<'E' a <<\"F\"\n1\nE\n2\nF\nRUN b",
    "heredoc-tabs": "RUN <<-E\n\tx\n\t\tE\nRUN b",
    "heredoc-tabs-kept": "RUN <<E\n\tx\n\tE\nE\nRUN b",
    "heredoc-descriptor": "RUN a 3<<E\nx\nE\nRUN b",
    "heredoc-copy": "COPY --chmod=1 <<a <<b /c/\n1\na\n2\nb\nRUN d",
    "heredoc-add": "ADD <<a /c/\n1\na\nRUN d",
    "heredoc-onbuild": "ONBUILD RUN <<E\nx\nE\nRUN d",
    "heredoc-in-continuation": "RUN a \\\n <<E \\\n b\nx\nE\nRUN d",
    "heredoc-empty": "RUN <<E\nE\nRUN d",
    "heredoc-not-for-env": "ENV a=<<E\nRUN b",
    "no-heredoc-attached": "RUN cat<<E\nRUN b",
    "no-heredoc-quoted": "RUN echo '<<E' \"<<F\"\nRUN b",
    "no-heredoc-escaped": "RUN echo \\<<E\nRUN b",
    "no-heredoc-here-string": "RUN cat <<<E\nRUN b",
    "no-heredoc-shift": "RUN echo $((1<<2))\nRUN b",
    "no-heredoc-open-quote": "RUN echo ' <<E\nRUN b",
    "no-heredoc-bad-substitution": "RUN echo ${a^^} <<E\nRUN b",
    "no-heredoc-empty-name": 'RUN echo <<"" b\nRUN c',
    "heredoc-after-substitution": "RUN echo ${a:-b} $c <<E\nE\nRUN b",
    "heredoc-variable-name": "RUN cat <<$E\nx\n$E\nRUN b",
    "json": 'RUN ["a", "b\\n\\u00e9\\ud83d\\ude00", "\\\\"]\nCMD ["x"]\n',
    "json-blanks": 'RUN  [ "a" ,\t"b" ] \n',
    "json-empty": "RUN []\nCMD [ ]\n",
    "json-continued": 'RUN ["a", \\\n # c\n "b"]\n',
    "json-not": "RUN ['a']\nRUN [ -f x ] && y\nRUN [\"a\", ]\nRUN [\"\\x\"]\nCOPY [a b\n",
    "flags": 'RUN --mount=type=bind,source="a b" --network=none c --d\nCOPY --from=a\\ b -- c d\n',
    "flags-only": "RUN --a --b\n",
    "flag-like": "RUN -a --b\nRUN --a=\"b\nHEALTHCHECK --interval=1s CMD a\n",
    "env": "ENV a b  c\nENV a=b c='d e' f=\"g\\\"h\" i=j\\ k\n",
    "arg": "ARG a\nARG b=c d e=\"f g\"\nARG A = b\n",
    "unknown": "FROM a\nFOO b\n",
    "bom-is-removed-by-the-reader": "FROM a\n",
}  # fmt: skip
REFUSED = {
    "empty": "",
    "blank": "\n \n",
    "comments": "# a\n#b\n",
    "unterminated": "RUN <<E\nx\n",
    "unterminated-second": "RUN <<E <<F\nx\nE\ny\n",
    "escape-twice": "# escape=`\n# escape=`\nRUN x",
    "escape-unknown": "# escape=x\nRUN x",
    "env-one-word": "ENV a\n",
    "env-missing-equals": "ENV a=b c\n",
    "json-numbers": "RUN [1]\n",
    "json-mixed": 'RUN ["a", 1]\n',
    "line-too-long": "RUN " + "x" * 65532 + "\n",
    "line-too-long-in-bytes": "RUN " + "\u00e9" * 32766 + "\n",
    "line-too-long-in-heredoc": "RUN <<E\n" + "x" * 65536 + "\nE\n",
}
PIECES = (
    "RUN ", "ENV A=b ", "COPY ", "onbuild RUN ", "ARG x=", "CMD ", "FROM ", "a", "b c",
    " \\\n", "\\\n", "\\\r\n", " \\ \n", "\n",
    "\r\n", "\n\n", "\n# c\n", "\n  # d \\\n", " <<E\nx\nE\n", " <<-'E' y\n\tz\n\tE\n",
    "<<E", " <<F", "\nE\n", "\nF\n", '["a", "b"]\n', '["a",', "'", '"',
    " ", "\t", "`\n", "$x", "${y:-z}", "--f=g ", "--", "=", "\u00e9", "\U0001f600", "\\", "\\\\",
)  # fmt: skip
HEADS = ("", "", "# escape=`\n", "# syntax=x\n# escape=`\n", "# a\n", "\n", "FROM a\n", "FROM a\r\n")


def generate(seed: int) -> str:
    source = random.Random(seed)
    return source.choice(HEADS) + "".join(source.choices(PIECES, k=source.randrange(1, 25)))


def refuses(text: str) -> bool:
    try:
        dockerfile.parse_string(text)
    except dockerfile.GoParseError:
        return True
    return False


def theirs(text: str) -> list[tuple[object, ...]]:
    """What BuildKit sees, nothing if it refuses the file; ``dockerfile`` shows no flags and here-documents of what
    stands behind ONBUILD, and leaves the tabs in here-documents.
    """
    if refuses(text):
        return []
    return [
        (
            (command.sub_cmd or command.cmd or "").upper(),
            command.start_line,
            command.end_line,
            _plain(flag.encode("latin-1").decode() for flag in command.flags),
            command.json,
            [(heredoc.name, TABS.sub("", heredoc.content)) for heredoc in command.heredocs],
            "".join(command.value).split() if (command.sub_cmd or command.cmd) in SHELL_FORM else None,
        )
        for command in dockerfile.parse_string(text)
    ]


def _plain(flags: Iterable[str]) -> tuple[str, ...]:
    """Flags without backslashes: the parser inside ``dockerfile`` 3.4 takes them for escapes even after
    ``# escape=```, and takes flags for Latin-1.
    """
    return tuple(plain for flag in flags if (plain := flag.replace("\\", "")) != "--")


def ours(text: str) -> list[tuple[object, ...]]:
    source = Source(path="Dockerfile", text=text)
    return [_row(source, instruction) for instruction in read_instructions(source).all]


def _row(source: Source, instruction: Instruction) -> tuple[object, ...]:
    strings = read_strings(instruction.arguments) if instruction.name in JSON_FORM else None
    values = [instruction.arguments] if strings is None else strings
    heredocs = [(heredoc.marker.name, TABS.sub("", heredoc.body.text)) for heredoc in instruction.heredocs]
    return (
        instruction.keyword.upper(),
        source.position(instruction.span.start)[0],
        source.position(max(instruction.stop - 1, 0))[0],
        () if instruction.onbuild else _plain(flag.text for flag in instruction.flags),
        strings is not None,
        [] if instruction.onbuild else heredocs,
        "".join(value.text for value in values).split() if instruction.keyword in SHELL_FORM else None,
    )


TABS = re.compile(r"(?m)^\t+")
SHELL_FORM = ("RUN", "CMD", "ENTRYPOINT", "WORKDIR")
JSON_FORM = ("RUN", "CMD", "ENTRYPOINT", "COPY", "ADD", "SHELL", "VOLUME")


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HARD.items()])
def test_agrees_with_buildkit_on_hard_cases(text: str) -> None:
    expected = theirs(text)
    assert expected
    assert ours(text) == expected


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in REFUSED.items()])
def test_reports_what_buildkit_refuses(text: str) -> None:
    assert refuses(text)
    problems = parse(Source(path="Dockerfile", text=text)).problems
    assert [problem.kind for problem in problems] == [ProblemKind.UNREADABLE] * len(problems)
    assert problems


@pytest.mark.parametrize("start", range(0, 2000, 100))
def test_agrees_with_buildkit_on_generated_files(start: int) -> None:
    texts = [generate(seed) for seed in range(start, start + 100)]
    accepted = [text for text in texts if not refuses(text)]
    assert len(accepted) > 20
    assert [(text, ours(text)) for text in accepted] == [(text, theirs(text)) for text in accepted]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("RUN cat << EOF\nx\nEOF\nRUN b", id="blank-before-the-delimiter"),
        pytest.param("COPY << 'EOF' /x\nx\nEOF\nRUN b", id="blank-before-a-quoted-delimiter"),
    ],
)
def test_follows_newer_releases_of_buildkit(text: str) -> None:
    """The parser inside ``dockerfile`` 3.4 is older than BuildKit 0.13, which lets blanks stand there."""
    assert ours(text) != theirs(text)
    assert [row[5] for row in ours(text)] == [[("EOF", "x\n")], []]


def test_a_json_array_ends_its_instruction() -> None:
    """The parser inside ``dockerfile`` 3.4 overlooks what follows; BuildKit since takes it for the shell form."""
    (row,), (their_row,) = ours('RUN ["a"] x'), theirs('RUN ["a"] x')
    assert (row[4], their_row[4]) == (False, True)


def test_takes_a_shift_for_no_heredoc() -> None:
    """BuildKit since 0.13 takes it for a here-document without end, and refuses the file."""
    text = "FROM a\nRUN echo $((1 << 2))\nRUN b"
    assert ours(text) == theirs(text)
