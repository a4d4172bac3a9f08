"""Manifests beside pyproject.toml: what each of them asks for, by group, at its exact place."""

from __future__ import annotations

import pytest
from manifest_facts import Row, read, rows

ENVIRONMENT = """name: robot
dependencies:
  - python=3.10.*
  - conda-forge::numpy=1.26
  - "scipy >=1.10"
  - sel(win): pywin32
  - pip
  - pip:
    - isaacsim[all]==5.0.0.0 ; python_version < '3.12'
    - -r requirements/sim.txt
    - -e .[dev]
    - --pre
    -
"""
SCRIPT = """#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy>=1.26,<2",  # bound
# ]
#
# [tool.uv]
# constraint-dependencies = ["scipy<2"]
# ///
import numpy
"""
SETUP_CFG = """[metadata]
name = Arm_Control
[options]
python_requires = >=3.10
setup_requires = setuptools>=61
install_requires =
    numpy>=1.26,<2  # pinned
    # a comment
    ; another
    torch ; python_version >= '3.10'

    arm-control[sim]
[options.extras_require]
Sim = isaacsim==5.0.0.0; pillow
files = file: a.txt, b.txt
empty =
[tool:pytest]
addopts = numpy>=2
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "setup.cfg",
            SETUP_CFG,
            [
                ("project", "numpy<2,>=1.26", "numpy>=1.26,<2"),
                ("project", 'torch; python_version >= "3.10"', "torch ; python_version >= '3.10'"),
                ("project", "arm-control[sim]", "arm-control[sim]"),
                ("project", "isaacsim==5.0.0.0", "isaacsim==5.0.0.0"),
                ("project", "pillow", "pillow"),
                ("sim", "isaacsim==5.0.0.0", "isaacsim==5.0.0.0"),
                ("sim", "pillow", "pillow"),
            ],
            id="setup.cfg",
        ),
        pytest.param("setup.cfg", "[options]\ninstall_requires: numpy\n", [("project", "numpy", "numpy")], id="colon"),
        pytest.param(
            "setup.cfg", "[options]\nInstall_Requires=numpy<2;\n", [("project", "numpy<2", "numpy<2")], id="one line"
        ),
        pytest.param(
            "setup.cfg",
            "[options]\ninstall_requires =\n\tnumpy\n\n[a]\n b = c\n",
            [("project", "numpy", "numpy")],
            id="tab",
        ),
        pytest.param(
            "Pipfile",
            '[packages]\nnumpy = "*"\nscipy = "1.10"\npillow = ""\n'
            'isaacsim = {version = "==5.0.*", extras = ["all"], sys_platform = "== \'linux\'", '
            "markers = \"os_name != 'x'\"}\n"
            'here = {path = ".", editable = true}\nrepo = {git = "https://x/r.git", ref = "v1"}\n'
            '[dev-packages]\npytest = ">=7"\n[docs]\nsphinx = "~=7.0"\n[scripts]\nrun = "numpy"\n',
            [
                ("project", "numpy", "*"),
                ("project", "scipy==1.10", "1.10"),
                ("project", "pillow", ""),
                ("project", 'isaacsim[all]==5.0.*; os_name != "x" and sys_platform == "linux"', "==5.0.*"),
                ("project", "here", "here"),
                ("project", "repo", "repo"),
                ("dev-packages", "pytest>=7", ">=7"),
                ("docs", "sphinx~=7.0", "~=7.0"),
            ],
            id="Pipfile",
        ),
        pytest.param(
            "conda/environment-gpu.yaml",
            ENVIRONMENT,
            [
                ("robot", "python==3.10.*", "python=3.10.*"),
                ("robot", "numpy==1.26.*", "conda-forge::numpy=1.26"),
                ("robot", "scipy>=1.10", "scipy >=1.10"),
                ("robot", "pip", "pip"),
                (
                    "robot",
                    'isaacsim[all]==5.0.0.0; python_version < "3.12"',
                    "isaacsim[all]==5.0.0.0 ; python_version < '3.12'",
                ),
            ],
            id="conda environment",
        ),
        pytest.param("environment.yml", "dependencies: [numpy, ' ']\n", [("project", "numpy", "numpy")], id="no name"),
        pytest.param("environment.yml", "some: thing\n", [], id="another file of that name"),
        pytest.param("environment.yml", "dependencies:\n", [], id="no dependencies"),
        pytest.param(
            "pixi.toml",
            '[project]\nname = "x"\n[dependencies]\nnumpy = "1.26.*"\n[feature.sim.pypi-dependencies]\n'
            'isaacsim = "==5.0.0.0"\n',
            [
                ("pixi:default", "numpy==1.26.*", "1.26.*"),
                ("pixi:sim", "numpy==1.26.*", "1.26.*"),
                ("pixi:sim", "isaacsim==5.0.0.0", "==5.0.0.0"),
            ],
            id="pixi",
        ),
        pytest.param(
            "exts/reach/config/extension.toml",
            '[package]\nversion = "1"\n[dependencies]\n"numpy" = {}\n'
            '[python.pipapi]\nrequirements = ["numpy<2", "psutil"]\n',
            [("project", "numpy<2", "numpy<2"), ("project", "psutil", "psutil")],
            id="Omniverse extension",
        ),
        pytest.param("extension.toml", '[package]\nversion = "1"\n', [], id="extension without pip"),
        pytest.param(
            "tools/run.py",
            SCRIPT,
            [("project", "numpy<2,>=1.26", "numpy>=1.26,<2"), ("project", "scipy<2", "scipy<2")],
            id="PEP 723",
        ),
        pytest.param("run.py", "# /// script\nimport numpy\n# ///\n", [], id="a header that is none"),
        pytest.param("run.py", "# /// script\n# ///\n", [], id="a header without content"),
        pytest.param(
            "run.py",
            '# /// script\nx = 1\n# /// script\n# dependencies = ["a"]\n# ///\n'
            '# /// script\n# dependencies = ["b"]\n# ///',
            [],
            id="two headers, one of them in the other",
        ),
        pytest.param(
            "run.py",
            '# /// script\nx\n# /// script\n# dependencies = ["a"]\n# ///',
            [("project", "a", "a")],
            id="second try",
        ),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_dependencies(path: str, text: str, expected: list[Row], ending: str) -> None:
    assert rows(read(path, text.replace("\n", ending))) == expected


@pytest.mark.parametrize(
    ("path", "text", "python", "under"),
    [
        pytest.param("setup.cfg", SETUP_CFG, ">=3.10", ">=3.10", id="setup.cfg"),
        pytest.param("setup.cfg", "[options]\npython_requires =\ninstall_requires = a\n", None, None, id="empty"),
        pytest.param(
            "setup.py", "setup(python_requires='>=3.10', install_requires=['a'])", ">=3.10", ">=3.10", id="setup.py"
        ),
        pytest.param("setup.py", "setup(python_requires='', install_requires=['a'])", None, None, id="setup.py, empty"),
        pytest.param("Pipfile", '[requires]\npython_version = "3.10"\n', "==3.10.*", "3.10", id="Pipfile"),
        pytest.param(
            "Pipfile", '[requires]\npython_full_version = "3.10.4"\n', "==3.10.4", "3.10.4", id="Pipfile, in full"
        ),
        pytest.param("environment.yml", ENVIRONMENT, "==3.10.*", "python=3.10.*", id="conda environment"),
        pytest.param("run.py", SCRIPT, ">=3.11", ">=3.11", id="PEP 723"),
    ],
)
def test_python(path: str, text: str, python: str | None, under: str | None) -> None:
    group = read(path, text).groups[0]
    assert (group.python, group.python_span.text if group.python_span else None) == (python, under)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("setup.cfg", SETUP_CFG, [("a.txt", "a.txt"), ("b.txt", "b.txt")], id="setup.cfg"),
        pytest.param("Pipfile", '[packages]\nx = {path = "../x"}\n', [("../x", "../x")], id="Pipfile"),
        pytest.param(
            "environment.yml",
            ENVIRONMENT,
            [("requirements/sim.txt", "requirements/sim.txt"), (".", ".[dev]")],
            id="conda",
        ),
        pytest.param(
            "run.py",
            '# /// script\n# dependencies = ["x"]\n# [tool.uv.sources]\n# x = { path = "../x" }\n# ///\n',
            [("../x", "../x")],
            id="PEP 723",
        ),
    ],
)
def test_references(path: str, text: str, expected: list[tuple[str, str]]) -> None:
    found = [one for group in read(path, text).groups for one in group.references]
    assert [(one.path, one.span.text) for one in found] == expected


@pytest.mark.parametrize(
    ("path", "text", "project"),
    [
        pytest.param("setup.cfg", SETUP_CFG, "arm-control", id="setup.cfg"),
        pytest.param("setup.py", "setup(name='Arm_Control')", "arm-control", id="setup.py"),
        pytest.param("setup.py", "setup(name=read())", None, id="computed"),
        pytest.param("pixi.toml", '[workspace]\nname = "Cell"\n', "cell", id="pixi"),
        pytest.param("Pipfile", "", None, id="Pipfile"),
    ],
)
def test_project(path: str, text: str, project: str | None) -> None:
    assert read(path, text).project == project


@pytest.mark.parametrize(
    ("path", "text", "under", "message"),
    [
        pytest.param("setup.cfg", "a = b\n", "a = b", "not valid INI", id="no section"),
        pytest.param("setup.cfg", "[a]\nb = c\nnothing\n", "nothing", "not valid INI", id="no value"),
        pytest.param("setup.cfg", "[a]\n[a]\n", "[a]", "not valid INI", id="section twice"),
        pytest.param("setup.cfg", "[a]\nb = c\nb = d", "b = d", "not valid INI", id="option twice"),
        pytest.param(
            "setup.cfg", "[options]\ninstall_requires = numpy<<2\n", "numpy<<2", "not a requirement", id="cfg"
        ),
        pytest.param(
            "setup.cfg", "[options]\npython_requires = three\n", "three", "version specifier", id="cfg python"
        ),
        pytest.param("Pipfile", "[packages\n", "\n", "not valid TOML", id="Pipfile"),
        pytest.param("Pipfile", "[packages]\nnumpy = 1\n", "1", "must be a string", id="Pipfile type"),
        pytest.param("Pipfile", '[packages]\nnumpy = "<<2"\n', "<<2", "not a version constraint", id="Pipfile version"),
        pytest.param("Pipfile", '[packages]\na = {markers = "x"}\n', '{markers = "x"}', "marker", id="Pipfile marker"),
        pytest.param(
            "Pipfile", '[requires]\npython_version = "x"\n', "x", "not a version of Python", id="Pipfile python"
        ),
        pytest.param("Pipfile", "packages = 1\n", "1", "must be a table", id="Pipfile table"),
        pytest.param("pixi.toml", "=\n", "=", "not valid TOML", id="pixi"),
        pytest.param("extension.toml", "=\n", "=", "not valid TOML", id="extension"),
        pytest.param(
            "extension.toml", "[python.pipapi]\nrequirements = 1\n", "1", "must be an array", id="extension type"
        ),
        pytest.param("environment.yml", "a: [\n", "", "not valid YAML", id="environment"),
        pytest.param("environment.yml", "dependencies: numpy\n", "numpy", "must be a list", id="no list"),
        pytest.param("environment.yml", "dependencies: ['=1']\n", "=1", "not a MatchSpec", id="MatchSpec"),
        pytest.param(
            "environment.yml", "dependencies: [{pip: [numpy<<2]}]\n", "numpy<<2", "not a requirement", id="pip"
        ),
        pytest.param("run.py", "# /// script\n# a =\n# ///\n", "\n", "not valid TOML", id="PEP 723"),
        pytest.param(
            "run.py", '# /// script\n# dependencies = ["a b"]\n# ///\n', "a b", "not a requirement", id="in a header"
        ),
        pytest.param("setup.py", "x = (\n", "x = (", "not valid Python", id="setup.py"),
        pytest.param("setup.py", 'print "x"\n', 'print "x"', "not valid Python", id="Python 2"),
        pytest.param("setup.py", "'\ud800'\n", "'\ud800'", "not valid Python", id="half a character"),
        pytest.param("setup.py", "a\x00b\n", "a\x00b", "not valid Python", id="NUL"),
        pytest.param("setup.py", "x = " + "-" * 100_000 + "1", None, "nested too deeply", id="deep"),
        pytest.param("setup.py", "#" * 1_000_001, "", "more than 1,000,000 characters", id="long"),
        pytest.param("setup.py", "setup(install_requires=['a b'])", "a b", "not a requirement", id="requirement"),
        pytest.param("setup.py", "setup(python_requires='x')", "x", "version specifier", id="setup.py python"),
        pytest.param("setup.py", "setup(extras_require={'a:b': ['c']})", "c", "environment marker", id="marker"),
    ],
)
def test_what_is_wrong_is_said(path: str, text: str, under: str | None, message: str) -> None:
    (problem,) = read(path, text).problems
    assert problem.span.text == (text if under is None else under)
    assert message in problem.message


@pytest.mark.parametrize(
    "path", ["setup.cfg", "setup.py", "Pipfile", "environment.yml", "pixi.toml", "extension.toml", "run.py"]
)
def test_comments_are_kept(path: str) -> None:
    text = "# dmlint: ignore-file[DM101] a reason\n# /// script\n# x = 1\n# ///\n"
    assert [one.text for one in read(path, text).comments] == ["# dmlint: ignore-file[DM101] a reason"]


def test_a_comment_in_a_string_is_none() -> None:
    document = read("setup.py", 'x = "# dmlint: ignore-file[DM101] x"\n# dmlint: ignore-file[DM102] y')
    assert [one.text for one in document.comments] == ["# dmlint: ignore-file[DM102] y"]


def test_comments_as_far_as_a_script_is_python() -> None:
    text = "# /// script\n# x = 1\n# ///\n# dmlint: ignore-file[DM101] x\ny = (\n"
    assert [one.text for one in read("run.py", text).comments] == ["# dmlint: ignore-file[DM101] x"]
