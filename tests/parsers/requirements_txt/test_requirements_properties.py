"""What holds for every requirements file."""

from __future__ import annotations

import re
import shlex
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.parsers.requirements_txt import parse
from dmlint.parsers.requirements_txt.line_options import MalformedOptionError, split_words
from dmlint.text.source import Source
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.facts import Dependency, FileReference
    from dmlint.text.problems import Problem

SNIPPETS = [
    "numpy", "==1.26.4", "<2", "[a]", " ", "\t", "\n", "\r\n", "\\\n", "#", " #", "#egg=x", ";", "; os_name == 'x'",
    "@", "'", '"', "\\", "${A}", "$", "-r", "-e ", "--hash=", "--", "-", "/", ".", ".whl", ".zip", "git+https://h/r",
    "https://h/", "file:", "?", "%41", "(", ")", ",", "\0", "\u2028", "\x0c", "dmlint", "://", ":", "~",
]  # fmt: skip
FILES = st.one_of(st.text(), st.lists(st.sampled_from(SNIPPETS)).map("".join))


@given(FILES)
def test_any_text_is_read_and_all_spans_lie_inside_it(text: str) -> None:
    source = Source(path="requirements.txt", text=text)
    document = parse(source)
    facts: list[Dependency | FileReference | Problem] = [
        *document.dependencies,
        *document.groups[0].references,
        *document.problems,
    ]
    for span in [*(fact.span for fact in facts), *document.comments]:
        assert span.source is source
        assert 0 <= span.start <= span.end <= len(text)


@given(FILES)
def test_the_text_under_a_span_is_the_requirement(text: str) -> None:
    for found in parse(Source(path="requirements.txt", text=text)).dependencies:
        # An editable says the same without its option only if pip knows the scheme.
        again = re.sub(r"\A(git|hg|svn|bzr):", r"\1+git:", found.span.text)
        names = [dependency.name for dependency in parse(Source(path="requirements.txt", text=again)).dependencies]
        assert names == [found.name], repr(found.span.text)


@given(st.lists(st.sampled_from([*" \t'\"\\ab#-="])).map("".join))
def test_words_are_cut_as_shlex_cuts_them(text: str) -> None:
    traced = Traced.of(Source(path="x", text=text).span(0, len(text)))
    try:
        expected = shlex.split(text)
    except ValueError:
        with pytest.raises(MalformedOptionError):
            list(split_words(traced))
    else:
        assert [word.text for word in split_words(traced)] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("numpy==1.26.4\n" * 50_000, id="plain lines"),
        pytest.param("".join(f"package-{n}>=1.{n},<2  # via x\n" for n in range(20_000)), id="distinct lines"),
        pytest.param("".join(f"p{n}==1 \\\n  --hash=sha256:{'0' * 64}\n" for n in range(8_000)), id="hashes"),
        pytest.param(" " * 5_000_000, id="blanks"),
        pytest.param(" #" * 2_500_000, id="comments in a comment"),
        pytest.param("a" * 5_000_000, id="one name"),
        pytest.param("${A}" * 1_250_000, id="variables"),
        pytest.param("numpy; " + "(" * 5_000_000, id="parentheses"),
        pytest.param("numpy; " + "(" * 150_000, id="parentheses within the limit of a line"),
        pytest.param("-e " * 20_000, id="options"),
        pytest.param("\\\n" * 100_000, id="continuations"),
        pytest.param("a" + "[" * 150_000, id="brackets"),
        pytest.param("./a" + "[" * 150_000 + "]", id="brackets of a path"),
        pytest.param("-r " + '"\\' * 90_000, id="escapes in an open quote"),
    ],
)
def test_the_time_grows_with_the_size_alone(text: str) -> None:
    started = time.process_time()
    parse(Source(path="requirements.txt", text=text))
    assert time.process_time() - started < 10
