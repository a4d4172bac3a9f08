"""Lock files: every entry is recorded with its version, marker and exact place; what is wrong is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lock_texts import CONDA, PIXI, POETRY, PYLOCK, TOML_SCRAP, UV, YAML_SCRAP, mutated

from dmlint.facts import Document, Role
from dmlint.parsers import claim
from dmlint.text.source import Source

PIPFILE = """{
    "_meta": {"hash": {"sha256": "0"}, "requires": {"python_version": "3.11"}},
    "default": {
        "numpy": {"hashes": ["sha256:0"], "markers": "python_version >= '3.9'", "version": "==1.26.4"},
        "odd\\u002dname": {"version": "==1.0"},
        "here": {"editable": true, "path": "."}
    },
    "develop": {"numpy": {"version": "==2.1.0"}}
}
"""
NOT_LINUX = "(python_full_version < '3.12') or (sys_platform == 'win32')"
LINUX = 'sys_platform == "linux" and platform_machine == "x86_64"'


def read(path: str, text: str) -> Document:
    found = claim(path)
    assert found is not None
    return found.parse(Source(path=path, text=text))


def facts(document: Document) -> list[tuple[str, str, str | None, str]]:
    """Name, specifier, marker and the text under the span."""
    quoted = [(one.marker or "").replace("'", '"') or None for one in document.dependencies]
    return [
        (one.name, one.specifier, marker, one.span.text)
        for one, marker in zip(document.dependencies, quoted, strict=True)
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "a/uv.lock",
            UV,
            [("a", "==0.1.0", None, "0.1.0"), ("numpy", "==1.26.4", NOT_LINUX.replace("'", '"'), "1.26.4")],
            id="uv",
        ),
        pytest.param(
            "poetry.lock",
            POETRY,
            [
                ("numpy", "==2.1.0", 'python_version >= "3.10"', "2.1.0"),
                ("scipy", "==1.15.3", '(python_version < "3.11") or (os_name == "nt")', "1.15.3"),
            ],
            id="poetry",
        ),
        pytest.param(
            "pylock.sim.toml",
            PYLOCK,
            [("numpy", "==2.3.1", 'python_version >= "3.11"', "2.3.1"), ("attrs", "==25.1.0", None, "25.1.0")],
            id="pylock",
        ),
        pytest.param(
            "pdm.lock",
            '[[package]]\nname = "isaacsim"\nversion = "5.0.0.0"\nextras = ["all"]\nmarker = "os_name == \'nt\'"\n',
            [("isaacsim", "==5.0.0.0", 'os_name == "nt"', "5.0.0.0")],
            id="pdm",
        ),
        pytest.param(
            "Pipfile.lock",
            PIPFILE,
            [
                ("numpy", "==1.26.4", 'python_version >= "3.9"', "==1.26.4"),
                ("odd-name", "==1.0", None, "==1.0"),
                ("numpy", "==2.1.0", None, "==2.1.0"),
            ],
            id="Pipfile",
        ),
        pytest.param(
            "sim.conda-lock.yml",
            CONDA,
            [("numpy", "==1.26.4", LINUX, "1.26.4"), ("pip", "==24.0", None, "24.0")],
            id="conda-lock",
        ),
        pytest.param(
            "pixi.lock",
            PIXI,
            [("numpy", "==1.26.4", LINUX, "1.26.4"), ("numpy", "==2.3.1", None, "2.3.1")],
            id="pixi",
        ),
        pytest.param(
            "pixi.lock",
            "packages:\n- kind: conda\n  name: numpy\n  version: 1.26.4\n  subdir: osx-arm64\n- conda: .\n",
            [("numpy", "==1.26.4", 'sys_platform == "darwin" and platform_machine == "arm64"', "1.26.4")],
            id="pixi, older",
        ),
        pytest.param(
            "requirements-dev.lock",
            "numpy==1.26.4 ; os_name == 'nt'\nscipy>=1\n-e file:.\n",
            [
                ("numpy", "==1.26.4", 'os_name == "nt"', "numpy==1.26.4 ; os_name == 'nt'"),
                ("scipy", ">=1", None, "scipy>=1"),
            ],
            id="requirements",
        ),
        pytest.param("uv.lock", '[[package]]\nname = "a"\n', [("a", "", None, "a")], id="no version"),
        pytest.param("uv.lock", '[[package]]\nversion = "1"\n', [], id="no name"),
        pytest.param("uv.lock", "version = 1\n", [], id="no packages"),
        pytest.param("uv.lock", "package = [{ name = 'a', version = '1' }]", [("a", "==1", None, "1")], id="in line"),
        pytest.param("uv.lock", "package.x = 1 # no array\n", [], id="no array"),
        pytest.param("conda-lock.yml", "package: # none\n", [], id="conda-lock without packages"),
        pytest.param("conda-lock.yml", "package:\n- version: '1'\n", [], id="conda-lock without name"),
        pytest.param(
            "conda-lock.yml",
            "package:\n- {name: openssl, version: 9e, platform: noarch, x: null, y: [z]}\n",
            [("openssl", "===9e", None, "9e")],
            id="conda's own versions",
        ),
        pytest.param(
            "poetry.lock",
            '[[package]]\nname = "A_b"\nversion = "1.0+x"',
            [("a-b", "==1.0+x", None, "1.0+x")],
            id="local",
        ),
    ],
)
def test_entries(path: str, text: str, expected: list[tuple[str, str, str | None, str]]) -> None:
    document = read(path, text)
    assert facts(document) == expected


@pytest.mark.parametrize(
    "path", ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "pixi.lock", "conda-lock.yml"]
)
@pytest.mark.parametrize("text", ["", "\n", "{}\n", "# dmlint: ignore[DM110] old\n"])
def test_nothing_is_asked_for(path: str, text: str) -> None:
    document = read(path, text)
    assert (document.groups, document.dependencies) == ((), ())


def test_entries_are_locked_and_belong_to_no_group() -> None:
    document = read("uv.lock", UV)
    assert {one.role for one in document.dependencies} == {Role.LOCKED}
    assert {one.where for one in document.dependencies} == {"uv.lock"}
    assert document.groups == ()


def test_extras_are_recorded() -> None:
    (only,) = read("pdm.lock", '[[package]]\nname = "a"\nversion = "1"\nextras = ["c", "b"]\n').dependencies
    assert only.extras == ("b", "c")


def test_requirements_that_are_locked_are_asked_for_too() -> None:
    document = read("requirements.lock", "numpy==1.26.4\nscipy>=1,<2\n")
    assert [one.role for one in document.dependencies] == [Role.LOCKED, Role.REQUIREMENT]
    assert [one.role for group in document.groups for one in group.dependencies] == [Role.REQUIREMENT] * 2


@pytest.mark.parametrize(
    ("path", "text", "under", "message"),
    [
        pytest.param("uv.lock", "x = \n", "\n", "not valid TOML", id="TOML"),
        pytest.param("uv.lock", "package = 1\n", "1", "must be an array", id="no array"),
        pytest.param(
            "uv.lock",
            '[[package]]\nname = "a"\nversion = "not one"\n',
            "not one",
            "is not a version of a",
            id="version",
        ),
        pytest.param(
            "uv.lock", f'[[package]]\nname = "a"\nversion = "{"1" * 300}"\n', "1" * 300, "version", id="long version"
        ),
        pytest.param(
            "poetry.lock", '[[package]]\nname = "a"\nversion = "1"\nmarkers = "x = 1"\n', "x = 1", "marker", id="marker"
        ),
        pytest.param(
            "Pipfile.lock", '{"default": {"a": {"version": "==1", "markers": "x"}}}', "x", "marker", id="marker in JSON"
        ),
        pytest.param("Pipfile.lock", "{", "", "not valid JSON", id="JSON"),
        pytest.param("Pipfile.lock", "[" * 100_000, "[", "nested too deeply", id="deep JSON"),
        pytest.param("Pipfile.lock", f'{{"a": {"1" * 5000}}}', "{", "not valid JSON", id="long number"),
        pytest.param("pixi.lock", "packages:\n- [a\n", "", "not valid YAML", id="pixi YAML"),
        pytest.param("conda-lock.yml", "package:\n- [a\n", "", "not valid YAML", id="conda-lock YAML"),
    ],
)
def test_what_is_wrong_is_said(path: str, text: str, under: str, message: str) -> None:
    (problem,) = read(path, text).problems
    assert problem.span.text == under
    assert message in problem.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("uv.lock", "# dmlint: ignore-file[DM110] a reason\nversion = 1\n", id="TOML"),
        pytest.param("pixi.lock", "# dmlint: ignore-file[DM110] a reason\nversion: 1\n", id="YAML"),
        pytest.param("requirements.lock", "# dmlint: ignore-file[DM110] a reason\n", id="requirements"),
    ],
)
def test_comments_are_kept(path: str, text: str) -> None:
    assert [one.text for one in read(path, text).comments] == ["# dmlint: ignore-file[DM110] a reason"]


NAMES = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile.lock",
    "pixi.lock",
    "conda-lock.yml",
    "requirements.lock",
)
TEXTS = st.one_of(
    st.text(),
    *(mutated(text, TOML_SCRAP) for text in (UV, POETRY, PYLOCK)),
    *(mutated(text, YAML_SCRAP) for text in (CONDA, PIXI, PIPFILE)),
)


@given(st.sampled_from(NAMES), TEXTS)
def test_no_file_raises(name: str, text: str) -> None:
    document = read(name, text)
    spans = [*(one.span for one in document.dependencies), *(one.span for one in document.problems)]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 200_000, id="brackets"),
        pytest.param('"' + "\\" * 200_001, id="backslashes"),
        pytest.param("x = { " * 50_000, id="tables"),
        pytest.param(" " * 200_000 + "x", id="blanks"),
        pytest.param("a-" * 100_000, id="dashes"),
        pytest.param("a: " * 100_000, id="colons"),
        pytest.param("\0" * 200_000, id="NULs"),
        pytest.param("package:\n- conda: " + "/-" * 100_000, id="URL"),
        pytest.param('[[package]]\nname = "' + "_-" * 100_000 + '"\nversion = "1"\n', id="name"),
    ],
)
def test_hostile_files_are_read_in_time(name: str, text: str) -> None:
    assert isinstance(read(name, text), Document)
