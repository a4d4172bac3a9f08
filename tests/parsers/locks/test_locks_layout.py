"""The quick ways through lock files: what they read is what the full parsers read, and they doubt all else."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lock_texts import CONDA, PIXI, POETRY, PYLOCK, TOML_SCRAP, UV, YAML_SCRAP, mutated

from dmlint.parsers.locks import toml_layout, toml_locks, yaml_layout, yaml_locks
from dmlint.text.source import Source

KEYS = ("name", "version", "extras", "marker", "markers", "resolution-markers")
TABLES = st.sampled_from(["package", "packages"])


def agrees_on_toml(text: str, table: str) -> bool:
    """Whether the quick way says what the full parser says, or nothing."""
    quick = toml_layout.scan(text, table, KEYS)
    return quick is None or quick == toml_locks.parse_entries(Source(path="x", text=text), table, KEYS)


def agrees_on_yaml(text: str) -> bool:
    quick = yaml_layout.scan(text, yaml_locks.SECTIONS)
    if quick is None:
        return True
    full = yaml_locks.parse_entries(Source(path="x", text=text))
    return isinstance(full, tuple) and quick == full[0]


@pytest.mark.parametrize(
    ("text", "table", "count"),
    [
        pytest.param(UV, "package", 2, id="uv"),
        pytest.param(UV.replace("\n", "\r\n"), "package", 2, id="uv, CR LF"),
        pytest.param(POETRY, "package", 2, id="poetry"),
        pytest.param(PYLOCK, "packages", 2, id="pylock"),
        pytest.param("", "package", 0, id="empty"),
        pytest.param("# nothing", "package", 0, id="comment without line end"),
        pytest.param('[[package]]\nname = "x"', "package", 1, id="no line end"),
        pytest.param("[a.b]\nx = 1\n[a]\ny = 2\n[[c]]\n[[c]]\n", "package", 0, id="tables around tables"),
    ],
)
def test_toml_in_its_layout_is_read_at_once(text: str, table: str, count: int) -> None:
    entries = toml_layout.scan(text, table, KEYS)
    assert entries is not None
    assert len(entries) == count
    assert agrees_on_toml(text, table)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = 1\nx = 2\n", id="key twice"),
        pytest.param('"x" = 1\nx = 2\n', id="key twice, once in quotes"),
        pytest.param("[a]\n[a]\n", id="table twice"),
        pytest.param("[a]\n[[a]]\n", id="table, then array"),
        pytest.param("[[a]]\n[a]\n", id="array, then table"),
        pytest.param("[a.b]\n[[a]]\n", id="array of what is a table already"),
        pytest.param("[a.b]\n[a]\nb = 1\n", id="key of what is a table already"),
        pytest.param("[a]\nb = 1\n[a.b]\n", id="table of what is a key"),
        pytest.param("[a]\nb = 1\n[a.b.c]\n", id="table in a value"),
        pytest.param("[a]\nb = 1\n[[a.b.c]]\n", id="array in a value"),
        pytest.param("[a]\nb = 1\n[[a.b]]\n", id="array of what is a key"),
        pytest.param("package = 1\n[[package]]\n", id="key, then packages"),
        pytest.param("[package]\n", id="one package"),
        pytest.param("[package.a]\n[[package]]\n", id="part of a package before it"),
        pytest.param("[[package]]\nx = { a = 1, a = 2 }\n", id="key twice in braces"),
        pytest.param("[[package]]\nx = [\n    { a = 1, a = 2 },\n]\n", id="key twice in braces in an array"),
        pytest.param('[[package]]\nmarkers = [{ a = "b" }]\n', id="table among strings"),
        pytest.param('[[package]]\nmarkers = [\n    { a = "b" },\n]\n', id="table among strings, in lines"),
        pytest.param("x = [\n    1\n    2\n]\n", id="array without comma"),
        pytest.param("x = [\n    1,\n", id="array without end"),
        pytest.param("x = [\n\n]\n", id="empty line in an array"),
        pytest.param("[a]]\n", id="brackets that do not pair"),
        pytest.param("[[a]\n", id="brackets that do not pair, the other way"),
        pytest.param("x = 1 # why\n", id="comment behind a value"),
        pytest.param("x.y = 1\n", id="dotted key"),
        pytest.param("x = 1.5\n", id="fraction"),
        pytest.param("x = 01\n", id="zero before a number"),
        pytest.param("x = 2023-02-29T00:00:00Z\n", id="day that is not there"),
        pytest.param("x = '''\n'''\n", id="string over lines"),
        pytest.param('x = "\\u00e9"\n', id="other escape"),
        pytest.param('x = "\x01"\n', id="control character"),
        pytest.param("x = 1\r", id="bare CR"),
        pytest.param(" x = 1\n", id="indented key"),
    ],
)
def test_other_toml_is_doubted(text: str) -> None:
    assert toml_layout.scan(text, "package", KEYS) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(CONDA, 2, id="conda-lock"),
        pytest.param(CONDA.replace("\n", "\r\n"), 2, id="conda-lock, CR LF"),
        pytest.param(PIXI, 2, id="pixi"),
        pytest.param(f"---\n{PIXI}", 2, id="with a document's start"),
        pytest.param("", 0, id="empty"),
        pytest.param("a:\nb:\n  c:\nd: e", 0, id="no values"),
        pytest.param("package:\n  - name: a\n  - name: b\n", 2, id="indented sequence"),
        pytest.param("package:\n- a\n- b\n", 2, id="no mappings"),
        pytest.param("package:\n  a: b\n", 0, id="no sequence"),
    ],
)
def test_yaml_in_its_layout_is_read_at_once(text: str, count: int) -> None:
    entries = yaml_layout.scan(text, yaml_locks.SECTIONS)
    assert entries is not None
    assert len(entries) == count
    assert agrees_on_yaml(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- a\n", id="sequence at the root"),
        pytest.param("a\n", id="scalar at the root"),
        pytest.param("  a: b\n", id="indented root"),
        pytest.param("a: b\n  c: d\n", id="value and mapping"),
        pytest.param("a: b\n  c\n", id="text over lines"),
        pytest.param("a: b\n- c\n", id="sequence beside a mapping"),
        pytest.param("a:\n    b: c\n  d: e\n", id="column of nothing"),
        pytest.param("a:\n- b\n c: d\n", id="mapping after a sequence"),
        pytest.param("a:\n- b\n  c: d\n", id="item and mapping"),
        pytest.param("a: [b]\n", id="flow"),
        pytest.param("a: &b c\n", id="anchor"),
        pytest.param("a: !b c\n", id="tag"),
        pytest.param("a: |\n  b\n", id="block"),
        pytest.param("a: b # c\n", id="comment behind a value"),
        pytest.param('a: "\\n"\n', id="escape"),
        pytest.param("a: b\n---\nc: d\n", id="two documents"),
        pytest.param("package:\n- a: b\npackage:\n- c: d\n", id="section twice"),
        pytest.param("packages:\n- a: b\npackage:\n- c: d\n", id="both sections"),
        pytest.param("a:\tb\n", id="tab"),
        pytest.param("- - a\n", id="sequence in a sequence"),
        pytest.param("a: b: c\n", id="two colons"),
        pytest.param("a: b\x07\n", id="control character"),
        pytest.param("# \x07\n", id="control character in a comment"),
    ],
)
def test_other_yaml_is_doubted(text: str) -> None:
    assert yaml_layout.scan(text, yaml_locks.SECTIONS) is None


@settings(max_examples=400)
@given(st.one_of(*(mutated(text, TOML_SCRAP) for text in (UV, POETRY, PYLOCK))), TABLES)
@example('package = "x"\n[[package]]\nname = "a"\n', "packages")
def test_toml_is_read_as_the_full_parser_reads_it(text: str, table: str) -> None:
    assert agrees_on_toml(text, table)


@settings(max_examples=400)
@given(st.one_of(*(mutated(text, YAML_SCRAP) for text in (CONDA, PIXI))))
@example(PIXI.replace("\n- pypi:", "\npackage:\n- pypi:", 1))
def test_yaml_is_read_as_the_full_parser_reads_it(text: str) -> None:
    assert agrees_on_yaml(text)


LINES = st.lists(st.sampled_from([*UV.split("\n"), *POETRY.split("\n"), *PYLOCK.split("\n")]), max_size=12)
YAML_LINES = st.lists(st.sampled_from([*CONDA.split("\n"), *PIXI.split("\n")]), max_size=8)


@settings(max_examples=300)
@given(LINES.map("\n".join), TABLES)
def test_lines_of_toml_in_any_order(text: str, table: str) -> None:
    assert agrees_on_toml(text, table)


@settings(max_examples=300)
@given(YAML_LINES.map("\n".join))
def test_lines_of_yaml_in_any_order(text: str) -> None:
    assert agrees_on_yaml(text)
