"""pyproject.toml: which dependencies each table holds, and at which text."""

from __future__ import annotations

import pytest

from dmlint.facts import Document, ReferenceKind, Role
from dmlint.parsers.pyproject import parse
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source


def read(text: str) -> Document:
    return parse(Source(path="pyproject.toml", text=text))


@pytest.mark.parametrize(
    ("text", "where", "name", "specifier", "written"),
    [
        pytest.param(
            '[project]\ndependencies = [\n  "NumPy >=1.26 , <2 ", # why\n]',
            "project.dependencies",
            "numpy",
            "<2,>=1.26",
            "NumPy >=1.26 , <2",
            id="PEP 621",
        ),
        pytest.param(
            'project.dependencies = ["numpy"]',
            "project.dependencies",
            "numpy",
            "",
            "numpy",
            id="dotted key",
        ),
        pytest.param(
            'project = { dependencies = ["""\nnumpy<2"""] }',
            "project.dependencies",
            "numpy",
            "<2",
            "numpy<2",
            id="inline table, multi-line string",
        ),
        pytest.param(
            '[tool.x]\n[project.optional-dependencies]\n"Sim X" = ["isaacsim==5.1.*"]',
            "project.optional-dependencies.Sim X",
            "isaacsim",
            "==5.1.*",
            "isaacsim==5.1.*",
            id="extra",
        ),
        pytest.param(
            '[dependency-groups]\ndev = ["numpy\\u003c2"]',
            "dependency-groups.dev",
            "numpy",
            "<2",
            "numpy\\u003c2",
            id="PEP 735, escape",
        ),
        pytest.param(
            '[tool.uv]\ndev-dependencies = ["numpy<2"]',
            "tool.uv.dev-dependencies",
            "numpy",
            "<2",
            "numpy<2",
            id="uv dev",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\npython = "^3.10"\nnumpy = "^1.26"',
            "tool.poetry.dependencies",
            "numpy",
            "<2,>=1.26",
            "^1.26",
            id="poetry",
        ),
        pytest.param(
            '[tool.poetry.dependencies.numpy]\nversion = "1.26.*"',
            "tool.poetry.dependencies",
            "numpy",
            "==1.26.*",
            "1.26.*",
            id="poetry table with a header",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\nnumpy = "*"',
            "tool.poetry.dependencies",
            "numpy",
            "",
            "*",
            id="poetry any version",
        ),
        pytest.param(
            '[tool.poetry.dev-dependencies]\nnumpy = "~1.26"',
            "tool.poetry.dev-dependencies",
            "numpy",
            "<1.27,>=1.26",
            "~1.26",
            id="poetry dev",
        ),
        pytest.param(
            '[tool.poetry.group.sim.dependencies]\n"Foo_Bar" = { path = "../foo" }',
            "tool.poetry.group.sim.dependencies",
            "foo-bar",
            "",
            '"Foo_Bar"',
            id="poetry group, path",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\nnumpy = "<1 || >2.1.4"',
            "tool.poetry.dependencies",
            "numpy",
            "",
            "<1 || >2.1.4",
            id="poetry or that PEP 440 has no words for",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\nnumpy = { url = "https://x/numpy-1.26.4-cp311-cp311-any.whl" }',
            "tool.poetry.dependencies",
            "numpy",
            "==1.26.4",
            "numpy",
            id="poetry wheel",
        ),
        pytest.param(
            '[tool.pdm.dev-dependencies]\ntest = ["numpy<2"]',
            "tool.pdm.dev-dependencies.test",
            "numpy",
            "<2",
            "numpy<2",
            id="pdm",
        ),
        pytest.param(
            '[tool.hatch.envs.default]\ndependencies = ["numpy<2"]',
            "tool.hatch.envs.default.dependencies",
            "numpy",
            "<2",
            "numpy<2",
            id="hatch",
        ),
        pytest.param(
            '[tool.hatch.envs.x]\nextra-dependencies = ["numpy<2"]',
            "tool.hatch.envs.x.extra-dependencies",
            "numpy",
            "<2",
            "numpy<2",
            id="hatch extra dependencies",
        ),
        pytest.param(
            '[tool.pixi.dependencies]\nnumpy = "1.26.*"',
            "tool.pixi.dependencies",
            "numpy",
            "==1.26.*",
            "1.26.*",
            id="pixi",
        ),
        pytest.param(
            '[tool.pixi.dependencies]\nnumpy = "1.26"',
            "tool.pixi.dependencies",
            "numpy",
            "==1.26",
            "1.26",
            id="pixi bare version",
        ),
        pytest.param(
            '[tool.pixi.host-dependencies]\nnumpy = ">=1.26,<2|2.*"',
            "tool.pixi.host-dependencies",
            "numpy",
            "<3,>=1.26",
            ">=1.26,<2|2.*",
            id="pixi or",
        ),
        pytest.param(
            '[tool.pixi.feature.a.target.linux-64.pypi-dependencies]\nnumpy = { version = "<2", extras = ["z", "a"] }',
            "tool.pixi.feature.a.target.linux-64.pypi-dependencies",
            "numpy",
            "<2",
            "<2",
            id="pixi feature, target",
        ),
        pytest.param(
            '[tool.pixi.pypi-dependencies]\nnumpy = "*"',
            "tool.pixi.pypi-dependencies",
            "numpy",
            "",
            "*",
            id="pixi any version",
        ),
        pytest.param(
            '[tool.pixi.dependencies]\nnumpy = "9e"',
            "tool.pixi.dependencies",
            "numpy",
            "",
            "9e",
            id="conda version that PEP 440 has no words for",
        ),
    ],
)
def test_a_dependency_is_read_at_its_text(text: str, where: str, name: str, specifier: str, written: str) -> None:
    (dependency,) = read(text).dependencies
    assert (dependency.where, dependency.name, dependency.specifier) == (where, name, specifier)
    assert dependency.span.text == written
    assert dependency.role is Role.REQUIREMENT


@pytest.mark.parametrize(
    ("text", "where", "role"),
    [
        pytest.param('[build-system]\nrequires = ["numpy"]', "build-system.requires", Role.BUILD, id="build system"),
        pytest.param(
            '[tool.uv]\nconstraint-dependencies = ["numpy"]',
            "tool.uv.constraint-dependencies",
            Role.CONSTRAINT,
            id="uv constraint",
        ),
        pytest.param(
            '[tool.uv]\noverride-dependencies = ["numpy"]',
            "tool.uv.override-dependencies",
            Role.OVERRIDE,
            id="uv override",
        ),
        pytest.param(
            '[tool.uv]\nbuild-constraint-dependencies = ["numpy"]',
            "tool.uv.build-constraint-dependencies",
            Role.BUILD,
            id="uv build constraint",
        ),
        pytest.param(
            '[tool.uv.extra-build-dependencies]\na = ["numpy"]',
            "tool.uv.extra-build-dependencies.a",
            Role.BUILD,
            id="uv extra build",
        ),
        pytest.param(
            '[tool.uv.extra-build-dependencies]\na = [{ requirement = "numpy", match-runtime = true }]',
            "tool.uv.extra-build-dependencies.a",
            Role.BUILD,
            id="uv extra build, matching the run time",
        ),
        pytest.param(
            '[tool.pdm.resolution.overrides]\nnumpy = "1.26.4"',
            "tool.pdm.resolution.overrides",
            Role.OVERRIDE,
            id="pdm override",
        ),
        pytest.param(
            '[tool.hatch.build.targets.wheel]\ndependencies = ["numpy"]',
            "tool.hatch.build.targets.wheel.dependencies",
            Role.BUILD,
            id="hatch build target",
        ),
        pytest.param(
            '[tool.pixi.pypi-options.dependency-overrides]\nnumpy = "<2"',
            "tool.pixi.pypi-options.dependency-overrides",
            Role.OVERRIDE,
            id="pixi override",
        ),
    ],
)
def test_bounds_and_build_requirements_have_their_role(text: str, where: str, role: Role) -> None:
    (dependency,) = read(text).dependencies
    assert (dependency.name, dependency.where, dependency.role) == ("numpy", where, role)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[tool.isort]\nknown_third_party = ["numpy"]', id="isort"),
        pytest.param('[tool.mypy]\nplugins = ["numpy.typing.mypy_plugin"]', id="mypy"),
        pytest.param('[tool.ruff.lint.isort]\nknown-first-party = ["numpy"]', id="ruff"),
        pytest.param('[project]\nkeywords = ["numpy"]', id="keywords"),
        pytest.param('[[tool.uv.index]]\nname = "numpy"\nurl = "https://x"', id="index"),
        pytest.param('[tool.poetry.dependencies]\npython = "^3.10"', id="poetry python"),
        pytest.param("# numpy<2", id="comment"),
        pytest.param('[tool.setuptools.dynamic]\ndependencies = { file = ["r.txt"] }', id="dynamic, not declared"),
        pytest.param("", id="empty"),
    ],
)
def test_what_holds_no_dependency(text: str) -> None:
    document = read(text)
    assert document.dependencies == ()
    assert document.problems == ()
    assert all(group.references == () for group in document.groups)


@pytest.mark.parametrize(
    ("text", "written", "message"),
    [
        pytest.param(
            "[project", "t", "the file is not valid TOML: Expected ']' at the end of a table declaration", id="TOML"
        ),
        pytest.param('tool = "x"', "x", "tool must be a table, not a string", id="tool"),
        pytest.param("project = [1]", "[1]", "project must be a table, not an array", id="project"),
        pytest.param(
            '[project]\ndependencies = "a"', "a", "project.dependencies must be an array, not a string", id="array"
        ),
        pytest.param(
            "[project]\nrequires-python = 3.10",
            "3.10",
            "project.requires-python must be a string, not a number",
            id="Python as a number",
        ),
        pytest.param(
            '[project]\nrequires-python = "3.10"',
            "3.10",
            "project.requires-python '3.10' is not a version specifier",
            id="Python without operator",
        ),
        pytest.param(
            "[project]\ndependencies = [1979-05-27]",
            "1979-05-27",
            "an entry of project.dependencies must be a string, not a date or a time",
            id="entry",
        ),
        pytest.param(
            "[project.optional-dependencies]\nx = true",
            "true",
            "project.optional-dependencies.x must be an array, not a boolean",
            id="extra",
        ),
        pytest.param(
            '[dependency-groups]\nx = [{ group = "y" }]',
            '{ group = "y" }',
            'a table in a dependency group must be { include-group = "NAME" }',
            id="include",
        ),
        pytest.param(
            '[dependency-groups]\nx = [{ include-group = "y" }]',
            "y",
            "there is no dependency group 'y' to include",
            id="missing group",
        ),
        pytest.param(
            '[dependency-groups]\nx = [{ include-group = "X" }]',
            "X",
            "dependency group 'X' includes itself",
            id="cycle of one",
        ),
        pytest.param(
            "[tool.uv.extra-build-dependencies]\na = [{}]",
            "{}",
            "tool.uv.extra-build-dependencies.a names nothing",
            id="extra build",
        ),
        pytest.param(
            "[tool.poetry.dependencies]\na = 1",
            "1",
            "tool.poetry.dependencies.a must be a string, not a number",
            id="poetry entry",
        ),
        pytest.param(
            "[tool.poetry.dependencies]\na = { version = 1 }",
            "1",
            "tool.poetry.dependencies.a must be a string, not a number",
            id="poetry version",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\na = "x.y"',
            "x.y",
            "'x.y' is not a version constraint that tool.poetry.dependencies can hold",
            id="poetry constraint",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\na = { version = "1", markers = "os" }',
            '{ version = "1", markers = "os" }',
            "its markers, python or platform are not an environment marker",
            id="poetry marker",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\na = { version = "1", python = "?" }',
            '{ version = "1", python = "?" }',
            "its markers, python or platform are not an environment marker",
            id="poetry marker on Python",
        ),
        pytest.param(
            '[tool.poetry.extras]\na = "x"',
            "x",
            "tool.poetry.extras.a must be an array, not a string",
            id="poetry extra",
        ),
        pytest.param(
            '[tool.poetry.dependencies]\npython = "?"', "?", "the Pythons '?' cannot be told", id="poetry python"
        ),
        pytest.param(
            '[tool.pdm.resolution.overrides]\na = "?"',
            "?",
            "'?' is not a version constraint that tool.pdm.resolution.overrides can hold",
            id="pdm override",
        ),
        pytest.param(
            '[tool.pixi.pypi-dependencies]\na = "?"',
            "?",
            "'?' is not a version constraint that tool.pixi.pypi-dependencies can hold",
            id="pixi PyPI",
        ),
        pytest.param(
            "[tool.pixi.dependencies]\na = 1",
            "1",
            "tool.pixi.dependencies.a must be a string, not a number",
            id="pixi entry",
        ),
        pytest.param(
            '[tool.pixi.pypi-dependencies]\na = { version = "*", env-markers = "?" }',
            "?",
            "env-markers is not an environment marker",
            id="pixi marker",
        ),
        pytest.param(
            '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = "r.txt"',
            "r.txt",
            "tool.setuptools.dynamic.dependencies must be a table, not a string",
            id="dynamic",
        ),
        pytest.param(
            '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = { file = [1] }',
            "1",
            "tool.setuptools.dynamic.dependencies.file must be a string, not a number",
            id="dynamic file",
        ),
    ],
)
def test_what_is_malformed_is_said_at_its_text(text: str, written: str, message: str) -> None:
    (problem,) = read(text).problems
    assert (problem.span.text, problem.message) == (written, message)
    assert problem.kind is ProblemKind.UNREADABLE


def test_the_rest_is_read_beside_what_is_malformed() -> None:
    document = read('[project]\ndependencies = ["a b", "numpy<2", 3]')
    assert [dependency.name for dependency in document.dependencies] == ["numpy"]
    assert [problem.span.text for problem in document.problems] == ["a b", "3"]


def test_a_constraint_that_pep_440_cannot_say_stays_open() -> None:
    document = read('[tool.poetry.dependencies]\nnumpy = "<1 || >2.1.4"')
    (dependency,), (problem,) = document.dependencies, document.problems
    assert dependency.unresolved == (dependency.span,)
    assert (problem.kind, problem.about, problem.span) == (ProblemKind.UNRESOLVED, "numpy", dependency.span)


NEWER_OR_38 = (
    'os_name == "nt" and (python_version < "4" and python_version >= "3.10" or python_full_version >= "3.8.4" '
    'and python_version < "3.9") and sys_platform == "linux"'
)


def test_poetry_tables_say_where_a_package_comes_from_and_when() -> None:
    entries = [
        'a = { git = "https://x/a.git", tag = "v1", extras = ["z", "b"] }',
        'b = { git = "git+ssh://git@x/b.git" }',
        'c = { version = "1", markers = "os_name == \'nt\'", python = "^3.10 | ~3.8.4", platform = "linux" }',
        'd = [{ version = "<2", python = "<3.9" }, "^2"]',
        'e = { version = "1", python = "!=3.9.1" }',
        'f = { version = "1", python = "*" }',
    ]
    found = [
        (one.name, one.specifier, one.extras, one.marker, one.url)
        for one in read("[tool.poetry.dependencies]\n" + "\n".join(entries)).dependencies
    ]
    assert found == [
        ("a", "", ("b", "z"), None, "git+https://x/a.git@v1"),
        ("b", "", (), None, "git+ssh://git@x/b.git"),
        (
            "c",
            "==1",
            (),
            NEWER_OR_38,
            None,
        ),
        ("d", "<2", (), 'python_version < "3.9"', None),
        ("d", "<3,>=2", (), None, None),
        ("e", "==1", (), 'python_full_version != "3.9.1"', None),
        ("f", "==1", (), None, None),
    ]


def test_uv_sources_say_where_a_package_comes_from() -> None:
    document = read(
        """
[project]
dependencies = ["isaaclab", "lib", "both", "plain", "here @ https://x/here-1.0.tar.gz", "wheel"]
[project.optional-dependencies]
sim = ["only"]
[dependency-groups]
dev = ["only", "grouped"]
[tool.uv]
constraint-dependencies = ["lib<2"]
[tool.uv.sources]
IsaacLab = { git = "https://x/IsaacLab", rev = "v2.3.0" }
lib = { path = "../lib", editable = true }
both = [{ url = "https://x/1.whl", marker = "a" }, { url = "https://x/2.whl", marker = "b" }]
only = { url = "https://x/only", extra = "sim" }
grouped = { git = "https://x/g", group = "dev" }
plain = { workspace = true }
wheel = { path = "dist/wheel-1.5-py3-none-any.whl" }
"""
    )
    urls = [(one.name, one.url, one.specifier, one.role) for one in document.dependencies]
    require = Role.REQUIREMENT
    assert urls == [
        ("isaaclab", "git+https://x/IsaacLab@v2.3.0", "", require),
        ("lib", None, "", require),
        ("both", None, "", require),
        ("plain", None, "", require),
        ("here", "https://x/here-1.0.tar.gz", "==1.0", require),
        ("wheel", None, "==1.5", require),
        ("only", "https://x/only", "", require),
        ("only", None, "", require),
        ("grouped", "git+https://x/g", "", require),
        ("lib", None, "<2", Role.CONSTRAINT),
    ]
    (lib, wheel) = document.groups[0].references
    assert (lib.kind, lib.path, lib.span.text, lib.editable) == (ReferenceKind.PROJECT, "../lib", "../lib", True)
    assert wheel.path == "dist/wheel-1.5-py3-none-any.whl"


@pytest.mark.parametrize(
    ("entry", "name", "url", "path"),
    [
        pytest.param(
            "-e file:///${PROJECT_ROOT}/sub#egg=Sub",
            ["sub"],
            ["file:///${PROJECT_ROOT}/sub#egg=Sub"],
            ["sub"],
            id="folder",
        ),
        pytest.param("-e file:///${PROJECT_ROOT}", [], [], ["."], id="without a name"),
        pytest.param("-e git+https://x/a.git#egg=a", ["a"], ["git+https://x/a.git#egg=a"], [], id="git"),
    ],
)
def test_pdm_has_editable_entries(entry: str, name: list[str], url: list[str], path: list[str]) -> None:
    document = read(f'[tool.pdm.dev-dependencies]\ndev = ["{entry}"]')
    assert [one.name for one in document.dependencies] == name
    assert [one.url for one in document.dependencies] == url
    assert [one.path for group in document.groups for one in group.references] == path
    assert document.problems == ()


def test_a_pdm_override_by_url_says_no_version() -> None:
    (dependency,) = read('[tool.pdm.resolution.overrides]\na = "file:///a.whl"').dependencies
    assert dependency.specifier == ""


def test_comments_that_mention_dmlint_are_handed_on() -> None:
    document = read('[project]\ndependencies = [\n "numpy", # dmlint: ignore[DM101] x\n]')
    assert [comment.text for comment in document.comments] == ["# dmlint: ignore[DM101] x"]
    assert [comment.text for comment in read("? # dmlint: ignore-file[DM900] x").comments] == [
        "# dmlint: ignore-file[DM900] x"
    ]
