"""YAML nodes: what they mean, where they stand, and what hostile files cost."""

from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dmlint.syntax.yaml import YamlNode, read_comments, read_yaml
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source


def read(text: str) -> YamlNode:
    """The first document of a text."""
    documents = read_yaml(Source(path="a.yml", text=text))
    assert not isinstance(documents, Problem)
    return documents[0]


def refuse(text: str) -> Problem:
    """What is wrong with a text."""
    found = read_yaml(Source(path="a.yml", text=text))
    assert isinstance(found, Problem)
    return found


def value(text: str) -> YamlNode:
    """The value of the key ``k``."""
    found = read(text).get("k")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected", "under"),
    [
        pytest.param("k: plain text  # c", "plain text", "plain text", id="plain"),
        pytest.param("k: 1.10", "1.10", "1.10", id="number stays as written"),
        pytest.param("k: 'it''s'", "it's", "it''s", id="single quotes"),
        pytest.param('k: "a\\x41\\u00e9\\n\\q"'.replace("\\q", "\\/"), "aAé\n/", "a\\x41\\u00e9\\n\\/", id="escapes"),
        pytest.param("k: &a !tag  'x'", "x", "x", id="anchor and tag"),
        pytest.param("k: &a\n  # why\n  x", "x", "x", id="comment behind an anchor"),
        pytest.param("k: ''", "", "", id="empty string"),
        pytest.param("k: one\n  two\n\n  three", "one two\nthree", "one\n  two\n\n  three", id="plain folds"),
        pytest.param('k: "a \n  b\\\n   c\\\n\n  d"', "a bc\nd", "a \n  b\\\n   c\\\n\n  d", id="double folds"),
        pytest.param("k: ' \n a\n '", " a ", " \n a\n ", id="breaks at both ends"),
        pytest.param("k: |\n  a\n\n   b\nz: 1", "a\n\n b\n", "  a\n\n   b", id="literal"),
        pytest.param("k: |-\r\n  a\r\n  b\r\n", "a\nb", "  a\r\n  b", id="literal CRLF"),
        pytest.param("k: |-\r  a\r  b\r", "a\nb", "  a\r  b", id="literal CR"),
        pytest.param("k: |-\u2028  a\n  b", "a\nb", "  a\n  b", id="header that a line separator ends"),
        pytest.param("k: |2+\n   a\n\nz: 1", " a\n\n", "   a", id="indicators"),
        pytest.param(
            "k: >\n  a\n  b\n\n  c\n   d\n  e\n", "a b\nc\n d\ne\n", "  a\n  b\n\n  c\n   d\n  e", id="folded"
        ),
        pytest.param("k: |", "", "", id="empty block"),
        pytest.param("k: 😀 x", "😀 x", "😀 x", id="beyond the basic plane"),
    ],
)
def test_scalars(text: str, expected: str, under: str) -> None:
    node = value(text)
    assert (node.kind, node.value, node.span.text, node.traced().text) == ("scalar", expected, under, expected)


@pytest.mark.parametrize("text", ["k:", "k: ~", "k: null", "k: !!null ''", "k: [a]", "k: {a: b}"])
def test_what_has_no_text(text: str) -> None:
    assert value(text).value is None
    assert value(text).traced().pieces == ()


def test_each_character_has_its_place() -> None:
    node = value('k: "v${A}\\x41"')
    traced = node.traced()
    assert [(piece.text, piece.span.text) for piece in traced.pieces] == [("v${A}", "v${A}"), ("A", "\\x41")]
    returns = value("k: |\r  one\r  two\r").traced()
    assert [(piece.text, piece.span.text) for piece in returns.pieces] == [
        ("one", "one"),
        ("\n", "\r  "),
        ("two", "two"),
        ("\n", "\r"),
    ]
    block = value("k: |\n  one\n  two\n").traced()
    assert [piece.span.text for piece in block.slice(4, 7).pieces] == ["two"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("k: |2\n    \t\r\n\nz: 1\n", id="blanks of a block"),
        pytest.param('k: "a\\ \n  b"', id="escaped blank at the end of a line"),
    ],
)
def test_odd_spellings_are_traced_as_a_whole(text: str) -> None:
    node = value(text)
    assert node.traced().text == node.value


def test_collections() -> None:
    root = read("k: [a, {b: c}]\nm: &m\n  x: 1\n")
    sequence, mapping = root.get("k"), root.get("m")
    assert sequence is not None
    assert mapping is not None
    assert (sequence.kind, sequence.span.text) == ("sequence", "[a, {b: c}]")
    assert [one.kind for one in sequence.elements()] == ["scalar", "mapping"]
    assert [(key.value, one.value) for key, one in mapping.items()] == [("x", "1")]
    assert (mapping.tag, root.get("k", "b"), root.get("z")) == ("tag:yaml.org,2002:map", None, None)
    assert (list(sequence.items()), list(mapping.elements())) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{<<: {a: 1, b: 2}, b: 3}", {"b": "3", "a": "1"}, id="own values prevail"),
        pytest.param("{<<: [{a: 1}, {a: 2, c: 3}]}", {"a": "1", "c": "3"}, id="the first of several prevails"),
        pytest.param("{<<: {<<: {a: 1}, b: 2}}", {"b": "2", "a": "1"}, id="merges in merges"),
        pytest.param("{<<: 1, a: 2}", {"a": "2"}, id="nothing to merge"),
        pytest.param("{'<<': {a: 1}}", {"<<": None}, id="quoted"),
        pytest.param("{a: 1, a: 2}", {"a": "2"}, id="written twice"),
        pytest.param("{[a]: 1, [a]: 2}", {None: "2"}, id="collections as keys"),
    ],
)
def test_merges(text: str, expected: dict[str | None, str | None]) -> None:
    assert {key.value: one.value for key, one in read(text).items()} == expected


def test_aliases_are_what_they_name() -> None:
    root = read("a: &x !foo bar\nb: *x\n")
    found = root.get("b")
    assert found is not None
    assert (found.value, found.tag, found.span.line) == ("bar", "!foo", 1)


def test_a_stream_of_documents() -> None:
    documents = read_yaml(Source(path="a.yml", text="a: b\n---\n...\n---\nc\n"))
    assert not isinstance(documents, Problem)
    assert [one.kind for one in documents] == ["mapping", "scalar", "scalar"]
    assert read_yaml(Source(path="a.yml", text="# nothing\n")) == ()


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        pytest.param("a: [1\nb: 2", (2, 2), "did not find expected ',' or ']'", id="malformed"),
        pytest.param("\ta: 1", (1, 1), "cannot start any token", id="tab"),
        pytest.param("é: [\0]", (1, 5), "control characters are not allowed", id="NUL"),
        pytest.param("a: *b", (1, 4), "'*b' names nothing before it", id="alias of nothing"),
        pytest.param("a: &a x\n---\nb: *a", (3, 4), "'*a' names nothing before it", id="alias across documents"),
        pytest.param("&a [*a]", (1, 5), "stands inside of what it names", id="alias in itself"),
        pytest.param("[" * 500, (1, 101), "nested too deeply", id="deep brackets"),
        pytest.param("- " * 2000, (1, 201), "nested too deeply", id="deep dashes"),
    ],
)
def test_what_is_refused(text: str, place: tuple[int, int], said: str) -> None:
    problem = refuse(text)
    assert problem.kind is ProblemKind.UNREADABLE
    assert problem.span.source.position(problem.span.start) == place
    assert problem.message.startswith("the file is not valid YAML: ")
    assert said in problem.message


def chain(count: int, body: str) -> str:
    """Anchors that each repeat the one before, by a body with ``{0}`` for the alias."""
    lines = (f"a{at}: &a{at} {body.format(f'*a{at - 1}')}\n" for at in range(1, count))
    return "a0: &a0 {x: 1}\n" + "".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(chain(12, "[{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]"), "repeat more values", id="lists"),
        pytest.param(chain(30, "{{<<: [{0}, {0}, {0}]}}"), "repeat more values", id="merges"),
        pytest.param(chain(3000, "{{k: 1, <<: {0}}}"), "nested too deeply", id="a chain"),
    ],
)
def test_aliases_stay_cheap(text: str, said: str) -> None:
    assert said in refuse(text).message


def comments(text: str) -> list[str]:
    """The comments of a text that mention dmlint."""
    source = Source(path="a.yml", text=text)
    documents = read_yaml(source)
    assert not isinstance(documents, Problem)
    return [span.text for span in read_comments(source, documents)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1 # dmlint: x  \n# other\n#dmlint", ["# dmlint: x", "#dmlint"], id="comments"),
        pytest.param("a: '# dmlint'\nb: |\n  # dmlint\nc: x#dmlint\n# dmlint", ["# dmlint"], id="in scalars"),
        pytest.param("a: &a '# dmlint'\nb: [*a, *a]\n", [], id="in what is repeated"),
        pytest.param("a: 1\n# nothing", [], id="none"),
    ],
)
def test_comments_that_mention_dmlint(text: str, expected: list[str]) -> None:
    assert comments(text) == expected


SCRAPS = st.lists(
    st.sampled_from(
        ["a", "b ", "\n", "\r\n", "\\", "'", "''", "\\n", '\\"', "é", " #", ":", "- ", "> ", "\\x41", "  ", "\t"]
    ),
    max_size=14,
).map("".join)
SHAPES = st.sampled_from(
    ["k: '{}'\n", 'k: "{}"\n', "k: {}\n", "k: |\n  {}\nz: 1\n", "k: >+\n  {}\nz: 1\n", "k: >2-\n  {}\n", "{}"]
)


@given(SHAPES, SCRAPS)
def test_agrees_with_the_reader_it_stands_on(shape: str, scraps: str) -> None:
    text = shape.format(scraps)
    found = read_yaml(Source(path="a.yml", text=text))
    documents = [] if isinstance(found, Problem) else list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    pairs = list(zip(() if isinstance(found, Problem) else found, documents, strict=True))
    scalars = [(node, one) for node, one in pairs if isinstance(one, yaml.ScalarNode)]
    entries = [(node, one) for node, one in pairs if isinstance(one, yaml.MappingNode)]
    scalars += [
        (node, one.value[-1][1])
        for root, one in entries
        for node in [entry for _, entry in root.items()][-1:]
        if isinstance(one.value[-1][1], yaml.ScalarNode)
    ]
    assert [node.value or "" for node, _ in scalars] == [
        one.value if one.tag != "tag:yaml.org,2002:null" else "" for _, one in scalars
    ]
    assert [node.traced().text for node, _ in scalars] == [node.value or "" for node, _ in scalars]


@given(st.text(alphabet=string.printable + "é\0\u2028\ufeff"))
def test_never_raises(text: str) -> None:
    found = read_yaml(Source(path="a.yml", text=text))
    problems = [found] if isinstance(found, Problem) else []
    assert all(problem.kind is ProblemKind.UNREADABLE for problem in problems)
