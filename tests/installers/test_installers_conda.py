"""conda, mamba, micromamba, and MatchSpec, which is not PEP 440."""

from __future__ import annotations

import pytest
from installer_commands import make_command, read, show, step_of

from dmlint.facts import Dependency
from dmlint.requirements.conda_matchspec import read_matchspec
from dmlint.text.problems import Problem, ProblemKind


def parse(text: str, environ: dict[str, str] | None = None) -> Dependency | Problem:
    return read_matchspec(make_command(text, environ=environ).words[0], "RUN conda install")


@pytest.mark.parametrize(
    ("text", "name", "specifier"),
    [
        pytest.param("numpy", "numpy", "", id="bare"),
        pytest.param("numpy=1.26", "numpy", "==1.26.*", id="prefix match"),
        pytest.param("numpy=1.26.*", "numpy", "==1.26.*", id="prefix match with a star"),
        pytest.param("numpy=1.26*", "numpy", "==1.26.*", id="glob"),
        pytest.param("numpy==1.26.4", "numpy", "==1.26.4", id="exact"),
        pytest.param("numpy==1.26.*", "numpy", "==1.26.*", id="exact with a star"),
        pytest.param("numpy!=1.26.*", "numpy", "!=1.26.*", id="not with a star"),
        pytest.param("'numpy>=1.26,<2'", "numpy", "<2,>=1.26", id="range"),
        pytest.param("'numpy>=1.26.*'", "numpy", ">=1.26", id="floor with a star"),
        pytest.param("'numpy >=1.26, < 2'", "numpy", "<2,>=1.26", id="range with blanks"),
        pytest.param("'numpy 1.26.*'", "numpy", "==1.26.*", id="version after a blank"),
        pytest.param("'numpy 1.26.4'", "numpy", "==1.26.4", id="exact after a blank"),
        pytest.param("'numpy 1.26.4 py310h_0'", "numpy", "==1.26.4", id="build after a blank"),
        pytest.param("numpy=1.26.4=py310h_0", "numpy", "==1.26.4", id="build"),
        pytest.param("numpy=*=py310*", "numpy", "", id="any version of a build"),
        pytest.param("numpy=*", "numpy", "", id="any version"),
        pytest.param("conda-forge::numpy=1.26", "numpy", "==1.26.*", id="channel"),
        pytest.param("conda-forge/linux-64::numpy", "numpy", "", id="channel with a subdir"),
        pytest.param("numpy[version='<2']", "numpy", "<2", id="brackets"),
        pytest.param("'numpy[version=\"1.26.*\",build=x]'", "numpy", "==1.26.*", id="brackets with a build"),
        pytest.param("numpy[version=1.26]", "numpy", "==1.26", id="brackets without quotes"),
        pytest.param("numpy=1.26[build=py*]", "numpy", "==1.26.*", id="brackets of something else"),
        pytest.param("python=3.10", "python", "==3.10.*", id="python"),
        pytest.param("numpy~=1.26", "numpy", "~=1.26", id="compatible"),
        pytest.param("Ruamel_Yaml=0.17", "ruamel-yaml", "==0.17.*", id="name"),
        pytest.param("_libgcc_mutex=0.1=main", "_libgcc_mutex", "==0.1", id="name that only conda has"),
        pytest.param("pytorch-cuda=12.1", "pytorch-cuda", "==12.1.*", id="dashes"),
    ],
)
def test_matchspec(text: str, name: str, specifier: str) -> None:
    found = parse(text)
    assert isinstance(found, Dependency)
    assert (found.name, found.specifier) == (name, specifier)
    assert found.span.text == text.strip("'")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("'numpy<2|>3'", ProblemKind.UNRESOLVED, id="or"),
        pytest.param("jpeg=9e", ProblemKind.UNRESOLVED, id="a version of another grammar"),
        pytest.param("'numpy=>1'", ProblemKind.UNRESOLVED, id="operators that are none"),
        pytest.param("numpy=" + "1" * 600, ProblemKind.UNRESOLVED, id="endless"),
        pytest.param("=1.26", ProblemKind.UNREADABLE, id="no name"),
        pytest.param("$SPECS", ProblemKind.UNRESOLVED, id="unknown"),
    ],
)
def test_problems(text: str, kind: ProblemKind) -> None:
    found = parse(text)
    assert isinstance(found, Problem)
    assert found.kind is kind


def test_unknown_version() -> None:
    found = parse("conda-forge::numpy=${V}")
    assert isinstance(found, Dependency)
    assert (found.name, [span.text for span in found.unresolved]) == ("numpy", ["${V}"])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("numpy=${V}", "1.26", id="the version alone"),
        pytest.param("'x::numpy==1.25,!=${V}'", "x::numpy==1.25,!=${V}", id="a part of it"),
        pytest.param("${V}", "1.26", id="all of it"),
    ],
)
def test_span_of_a_value(text: str, span: str) -> None:
    found = parse(text, {"V": "1.26"})
    assert found.span.text == span


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("conda install -y -c conda-forge numpy=1.26", ["numpy==1.26.*"], id="install"),
        pytest.param("conda install numpy>=1.26", ["numpy!"], id="swallowed"),
        pytest.param("mamba create -n x python=3.10 numpy", ["python==3.10.*", "numpy"], id="create"),
        pytest.param("micromamba -r /opt install -yn base numpy", ["numpy"], id="micromamba"),
        pytest.param("conda update --all numpy", ["numpy"], id="update"),
        pytest.param("conda remove numpy", ["numpy"], id="remove"),
        pytest.param("conda install --file r.txt -f s.txt", ["requirements:r.txt", "requirements:s.txt"], id="file"),
        pytest.param("conda env create -f e.yml", ["requirements:e.yml"], id="env create"),
        pytest.param("conda env create e.yml", ["requirements:e.yml"], id="env create, bare"),
        pytest.param("conda env update --name x --file e.yml --prune", ["requirements:e.yml"], id="env update"),
        pytest.param("micromamba install -y -f e.yaml", ["requirements:e.yaml"], id="micromamba -f"),
        pytest.param("conda install ./numpy-1.26.4-py310_0.conda /x/y x.tar.bz2", [], id="package files"),
        pytest.param("python -m conda install numpy", ["numpy"], id="module"),
    ],
)
def test_yields(line: str, expected: list[str]) -> None:
    assert show(read(line)) == expected


@pytest.mark.parametrize(
    "line",
    ["conda", "conda config --add channels x", "conda activate x", "conda list numpy", "conda env", "conda env list",
     "conda clean -a", "conda install --dry-run numpy", "conda init bash", "conda search numpy"],
)  # fmt: skip
def test_installs_nothing(line: str) -> None:
    assert read(line).actions == ()


def test_where_and_tool() -> None:
    step = step_of(read("mamba create -n x numpy"))
    assert (step.tool, step.requirements[0].where, step.flags) == ("mamba", "RUN mamba create", ("--name",))
    assert step_of(read("conda remove numpy")).removes
