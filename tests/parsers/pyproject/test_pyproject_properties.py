"""pyproject.toml: whatever a file holds, facts stand at their text and nothing raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dmlint.parsers.pyproject import parse
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.facts import Document

VALID = """
[build-system]
requires = ["hatchling"]
[project]
name = "x"
requires-python = ">=3.10"
dynamic = ["dependencies"]
dependencies = ["numpy>=1.26,<2; python_version < '3.12'", "x[sim]", "t @ https://x/t-1.0.tar.gz"]
optional-dependencies = { sim = ["isaacsim[all]==5.0.0"] }
[dependency-groups]
dev = ["a", { include-group = "lint" }]
lint = ["ruff"]
[tool.setuptools.dynamic]
dependencies = { file = ["r.txt"] }
[tool.uv]
constraint-dependencies = ["numpy<2"]
sources = { a = { git = "https://x", rev = "v1" } }
extra-build-dependencies = { b = [{ requirement = "c" }] }
[tool.poetry.dependencies]
python = "^3.10"
scipy = { version = "^1.2 || ~3.4", optional = true, python = "<3.12", path = "../s" }
[tool.poetry.extras]
e = ["scipy"]
[tool.pdm]
dev-dependencies.t = ["-e file:///${PROJECT_ROOT}/s#egg=s"]
resolution.overrides = { u = "1.0" }
[tool.hatch.envs.test]
template = "default"
extra-dependencies = ["h"]
[tool.pixi.feature.cuda.dependencies]
cuda = "12.*"
[tool.pixi.environments]
x = { features = ["cuda"], no-default-feature = true }
"""
LINES = VALID.split("\n")
SCRAP = st.sampled_from(
    ["", "1", '"x"', "[]", "{}", "true", "\n", '["', "\x00", "1979-05-27", '[{ a = "b" }]', "[[", "=", "^"]
)
LINE = st.integers(0, len(LINES) - 1)


def replaced(line: int, scrap: str) -> str:
    """The file with the value of one line replaced."""
    key, equals, _ = LINES[line].partition("= ")
    return "\n".join([*LINES[:line], f"{key}{equals}{scrap}", *LINES[line + 1 :]])


CUT = st.builds(
    lambda at, more, end: VALID[:at] + more + VALID[end:], st.integers(0, 1500), SCRAP, st.integers(0, 1500)
)
MUTATED = st.one_of(st.builds(replaced, LINE, SCRAP), CUT, st.permutations(LINES).map("\n".join), st.text())


def facts_are_placed(document: Document) -> bool:
    text = document.source.text
    spans = [dependency.span for dependency in document.dependencies]
    spans += [problem.span for problem in document.problems]
    spans += [reference.span for group in document.groups for reference in group.references]
    return all(0 <= span.start <= span.end <= len(text) for span in spans)


@given(MUTATED)
def test_no_file_raises(text: str) -> None:
    document = parse(Source(path="pyproject.toml", text=text))
    assert facts_are_placed(document)
    known = {dependency.span for dependency in document.dependencies}
    assert all(dependency.span in known for group in document.groups for dependency in group.dependencies)
    groups = {group.name for group in document.groups}
    assert all(groups.issuperset(group.along) for group in document.groups)


NAME = st.sampled_from(["numpy", "NumPy", "isaac_sim.x", "a"])
EXTRAS = st.sampled_from(["", "[b]", "[b, c]"])
SPECIFIER = st.sampled_from(["", "<2", ">=1.26,<2", " ~= 1.26", "==1.26.*", "!=2.0"])
MARKER = st.sampled_from(["", "; python_version < '3.12'", " ; os_name == 'nt'"])
REQUIREMENT = st.builds("{}{}{}{}".format, NAME, EXTRAS, SPECIFIER, MARKER)
QUOTES = st.sampled_from(['"{}"', '" {} "', '"""\n{}\n"""', '# c"\n  "{}"'])


@given(st.lists(st.tuples(REQUIREMENT, QUOTES), min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_the_text_under_a_span_is_the_requirement(entries: list[tuple[str, str]], ending: str) -> None:
    array = ",\n".join(quotes.format(requirement) for requirement, quotes in entries)
    text = f"[project]\ndependencies = [\n{array},\n]".replace("\n", ending)
    document = parse(Source(path="pyproject.toml", text=text))
    assert [one.span.text for one in document.dependencies] == [requirement for requirement, _ in entries]
    alone = [f'project.dependencies = ["{one.span.text}"]' for one in document.dependencies]
    again = [parse(Source(path="x", text=one)).dependencies[0] for one in alone]
    assert [(one.name, one.specifier, one.marker) for one in again] == [
        (one.name, one.specifier, one.marker) for one in document.dependencies
    ]
