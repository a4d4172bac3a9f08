"""TOML with places: what tomli says a file means, at the text that says it."""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import TYPE_CHECKING

import pytest
import tomli
import tree_sitter
import tree_sitter_toml
from hypothesis import given
from hypothesis import strategies as st

from dmlint.syntax.toml import TomlNode, TomlPlace, comments, read_toml, scan
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVERYTHING = """\
title = "a \\"b\\" \\u00e9\\\\"  # dmlint: ignore[DM101] one
a.b . "c d" = 'lit\\eral'
'quoted key' = {x = 1, y.z = [1, 2], "w" = "]"}
[project]
name = "x"
when = 1979-05-27 07:32:00Z
dependencies = [ # ] "not this
  "numpy<2", 'scipy', # dmlint: two "
  ["nested", {deep = "er"}],
]
text = \"\"\"
first\\
    second \\t \"quoted\" \"\"\"\"\"
raw = '''
it's'''
one-line = \"\"\"x\"\"\"
[[many]]
k = "1"
[many.sub]
k = "2"
[[many]]
[[many.inner]]
k = "3"
[project.urls]
home = "https://x#y"
[tool.a]
"é" = 1
"""


def root_of(text: str) -> TomlNode:
    root = read_toml(Source(path="x.toml", text=text))
    assert isinstance(root, TomlNode)
    return root


def found(text: str, *path: str) -> TomlNode:
    node = root_of(text).get(*path)
    assert node is not None
    return node


def problem_of(text: str) -> Problem:
    problem = read_toml(Source(path="x.toml", text=text))
    assert isinstance(problem, Problem)
    return problem


def every(node: TomlNode) -> Iterator[TomlNode]:
    yield node
    for below in (*node.elements(), *(value for _, value in node.items())):
        yield from every(below)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        pytest.param(["title"], 'a \\"b\\" \\u00e9\\\\', id="escapes"),
        pytest.param(["a", "b", "c d"], "lit\\eral", id="dotted and quoted key"),
        pytest.param(["a", "b"], "b", id="dotted table at its key"),
        pytest.param(["quoted key"], '{x = 1, y.z = [1, 2], "w" = "]"}', id="inline table"),
        pytest.param(["quoted key", "y", "z"], "[1, 2]", id="dotted key in an inline table"),
        pytest.param(["quoted key", "w"], "]", id="bracket in a string"),
        pytest.param(["project"], "project", id="table at its header"),
        pytest.param(["project", "when"], "1979-05-27 07:32:00Z", id="date with a space"),
        pytest.param(["project", "text"], 'first\\\n    second \\t "quoted" ""', id="multi-line basic"),
        pytest.param(["project", "raw"], "it's", id="multi-line literal"),
        pytest.param(["project", "one-line"], "x", id="three quotes on one line"),
        pytest.param(["project", "urls", "home"], "https://x#y", id="table out of order"),
        pytest.param(["tool", "a", "é"], "1", id="quoted key that is not ASCII"),
    ],
)
@pytest.mark.parametrize("ending", [pytest.param("\n", id="LF"), pytest.param("\r\n", id="CRLF")])
def test_a_value_stands_where_it_is_written(path: list[str], written: str, ending: str) -> None:
    text = EVERYTHING.replace("\n", ending)
    assert found(text, *path).span.text == written.replace("\n", ending)
    assert root_of(text).value == tomli.loads(text)


def test_elements_are_found_between_comments_and_inside_each_other() -> None:
    elements = list(found(EVERYTHING, "project", "dependencies").elements())
    assert [element.span.text for element in elements] == ["numpy<2", "scipy", '["nested", {deep = "er"}]']
    assert [inner.span.text for inner in elements[2].elements()] == ["nested", '{deep = "er"}']
    assert elements[0].key.text == "dependencies"


HARD = ['""', "''", '"]"', "'['", '"""]"""', "'''['''", '"\\"]"', "# ]\n  'x'"]


@pytest.mark.parametrize("repeated", [1, 100])
@pytest.mark.parametrize("element", [pytest.param(element, id=element) for element in HARD])
def test_an_array_ends_at_its_own_bracket(element: str, repeated: int) -> None:
    written = f"[{', '.join([element] * repeated)}]"
    assert found(f"k = {written} # ]\nafter = 1\n", "k").span.text == written
    assert found(f"k = [{written}]\nafter = 1\n", "after").span.text == "1"


@pytest.mark.parametrize("ending", [pytest.param("\n", id="LF"), pytest.param("\r\n", id="CRLF")])
@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param('{\n  w = "x",\n}', "x", id="a table over lines, with a last comma"),
        pytest.param('{ # a }\n  v = {a = 1, # b,\n  },\n  w = "x" # c\n}', "x", id="comments in a table"),
        pytest.param('{w = "\\e[0m\\x41\\xe9"}', "\x1b[0mA\u00e9", id="further escapes"),
        pytest.param("{w = 07:32}", time(7, 32), id="a time without seconds"),
        pytest.param("{w = 1979-05-27 07:32Z, }", datetime(1979, 5, 27, 7, 32, tzinfo=timezone.utc), id="a date"),
    ],
)
def test_toml_1_1_is_read_with_its_places(written: str, value: object, ending: str) -> None:
    text = f"k = {written}\nafter = 1\n".replace("\n", ending)
    inner = found(text, "k", "w")
    assert inner.value == value
    assert (inner.traced().text or inner.span.text) in (value, inner.span.text)
    assert found(text, "k").span.text == written.replace("\n", ending)
    assert found(text, "after").span.text == "1"


def test_arrays_of_tables_keep_their_elements_apart() -> None:
    first, second = found(EVERYTHING, "many").elements()
    inner = second.get("inner")
    assert inner is not None
    places = (first.get("k"), first.get("sub", "k"), *(one.get("k") for one in inner.elements()))
    assert [node.span.text for node in places if node] == ["1", "2", "3"]
    assert second.span.text == "many"


def test_keys_are_spans_too() -> None:
    keys = [node.key.text for _, node in root_of(EVERYTHING).items()]
    assert keys == ["title", "a", "'quoted key'", "project", "many", "tool"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(["none"], id="no such key"),
        pytest.param(["title", "x"], id="a string is no table"),
        pytest.param(["many", "k"], id="an array is no table"),
    ],
)
def test_what_is_not_there_is_none(path: list[str]) -> None:
    assert root_of(EVERYTHING).get(*path) is None


def test_an_escape_is_one_piece() -> None:
    pieces = found('k = "a\\u00e9\\\\b\\t"', "k").traced().pieces
    assert [(piece.text, piece.span.text) for piece in pieces] == [
        ("a", "a"),
        ("é", "\\u00e9"),
        ("\\", "\\\\"),
        ("b", "b"),
        ("\t", "\\t"),
    ]


def test_line_breaks_in_strings_are_those_of_toml() -> None:
    node = found('k = """\r\na\r\nb\\\r\n  c"""', "k")
    assert [(piece.text, piece.span.text) for piece in node.traced().pieces] == [
        ("a", "a"),
        ("\n", "\r\n"),
        ("b", "b"),
        ("c", "c"),
    ]
    assert [piece.span.text for piece in found("k = '''a\r\nb'''", "k").traced().pieces] == ["a", "\r\n", "b"]


def test_only_strings_have_characters() -> None:
    assert found("k = 1", "k").traced().text == ""


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        pytest.param("a = 1\nb = ?", 2, 5, "Invalid value", id="value"),
        pytest.param("a = 1\r\nb ? 1", 2, 3, "Expected '=' after a key in a key/value pair", id="CRLF"),
        pytest.param('a = "x', 1, 6, "Unterminated string", id="end of document"),
        pytest.param("a = [", 1, 5, "Invalid value", id="end of document in an array"),
    ],
)
def test_invalid_toml_is_a_problem_at_its_place(text: str, line: int, column: int, message: str) -> None:
    problem = problem_of(text)
    assert problem.kind is ProblemKind.UNREADABLE
    assert problem.span.source.position(problem.span.start) == (line, column)
    assert problem.message == f"the file is not valid TOML: {message}"


def test_an_error_behind_the_last_line_is_at_the_end() -> None:
    assert problem_of("a = [\n").span.text == "["


@pytest.mark.parametrize("opening", [pytest.param("[", id="arrays"), pytest.param("{a=", id="tables")])
def test_deep_nesting_is_a_problem(opening: str) -> None:
    problem = problem_of("# [\nk = '['\na = " + opening * 100_000)
    assert problem.message == "the file is not valid TOML: values are nested too deeply"
    assert problem.span.line == 3


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("{} = 1", id="key"),
        pytest.param("[{}]", id="header"),
        pytest.param("x = {{ {} = 1 }}", id="inline"),
    ],
)
def test_a_key_of_very_many_parts_is_a_problem(form: str) -> None:
    problem = problem_of("a.b = '" + "a." * 100 + "'\n" + form.format(".".join("a" * 100_000)))
    assert problem.message == "the file is not valid TOML: a key has too many parts"
    assert problem.span.line == 2


def test_a_number_that_python_does_not_read_is_a_problem() -> None:
    problem = problem_of("x = 1\na = " + "9" * 10_000)
    assert problem.span.source.position(problem.span.start) == (2, 5)
    assert "digits" in problem.message


def test_comments_that_mention_dmlint() -> None:
    source = Source(path="x.toml", text=EVERYTHING.replace("\n", "\r\n"))
    assert [span.text for span in comments(source)] == ["# dmlint: ignore[DM101] one", '# dmlint: two "']
    assert comments(Source(path="x.toml", text="a = 1 # nothing")) == ()
    assert comments(Source(path="x.toml", text='a = "# dmlint" # x')) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{=", id="no key"),
        pytest.param("{a", id="no value"),
        pytest.param("[[", id="unclosed"),
        pytest.param('["""', id="unclosed string"),
        pytest.param("['", id="unclosed literal"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_scan_that_meets_no_toml_ends(text: str) -> None:
    source = Source(path="x.toml", text=text)
    node = TomlNode({"a": [1, {}]}, source, TomlPlace(start=0), source.span(0, 0))
    assert all(span.end <= len(text) for span in (one.span for one in every(node)))
    assert TomlNode("v", source, TomlPlace(start=0), source.span(0, 0)).traced().text == "v"


def test_what_the_scan_cannot_find_stands_at_the_closest_thing() -> None:
    source = Source(path="x.toml", text="key = ?")
    node = TomlNode({"a": ["v"]}, source, TomlPlace(key=(0, 3)), source.span(0, 0))
    assert {one.span.text for one in every(node)} == {"key"}
    inner = node.get("a")
    assert inner is not None
    assert inner.traced().text == ""


def test_a_string_that_is_written_otherwise_is_one_piece() -> None:
    source = Source(path="x.toml", text="'other'")
    pieces = TomlNode("value", source, TomlPlace(start=0), source.span(0, 0)).traced().pieces
    assert [(piece.text, piece.span.text) for piece in pieces] == [("value", "other")]


def test_the_scan_stops_where_the_text_is_no_toml() -> None:
    assert list(scan("a = 1\n? = 2\nb = 3").children) == ["a"]


WORDS = st.sampled_from(["", "a", "numpy<2", "é𝄞", "#", "]", "}", ",", "=", "[x]", "dmlint"])
BASIC = st.lists(WORDS | st.sampled_from(["\\n", '\\"', "\\u00e9", "\\U0001d11e", "\\\\", "'"])).map("".join)
BREAKS = st.lists(WORDS | st.sampled_from(["\n", "\\\n  ", "'", '" ', "\\n"])).map("".join)
STRING = st.one_of(
    BASIC.map('"{}"'.format),
    st.lists(WORDS).map("".join).map("'{}'".format),
    BREAKS.map('"""{}"""'.format),
    st.lists(WORDS | st.sampled_from(["\n", "\\", '"'])).map("".join).map("'''{}'''".format),
)
SCALAR = STRING | st.sampled_from(
    ["1", "-0.5e3", "true", "inf", "0xff", "1979-05-27", "07:32:00", "1979-05-27 07:32:00Z"]
)
KEY = st.sampled_from(["k", "a.b", '"q\\u00e9 [".x', "'l #'", "a . c"])
GAP = st.sampled_from(["", " ", "\n", " # c ]\n", "\t"])


def _array(parts: list[tuple[str, str, str]]) -> str:
    return "[" + ",".join(f"{before}{value}{after}" for before, value, after in parts) + "]"


def _table(pairs: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"


def _open_table(parts: list[tuple[str, str, str, str]]) -> str:
    """An inline table of TOML 1.1."""
    return (
        "{" + ",".join(f"{gap}k{at}.{key} = {value}{end}" for at, (gap, key, value, end) in enumerate(parts)) + ",\n}"
    )


def _values(
    scalar: st.SearchStrategy[str], *further: Callable[[st.SearchStrategy[str]], st.SearchStrategy[str]]
) -> st.SearchStrategy[str]:
    return st.recursive(
        scalar,
        lambda inner: st.one_of(
            st.lists(st.tuples(GAP, inner, GAP), min_size=1).map(_array),
            st.dictionaries(KEY, inner).map(_table),
            *(make(inner) for make in further),
        ),
        max_leaves=4,
    )


VALUE = _values(SCALAR)
NEW_VALUE = _values(
    SCALAR | st.lists(WORDS | st.sampled_from(["\\e", "\\x41", "\\xe9"])).map("".join).map('"{}"'.format),
    lambda inner: st.lists(st.tuples(GAP, KEY, inner, GAP), min_size=1).map(_open_table),
)
HEADER = st.sampled_from(["[t]", "[[m]]", "[ t . u ]", "[m.n]", '["x y"]', "[[m.z]]"])


def _files(value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    statement = st.one_of(HEADER, st.builds("{} = {} # c".format, KEY, value), st.just(""))
    return st.builds(
        lambda lines, ending: "\n".join(lines).replace("\n", ending),
        st.lists(statement, max_size=6),
        st.sampled_from(["\n", "\r\n"]),
    )


FILE = _files(VALUE)


def strings_by_grammar(text: str) -> set[int]:
    """Where the strings start that another grammar of TOML sees."""
    data = text.encode()
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
    waiting = [parser.parse(data).root_node]
    found_nodes = []
    while waiting:
        node = waiting.pop()
        found_nodes.append(node)
        waiting.extend(node.children)
    return {len(data[: node.start_byte].decode()) for node in found_nodes if node.type == "string"}


def is_toml(text: str) -> bool:
    return isinstance(read_toml(Source(path="x.toml", text=text)), TomlNode)


@given((FILE | _files(NEW_VALUE)).filter(is_toml))
def test_every_value_means_what_its_text_says(text: str) -> None:
    nodes = list(every(root_of(text)))
    scalars = [node for node in nodes if not isinstance(node.value, (str, dict)) and node.place.start is not None]
    assert [tomli.loads(f"x = {node.span.text}")["x"] for node in scalars] == [node.value for node in scalars]
    strings = [node for node in nodes if isinstance(node.value, str)]
    assert [node.traced().text for node in strings] == [node.value for node in strings]
    pieces = [piece for node in strings for piece in node.traced().pieces]
    assert all(piece.text == piece.span.text or piece.span.text[0] in "\\\r" for piece in pieces)


@given(FILE.filter(is_toml))
def test_another_grammar_sees_the_same_strings(text: str) -> None:
    strings = [node for node in every(root_of(text)) if isinstance(node.value, str)]
    assert {node.place.start for node in strings} == strings_by_grammar(text)


@given(st.text() | st.builds(lambda text, at, more: text[:at] + more + text[at + 1 :], FILE, st.integers(0, 60), WORDS))
def test_no_text_raises(text: str) -> None:
    source = Source(path="x.toml", text=text)
    root = read_toml(source)
    places = [root.span] if isinstance(root, Problem) else [node.span for node in every(root)]
    assert all(0 <= span.start <= span.end <= len(text) for span in places)
    assert all("dmlint" in span.text for span in comments(source))
