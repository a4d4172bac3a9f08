"""RUN in all its forms, down to the install steps."""

from __future__ import annotations

import pytest

from dmlint.facts import Copy, Document, FileWrite, InstallStep
from dmlint.parsers.dockerfile import parse
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source


def read(text: str) -> Document:
    return parse(Source(path="Dockerfile", text=text))


def installs(text: str) -> list[tuple[str, str]]:
    """Interpreter, and the requirements as they are written."""
    return [
        (str(step.interpreter), " ".join(dependency.span.text for dependency in step.requirements))
        for step in read(text).steps
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("RUN pip install numpy", [("pip", "numpy")], id="shell"),
        pytest.param("RUN a && \\\n  # c\n\n  pip install \\\n 'numpy<2'", [("pip", "numpy<2")], id="continued"),
        pytest.param("RUN a && \\\r\n  pip install \\\r\n numpy\r\n", [("pip", "numpy")], id="crlf"),
        pytest.param("# escape=`\nRUN pip install `\n numpy", [("pip", "numpy")], id="backtick"),
        pytest.param("RUN --mount=type=cache,target=/c pip install numpy", [("pip", "numpy")], id="flag"),
        pytest.param('RUN ["pip", "install", "numpy"]', [("pip", "numpy")], id="json"),
        pytest.param('RUN ["pip", "install", "numpy\\u003c2"]', [("pip", "numpy\\u003c2")], id="json-escape"),
        pytest.param('RUN ["bash", "-c", "pip install numpy"]', [("pip", "numpy")], id="json-shell"),
        pytest.param('RUN ["pip", 1]', [], id="json-malformed"),
        pytest.param("RUN <<E\npip install numpy\nE", [("pip", "numpy")], id="heredoc"),
        pytest.param("RUN <<-'E'\n\tpip install numpy\n\tE", [("pip", "numpy")], id="heredoc-tabs"),
        pytest.param("RUN <<E\r\npip install numpy\r\ncd /\r\nE\r\n", [("pip", "numpy")], id="heredoc-crlf"),
        pytest.param("RUN <<E\n#!/bin/bash -e\npip install numpy\nE", [("pip", "numpy")], id="shebang-shell"),
        pytest.param("RUN <<E\n#!/usr/bin/env -S bash\npip install numpy\nE", [("pip", "numpy")], id="shebang-env"),
        pytest.param("RUN <<E\n#! /usr/bin/python3\npip install numpy\nE", [], id="shebang-python"),
        pytest.param("RUN <<E bash\npip install numpy\nE", [("pip", "numpy")], id="heredoc-for-bash"),
        pytest.param("RUN python <<E\npip install numpy\nE", [], id="heredoc-for-python"),
        pytest.param("RUN <<E <<F\npip install a\nE\npip install b\nF", [], id="heredocs-for-nothing"),
        pytest.param("RUN cat <<E > /x\nE\nRUN pip install numpy", [("pip", "numpy")], id="heredoc-empty"),
        pytest.param("RUN echo pip install numpy", [], id="printed"),
        pytest.param("ONBUILD RUN pip install numpy", [("pip", "numpy")], id="onbuild"),
        pytest.param("ARG N=numpy\nRUN pip install $N", [("pip", "numpy")], id="arg"),
        pytest.param("ENV N='numpy<2'\nRUN pip install \"$N\"", [("pip", "numpy<2")], id="env"),
        pytest.param('SHELL ["bash", "-lc"]\nRUN pip install numpy', [("pip", "numpy")], id="shell-bash"),
        pytest.param('SHELL ["bash","-o","pipefail","-c"]\nRUN pip install a', [("pip", "a")], id="shell-options"),
        pytest.param(
            'SHELL ["conda", "run", "-n", "e", "/bin/bash", "-c"]\nRUN pip install numpy',
            [("conda:e", "numpy")],
            id="shell-conda",
        ),
        pytest.param('SHELL ["conda", "run", "-n", "e"]\nRUN ["pip", "install", "a"]', [("pip", "a")], id="json-plain"),
        pytest.param('SHELL []\nRUN pip install numpy', [("pip", "numpy")], id="shell-empty"),
        pytest.param("RUN", [], id="empty"),
        pytest.param("CMD pip install numpy\nENTRYPOINT pip install a", [("pip", "a")], id="when it starts"),
        pytest.param("CMD pip install numpy\nCMD echo", [], id="the last CMD alone"),
        pytest.param('ENTRYPOINT ["pip"]\nCMD ["install", "a"]', [("pip", "a")], id="ENTRYPOINT with its words"),
        pytest.param("CMD pip install numpy\nFROM 0", [], id="not of what another stage goes on from"),
        pytest.param("ONBUILD CMD pip install numpy", [], id="not of this build"),
    ],
)  # fmt: skip
def test_finds_installs(text: str, expected: list[tuple[str, str]]) -> None:
    assert installs(text) == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("RUN pip install numpy", "RUN pip install", id="run"),
        pytest.param("ONBUILD RUN pip install numpy", "ONBUILD RUN pip install", id="onbuild"),
    ],
)
def test_says_where_a_dependency_stands(text: str, where: str) -> None:
    document = read(text)
    assert [dependency.where for dependency in document.dependencies] == [where]
    assert document.dependencies == document.steps[0].requirements


def test_hands_on_environment_and_folder() -> None:
    (step,) = read("FROM a\nARG PIP_CONSTRAINT=/x\nENV PIP_CONSTRAINT=/c\nWORKDIR /w\nRUN pip install numpy").steps
    assert step.environ["PIP_CONSTRAINT"].text == "/c"
    assert step.cwd == "/w"


def test_inherits_the_shell() -> None:
    text = 'FROM a AS b\nSHELL ["conda", "run", "-n", "e", "bash", "-c"]\nFROM b\nRUN pip install numpy'
    assert installs(text) == [("conda:e", "numpy")]


@pytest.mark.parametrize("shell", ["powershell", "C:\\\\Windows\\\\System32\\\\cmd.exe", "pwsh"])
def test_does_not_read_other_shells(shell: str) -> None:
    document = read(f'FROM a\nSHELL ["{shell}", "/c"]\nRUN pip install numpy\nRUN dir')
    (problem,) = document.problems
    assert (problem.kind, problem.about) == (ProblemKind.UNRESOLVED, "pip install numpy")
    assert problem.span.text == "RUN pip install numpy"
    assert document.steps == ()


def test_shows_mounted_files_before_the_command() -> None:
    stage = read("FROM a\nRUN --mount=type=bind,source=r.txt,target=/r.txt pip install -r /r.txt").stages[0]
    assert [type(action) for action in stage.actions] == [Copy, InstallStep]


def test_writes_what_a_heredoc_says() -> None:
    text = "FROM a\nRUN cat <<EOF > /c.txt && pip install -c /c.txt scipy\nnumpy<2\nEOF\n"
    write, step = read(text).stages[0].actions
    assert isinstance(write, FileWrite)
    assert (write.path, str(write.content)) == ("/c.txt", "numpy<2\n")
    assert isinstance(step, InstallStep)


def test_keeps_comments_of_scripts() -> None:
    text = "FROM a\nRUN true # dmlint: a\n# dmlint: b\nRUN true \\\n # dmlint: c\n && true # dmlint: d"
    comments = [span.text for span in read(text).comments]
    assert comments == ["# dmlint: a", "# dmlint: b", "# dmlint: c", "# dmlint: d"]


def test_of_very_many_variables_the_later_ones_stay_unknown_to_a_run() -> None:
    many = "".join(f"ENV A{number}=b{number}\n" for number in range(202))
    document = read(f"FROM a\n{many}RUN pip install $A199 $A201\nCOPY x $A201/")
    (step,) = document.steps
    assert [(entry.name, entry.unresolved != ()) for entry in step.requirements] == [("b199", False)]
    assert "$A201" in {problem.about for problem in document.problems}
    (stage,) = document.stages
    assert [action.target for action in stage.actions if isinstance(action, Copy)] == ["b201/"]
