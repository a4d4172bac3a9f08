"""pyproject.toml: what is installed by one name, and what comes along with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dmlint.parsers.pyproject import parse
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.facts import Document, Group


def read(text: str) -> Document:
    return parse(Source(path="pyproject.toml", text=text))


def group(text: str, name: str) -> Group:
    (found,) = [one for one in read(text).groups if one.name == name]
    return found


def names(one: Group) -> list[str]:
    return [dependency.name for dependency in one.dependencies]


STANDARD = """
[project]
name = "My_Pkg"
requires-python = ">=3.10, <3.12"
dynamic = ["dependencies", "optional-dependencies"]
dependencies = ["numpy<2"]
[project.optional-dependencies]
sim = ["isaacsim==5.0.0"]
All = ["my-pkg[sim]", "my.pkg[gpu]; os_name == 'posix'", "my-pkg[none]"]
gpu = ["cupy", "torch; python_version < '3.12'"]
loop = ["my-pkg[loop]", "a"]
[dependency-groups]
dev = ["pytest", { include-group = "Lint" }, { include-group = "deep" }]
lint = ["ruff"]
deep = [{ include-group = "lint" }, "my-pkg[gpu]"]
sim = ["mujoco"]
project = ["odd"]
[tool.uv]
constraint-dependencies = ["scipy<2"]
dev-dependencies = ["mypy"]
[tool.uv.dependency-groups]
lint = { requires-python = ">=3.11" }
[tool.setuptools.dynamic]
dependencies = { file = ["requirements.txt", "more.txt"] }
optional-dependencies.docs = { file = "docs.txt" }
"""


@pytest.mark.parametrize(
    ("name", "members"),
    [
        pytest.param("project", ["numpy", "scipy"], id="project with uv's constraints"),
        pytest.param("sim (extra)", ["isaacsim"], id="extra with the name of a group"),
        pytest.param("sim", ["mujoco"], id="group with the name of an extra"),
        pytest.param("all", ["my-pkg", "my-pkg", "my-pkg", "isaacsim", "cupy", "torch"], id="extra of extras"),
        pytest.param("loop", ["my-pkg", "a"], id="extra of itself"),
        pytest.param("dev", ["pytest", "mypy", "ruff", "my-pkg", "cupy", "torch"], id="includes, and uv's own"),
        pytest.param("lint", ["ruff"], id="group"),
        pytest.param("project (group)", ["odd"], id="group called project"),
        pytest.param("docs", [], id="extra from a file"),
    ],
)
def test_a_group_holds_what_is_installed_by_its_name(name: str, members: list[str]) -> None:
    assert names(group(STANDARD, name)) == members
    assert read(STANDARD).problems == ()


def test_a_marker_on_an_extra_holds_for_what_the_extra_brings() -> None:
    markers = {one.name: one.marker for one in group(STANDARD, "all").dependencies}
    assert markers["cupy"] == 'os_name == "posix"'
    assert markers["torch"] == '(os_name == "posix") and (python_version < "3.12")'
    assert markers["isaacsim"] is None


def test_each_dependency_is_listed_once_in_order() -> None:
    lines = [dependency.span.line for dependency in read(STANDARD).dependencies]
    assert lines == sorted(lines)
    assert len({dependency.span for dependency in read(STANDARD).dependencies}) == len(lines) == 16


def test_extras_and_groups_come_along_with_the_project() -> None:
    groups = read(STANDARD).groups
    assert {one.along for one in groups if one.name != "project"} == {("project",)}
    assert {one.python for one in groups if one.name != "lint"} == {"<3.12,>=3.10"}
    assert group(STANDARD, "lint").python == ">=3.11"
    assert group('[dependency-groups]\ndev = ["a"]', "dev").along == ()


def test_files_stand_in_the_group_that_they_fill() -> None:
    references = [(one.path, one.span.text) for one in group(STANDARD, "project").references]
    assert references == [("requirements.txt", "requirements.txt"), ("more.txt", "more.txt")]
    assert [one.path for one in group(STANDARD, "docs").references] == ["docs.txt"]


def test_constraints_make_a_project_of_a_workspace_root() -> None:
    text = '[tool.uv]\noverride-dependencies = ["numpy<2"]\n[dependency-groups]\ndev = ["a"]'
    assert names(group(text, "project")) == ["numpy"]
    assert group(text, "dev").along == ("project",)


def test_each_cycle_is_said_once() -> None:
    text = """
[dependency-groups]
a = [{ include-group = "b" }, "x"]
b = [{ include-group = "c" }, { include-group = "d" }]
c = [{ include-group = "a" }, "y"]
d = ["z"]
e = [{ include-group = "d" }, { include-group = "a" }]
"""
    (problem,) = read(text).problems
    assert (problem.span.text, problem.span.line) == ("a", 5)
    assert names(group(text, "a")) == ["x", "y", "z"]
    assert names(group(text, "e")) == ["z", "x", "y"]


def test_includes_that_would_fill_the_memory_are_cut() -> None:
    many = ",".join(['"a"'] * 1000)
    text = f"[dependency-groups]\nbig = [{many}]\n" + "\n".join(
        f'g{index} = [{{ include-group = "big" }}]' for index in range(100)
    )
    assert sum(len(one.dependencies) for one in read(text).groups) == 51_000


POETRY = """
[project]
name = "x"
dependencies = ["a"]
[tool.poetry.dependencies]
python = ">=3.9,<3.12"
b = "^1"
c = { version = "^2", optional = true }
d = [{ version = "1", optional = true, python = "<3.10" }, { path = "../d", optional = true, develop = true }]
lone = { version = "1", optional = true }
[tool.poetry.extras]
more = ["C", "d", "absent"]
[tool.poetry.group.dev]
include-groups = ["test"]
[tool.poetry.group.dev.dependencies]
e = "*"
[tool.poetry.group.test.dependencies]
f = "*"
"""


@pytest.mark.parametrize(
    ("name", "members"),
    [
        pytest.param("project", ["a", "b"], id="both tables feed the project"),
        pytest.param("more", ["c", "d", "d"], id="optional ones come with an extra"),
        pytest.param("dev", ["e", "f"], id="included group"),
        pytest.param("test", ["f"], id="group"),
    ],
)
def test_poetry_groups(name: str, members: list[str]) -> None:
    one = group(POETRY, name)
    assert names(one) == members
    assert one.python == "<3.12,>=3.9"
    assert {dependency.name for dependency in read(POETRY).dependencies} == {*"abcdef", "lone"}


def test_a_poetry_folder_is_installed_too() -> None:
    (reference,) = group(POETRY, "more").references
    assert (reference.path, reference.editable, reference.span.text) == ("../d", True, "../d")


def test_a_poetry_main_table_alone_is_the_project() -> None:
    text = '[tool.poetry]\ndependencies = { python = "*", a = "1" }\ndev-dependencies = { b = "1" }'
    assert names(group(text, "project")) == ["a"]
    assert group(text, "dev").along == ("project",)
    assert group(text, "project").python is None
    assert read("[tool.poetry]\nname = 'x'").groups == ()
    assert read("[tool.poetry.dependencies]\npython = 3").groups[0].python is None


HATCH = """
[project]
name = "x"
optional-dependencies.sim = ["isaacsim"]
[dependency-groups]
lint = ["ruff"]
[tool.hatch.envs.default]
dependencies = ["pytest"]
python = "3.10"
[tool.hatch.envs.test]
extra-dependencies = ["cov"]
features = ["sim", "absent"]
dependency-groups = ["lint"]
[tool.hatch.envs.docs]
template = "docs"
detached = true
dependencies = ["sphinx"]
[tool.hatch.envs.more]
template = "test"
dependencies = ["other"]
skip-install = true
python = "pypy3"
"""


@pytest.mark.parametrize(
    ("name", "members", "along", "python"),
    [
        pytest.param("hatch:default", ["pytest"], ("project",), "==3.10.*", id="default"),
        pytest.param(
            "hatch:test", ["pytest", "cov"], ("project", "sim", "lint"), "==3.10.*", id="inherits from default"
        ),
        pytest.param("hatch:docs", ["sphinx"], (), None, id="its own template"),
        pytest.param("hatch:more", ["other", "cov"], ("sim", "lint"), None, id="named template"),
    ],
)
def test_hatch_environments(name: str, members: list[str], along: tuple[str, ...], python: str | None) -> None:
    one = group(HATCH, name)
    assert (names(one), one.along, one.python) == (members, along, python)


PIXI = """
[project]
name = "x"
[tool.pixi.dependencies]
python = "3.11.*"
numpy = "<2"
[tool.pixi.pypi-dependencies]
x = { path = ".", editable = true, extras = ["a"] }
[tool.pixi.feature.default.dependencies]
ignored = "*"
[tool.pixi.feature.cuda.dependencies]
cuda = { version = "12.*", channel = "nvidia" }
python = { version = ">=3.10" }
[tool.pixi.feature.alone.pypi-dependencies]
b = { version = "*", env-markers = "os_name == 'nt'" }
[tool.pixi.feature.both.dependencies]
c = "*"
[tool.pixi.feature.left.dependencies]
e = "*"
[tool.pixi.feature.own.dependencies]
f = "*"
[tool.pixi.environments]
default = ["cuda", "both", "cuda", "nowhere"]
alone = { features = ["alone", "both"], no-default-feature = true }
[tool.pixi.environments.own.dependencies]
d = "*"
"""


@pytest.mark.parametrize(
    ("name", "members", "along", "python"),
    [
        pytest.param(
            "pixi:default", ["python", "numpy", "x", "cuda", "python", "c"], ("project",), ">=3.10", id="default"
        ),
        pytest.param("pixi:alone", ["b", "c"], (), None, id="without the default feature"),
        pytest.param("pixi:own", ["d", "python", "numpy", "x"], ("project",), "==3.11.*", id="with a table of its own"),
        pytest.param("pixi:left", ["python", "numpy", "x", "e"], ("project",), "==3.11.*", id="a feature of none"),
        pytest.param("pixi:own (feature)", ["python", "numpy", "x", "f"], ("project",), "==3.11.*", id="same name"),
    ],
)
def test_pixi_environments(name: str, members: list[str], along: tuple[str, ...], python: str | None) -> None:
    text = PIXI.replace('name = "x"', 'name = "x"\nrequires-python = "<3.12"')
    one = group(text, name)
    assert (names(one), one.along, one.python) == (members, along, python)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        pytest.param('[tool.pixi.dependencies]\na = "*"\n', {"pixi:default": ["a"]}, id="no features"),
        pytest.param(
            '[tool.pixi.dependencies]\na = "*"\n[tool.pixi.feature.b.dependencies]\nb = "*"\n',
            {"pixi:default": ["a"], "pixi:b": ["a", "b"]},
            id="no environments",
        ),
        pytest.param(
            '[tool.pixi.feature.b.dependencies]\nb = "*"\n[tool.pixi.environments]\nb = ["b"]\n',
            {"pixi:default": [], "pixi:b": ["b"]},
            id="an environment",
        ),
        pytest.param("[tool.pixi]\nenvironments = 3\n", {}, id="no table"),
    ],
)
def test_which_sets_pixi_has(text: str, groups: dict[str, list[str]]) -> None:
    assert {one.name: names(one) for one in read(text).groups} == groups


def test_a_pixi_folder_and_marker() -> None:
    (reference,) = group(PIXI, "pixi:default").references
    assert (reference.path, reference.editable, reference.extras) == (".", True, ("a",))
    assert group(PIXI, "pixi:alone").dependencies[0].marker == 'os_name == "nt"'
    assert read('[tool.pixi.project]\nname = "x"').groups == ()
