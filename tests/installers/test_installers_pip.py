"""``pip install``: which words are requirements, files, options, and which commands install nothing."""

from __future__ import annotations

import pytest
from installer_commands import read, show, step_of

from dmlint.text.problems import ProblemKind


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("pip install numpy", ["numpy"], id="bare"),
        pytest.param("pip install 'numpy<2' scipy==1.11.4", ["numpy<2", "scipy==1.11.4"], id="several"),
        pytest.param('pip install "numpy >= 1.26, < 2"', ["numpy<2,>=1.26"], id="spaces"),
        pytest.param(
            """pip install "numpy<2; python_version<'3.12'\"""", ['numpy<2; python_version < "3.12"'], id="marker"
        ),
        pytest.param("pip install numpy~=1.26 --no-deps scipy", ["numpy~=1.26", "scipy"], id="option between"),
        pytest.param("pip --no-cache-dir install numpy", ["numpy"], id="option before the subcommand"),
        pytest.param("pip --proxy x install numpy", ["numpy"], id="value before the subcommand"),
        pytest.param("pip $OPTIONS install numpy", ["numpy"], id="unknown options before the subcommand"),
        pytest.param("pip install -i https://x numpy", ["numpy"], id="value of a short option"),
        pytest.param("pip install --no-binary :all: numpy", ["numpy"], id="value of a long option"),
        pytest.param("pip install --no-binary=numpy scipy", ["scipy"], id="a package named by an option"),
        pytest.param("pip install --upgrade-strategy eager numpy", ["numpy"], id="upgrade-strategy"),
        pytest.param("pip install --trusted numpy scipy", ["scipy"], id="abbreviation that takes a value"),
        pytest.param("pip install --only-b numpy scipy", ["scipy"], id="abbreviation of one of two"),
        pytest.param("pip install --unheard-of numpy", ["numpy"], id="unknown option is a flag"),
        pytest.param("pip install -- -odd numpy", ["numpy"], id="two dashes end the options"),
        pytest.param("pip install -r r.txt", ["requirements:r.txt"], id="-r FILE"),
        pytest.param("pip install -rr.txt", ["requirements:r.txt"], id="-rFILE"),
        pytest.param("pip install -qr r.txt", ["requirements:r.txt"], id="-qr FILE"),
        pytest.param("pip install --requirement=a/r.txt", ["requirements:a/r.txt"], id="--requirement=FILE"),
        pytest.param("pip install -r file:///a/r.txt", ["requirements:/a/r.txt"], id="file URL"),
        pytest.param("pip install -r ${X}/r.txt", ["requirements:None"], id="file behind a variable"),
        pytest.param("pip install -r https://x/r.txt", ["requirements:https://x/r.txt"], id="remote file"),
        pytest.param("pip install numpy -c c.txt", ["numpy", "constraints:c.txt"], id="-c FILE"),
        pytest.param("pip install --constraint c.txt -U numpy", ["numpy", "constraints:c.txt"], id="--constraint"),
        pytest.param("pip install --group dev", ["requirements:pyproject.toml#dev"], id="group"),
        pytest.param("pip install --group a/p.toml:dev", ["requirements:a/p.toml#dev"], id="group of a file"),
        pytest.param("pip install --group $G", ["requirements:None#$G"], id="unknown group"),
        pytest.param("pip install --requirements-from-script x.py", ["requirements:x.py"], id="script"),
        pytest.param("pip install .", ["project:."], id="this folder"),
        pytest.param("pip install -e .[sim,dev]", ["-e project:.[dev,sim]"], id="editable with extras"),
        pytest.param("pip install --editable=/abs/dir", ["-e project:/abs/dir"], id="editable by absolute path"),
        pytest.param("pip install -e dir", ["-e project:dir"], id="editable by bare name"),
        pytest.param("pip install ./pkg ../x[extra]", ["project:./pkg", "project:../x[extra]"], id="folders"),
        pytest.param("pip install file:./x", ["project:./x"], id="folder by URL"),
        pytest.param(
            "pip install ${ISAACLAB_PATH}/source/x -e ${Q}", ["project:None", "-e project:None"], id="unknown"
        ),
        pytest.param(
            "pip install ./numpy-1.26.4-cp311-cp311-linux_x86_64.whl",
            ["numpy==1.26.4 @ ./numpy-1.26.4-cp311-cp311-linux_x86_64.whl"],
            id="wheel",
        ),
        pytest.param("pip install /w/My_Tool-*.whl", ["my-tool @ /w/My_Tool-*.whl"], id="wheel by pattern"),
        pytest.param("pip install dist/tool*.whl", ["tool @ dist/tool*.whl"], id="pattern after the name"),
        pytest.param("pip install numpy-1.2[56].*.whl", ["numpy @ numpy-1.2[56].*.whl"], id="pattern in a version"),
        pytest.param("pip install *.whl d/?.whl", ["project:*.whl", "project:d/?.whl"], id="any wheel"),
        pytest.param("pip install a-b-*.tar.gz", ["a-b @ a-b-*.tar.gz"], id="source archive by pattern"),
        pytest.param("pip install x/*", ["project:x/*"], id="any file"),
        pytest.param(
            "pip install /w/tool-*-cp$(a; b/c)-*.whl",
            ["tool @ /w/tool-*-cp$(a; b/c)-*.whl?"],
            id="semicolon and slash in a substitution",
        ),
        pytest.param("pip install foo-1.0.tar.gz", ["foo==1.0 @ foo-1.0.tar.gz"], id="source archive"),
        pytest.param(
            "pip install git+https://x/o/Name.git@v1#egg=numpy",
            ["numpy @ git+https://x/o/Name.git@v1#egg=numpy"],
            id="egg",
        ),
        pytest.param(
            "pip install git+https://x/o/My_Name.git@a/b", ["my-name @ git+https://x/o/My_Name.git@a/b"], id="git"
        ),
        pytest.param("pip install 'numpy @ https://x/n.whl'", ["numpy @ https://x/n.whl"], id="direct reference"),
        pytest.param("pip install numpy-stl msgpack-numpy", ["numpy-stl", "msgpack-numpy"], id="only look like numpy"),
        pytest.param("pip install numpy==${V}", ["numpy?"], id="unknown version"),
        pytest.param("python -m pip install numpy", ["numpy"], id="module"),
        pytest.param("python -u -Im pip install numpy", ["numpy"], id="module after options"),
        pytest.param("python -W ignore -Xutf8 -X dev -mpip install numpy", ["numpy"], id="module after values"),
        pytest.param("$(which python3) -m pip install numpy", ["numpy"], id="looked-up interpreter"),
        pytest.param("pip3.10 install numpy", ["numpy"], id="pip of a version"),
        pytest.param("pip.exe install numpy", ["numpy"], id="Windows' name"),
    ],
)
def test_yields(line: str, expected: list[str]) -> None:
    assert show(read(line)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "pip download numpy",
        "pip wheel numpy",
        "pip freeze",
        "pip list",
        "pip config set global.constraint c.txt",
        "pip cache purge",
        "pip check",
        "pip show numpy",
        "pip",
        "pip --version",
        "pip $COMMAND",
        "pip install --dry-run numpy",
        "pip install --help",
        "echo pip install numpy",
        "python -c 'import pip' install numpy",
        "python -m",
        "python -m zipapp pip",
        "python --version -m pip install numpy",
        "python script.py -m pip install numpy",
        "python",
        "alias pip=/isaac-sim/python.sh",
        "pipdeptree install numpy",
        "python -W",
    ],
)
def test_installs_nothing(line: str) -> None:
    assert read(line).actions == ()


def test_flags_and_options() -> None:
    step = step_of(read("pip install -qU --no-cache-dir -i https://x numpy --index-url=y -r r.txt -e . --pre -c c"))
    assert step.flags == ("--quiet", "--upgrade", "--no-cache-dir", "--index-url", "--index-url", "--pre")
    assert step.options == (("--index-url", "https://x"), ("--index-url", "y"))


def test_uninstall_removes() -> None:
    step = step_of(read("pip uninstall -y numpy -r r.txt"))
    assert step.removes
    assert [item.name for item in step.requirements] == ["numpy"]
    assert step.flags == ("--yes",)


def test_environ_is_what_installers_heed() -> None:
    step = step_of(read("pip install numpy", environ={"PIP_CONSTRAINT": "/c", "DEBIAN_FRONTEND": "x", "PATH": "/bin"}))
    assert {name: value.text for name, value in step.environ.items()} == {"PIP_CONSTRAINT": "/c", "PATH": "/bin"}


@pytest.mark.parametrize(
    ("line", "kind", "span"),
    [
        pytest.param("pip install $PKGS", ProblemKind.UNRESOLVED, "$PKGS", id="wholly unknown"),
        pytest.param("pip install numpy=1.26", ProblemKind.UNREADABLE, "numpy=1.26", id="single equals sign"),
        pytest.param("pip install git+https://x/o/${URL}", ProblemKind.UNRESOLVED, "${URL}", id="unknown repository"),
    ],
)
def test_problems(line: str, kind: ProblemKind, span: str) -> None:
    (problem,) = read(line).problems
    assert (problem.kind, problem.span.text) == (kind, span)


def test_where_and_spans() -> None:
    found = read("pip install -q 'numpy<2' scipy").actions
    step = step_of(read("pip install -q 'numpy<2' scipy"))
    assert [item.span.text for item in step.requirements] == ["numpy<2", "scipy"]
    assert {item.where for item in step.requirements} == {"RUN pip install"}
    assert step.span.text == "pip install -q 'numpy<2' scipy"
    assert len(found) == 1


def test_value_of_a_variable_is_the_span() -> None:
    (item,) = step_of(read('pip install "numpy${V}"', environ={"V": "==1.26"})).requirements
    assert (item.specifier, item.span.source.path, item.span.text) == ("==1.26", "V", "==1.26")
    assert [span.text for span in item.via] == ["${V}"]


def test_option_value_behind_a_variable_points_at_the_word() -> None:
    (item,) = step_of(read("pip install --requirement=${F}", environ={"F": "r.txt"})).references
    assert (item.path, item.span.text) == ("r.txt", "--requirement=${F}")


@pytest.mark.parametrize(
    ("line", "stdin", "expected"),
    [
        pytest.param(
            "pip install -r /dev/stdin",
            "# base\nnumpy<2  # pin\n\n--pre\n  scipy\n",
            ["numpy<2", "scipy"],
            id="here-document",
        ),
        pytest.param("pip install -r -", None, ["requirements:None"], id="a pipe"),
    ],
)
def test_standard_input(line: str, stdin: str | None, expected: list[str]) -> None:
    assert show(read(line, stdin=stdin)) == expected


def test_lines_of_a_here_document_are_spans() -> None:
    (item,) = step_of(read("pip install -r -", stdin="\nnumpy<2 # x\n")).requirements
    assert (item.span.source.path, item.span.text) == ("here-document", "numpy<2")
