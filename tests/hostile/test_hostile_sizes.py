"""Input that is much larger than it looks, or looks much larger than it is: a run ends soon and says what it left out.

The limits on time are far above what is needed (a second or two), and far below what a fault of this kind takes.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from dmlint.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*arguments: str) -> list[tuple[str, str, str]]:
    """The findings as path, rule and message, within the time that is allowed (of the processor's)."""
    start = time.process_time()
    result = CliRunner().invoke(cli, ["check", "--output-format", "json", *arguments])
    assert time.process_time() - start < SECONDS
    assert result.exit_code in (0, 1), result.output
    return [(e["path"], e["rule"], e["message"]) for e in json.loads(result.stdout)["findings"]]


@pytest.mark.parametrize(
    ("count", "each", "last", "rule"),
    [
        pytest.param(10_000, "-r requirements-{next}.txt\n", "numpy>=2\n", "DM103", id="each-names-the-next"),
        pytest.param(3_000, "-r requirements-{next}.txt\nnumpy\n", "numpy>=2\n", "DM103", id="each-asks-too"),
        pytest.param(
            3_000, "-r requirements-{next}.txt\n", "-r requirements-0.txt\nnumpy>=2\n", "DM103", id="in-a-circle"
        ),
        pytest.param(3_000, "-c requirements-{next}.txt\n", "numpy>=2\nnumpy==\n", "DM900", id="constraints"),
    ],
)
def test_nested_includes(count: int, each: str, last: str, rule: str, here: Path) -> None:
    for number in range(count - 1):
        (here / f"requirements-{number}.txt").write_text(each.format(next=number + 1), encoding="utf-8")
    (here / f"requirements-{count - 1}.txt").write_text(last, encoding="utf-8")
    assert (f"requirements-{count - 1}.txt", rule) in [(path, found_rule) for path, found_rule, _ in found()]


def test_files_that_all_include_each_other(here: Path) -> None:
    count = 120
    for number in range(count):
        others = "".join(f"-r requirements-{other}.txt\n" for other in range(count))
        (here / f"requirements-{number}.txt").write_text(f"numpy\n{others}", encoding="utf-8")
    assert {(path, rule) for path, rule, _ in found()} == {
        (f"requirements-{number}.txt", "DM101") for number in range(count)
    }


@pytest.mark.parametrize(
    ("name", "text", "rule", "said"),
    [
        pytest.param(
            "compose.yaml",
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12))
            + "services:\n  sim:\n    build: {context: ., args: *m}\n",
            "DM900",
            "aliases repeat more values than can be looked through",
            id="yaml-laughs",
        ),
        pytest.param("compose.yaml", "a: &a [*a]\nservices: *a\n", "DM900", "", id="yaml-that-holds-itself"),
        pytest.param("compose.yaml", "services: " + "[" * 100_000, "DM900", "", id="yaml-depth"),
        pytest.param("compose.yaml", "services: " + "{a: " * 50_000, "DM900", "", id="yaml-maps-in-depth"),
        pytest.param("environment.yml", "- " * 100_000 + "\n", "DM900", "", id="yaml-dashes"),
        pytest.param(
            "pyproject.toml", "a = " + "[" * 100_000 + "]" * 100_000, "DM900", "nested too deeply", id="toml-depth"
        ),
        pytest.param("pyproject.toml", "a = " + "{a=" * 50_000, "DM900", "", id="toml-tables-in-depth"),
        pytest.param("pyproject.toml", ".".join("a" * 200_000) + " = 1", "DM900", "", id="toml-key"),
        pytest.param("pyproject.toml", "a = " + "9" * 1_000_000, "DM900", "", id="toml-number"),
        pytest.param("Pipfile.lock", "[" * 1_000_000, "DM900", "", id="json-depth"),
        pytest.param("docker-bake.hcl", "a = " + "[" * 200_000, "DM900", "", id="hcl-depth"),
        pytest.param("docker-bake.json", '{"a":' * 200_000, "DM900", "", id="bake-json-depth"),
        pytest.param(".devcontainer.json", "[" * 500_000, "DM900", "", id="jsonc-depth"),
        pytest.param("setup.py", "(" * 100_000, "DM900", "", id="python-depth"),
        pytest.param("setup.py", "x = " + "-" * 100_000 + "1", "DM900", "", id="python-operators"),
    ],
)
def test_bombs(name: str, text: str, rule: str, said: str, here: Path) -> None:
    (here / name).write_text(text, encoding="utf-8")
    assert [(path, found_rule) for path, found_rule, _ in found()] == [(name, rule)]
    assert said in found()[0][2]


REQUIREMENT = "numpy" + " " * 200_000 + "x"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("requirements.txt", REQUIREMENT, id="blanks-in-a-requirement"),
        pytest.param("requirements.txt", "a[" + "b," * 200_000 + "\n", id="extras"),
        pytest.param("requirements.txt", "a;" + "(" * 100_000 + "\n", id="marker-depth"),
        pytest.param("requirements.txt", "a; " + "python_version<'3' and " * 50_000 + "\n", id="marker-length"),
        pytest.param("requirements.txt", "numpy" + ",".join(f"<{n}" for n in range(2, 40_000)), id="bounds"),
        pytest.param("requirements.txt", "numpy==" + "1." * 200_000 + "1\n", id="version-length"),
        pytest.param("requirements.txt", "numpy==" + "9" * 200_000 + "\n", id="version-digits"),
        pytest.param("requirements.txt", "-" * 500_000, id="dashes"),
        pytest.param("requirements.txt", "\\\n" * 100_000 + "numpy", id="continuations"),
        pytest.param("Dockerfile", "FROM x\nRUN " + "\\\n" * 100_000 + "pip install numpy", id="docker-continuations"),
        pytest.param("Dockerfile", "FROM x\nRUN pip install " + "'numpy " * 10_001, id="quotes"),
        pytest.param("Dockerfile", "FROM ${A:-" * 50_000 + "x", id="defaults-in-depth"),
        pytest.param("Dockerfile", "ARG A=x\n" + "ARG A=$A$A\n" * 60 + "FROM $A\n", id="a-value-that-doubles"),
        pytest.param("Dockerfile", "FROM x\n" + "RUN <<E\n" * 50_000, id="here-documents"),
        pytest.param("Dockerfile", "FROM x AS s\n" + "FROM s AS s\n" * 5_000 + "RUN pip install numpy\n", id="stages"),
        pytest.param("run.sh", "x=$(" * 50_000 + "pip install numpy", id="substitutions"),
        pytest.param("run.sh", "if true; then " * 10_000 + "pip install numpy", id="conditions"),
        pytest.param("run.sh", "pip install " + "{a,b}" * 5_000 + "\n", id="braces"),
        pytest.param("run.sh", "f() { f; f; }\n" * 1000 + "f\n", id="functions"),
        pytest.param("Makefile", "A = $(A)$(A)\n" * 2000 + "all:\n\tpip install $(A) numpy\n", id="make"),
        pytest.param(".github/workflows/x.yml", "on: ${{" + "(" * 200_000, id="expressions"),
        pytest.param("conda-lock.yml", "package:\n" + "- name: numpy\n" * 30_000, id="lock"),
        pytest.param("uv.lock", "[[package]]\nname = 'numpy'\n" * 30_000, id="uv-lock"),
        pytest.param("x.def", "Bootstrap: docker\nFrom: x\n%post\n" + "%post\n" * 50_000, id="sections"),
        pytest.param("setup.cfg", "[options]\ninstall_requires =\n" + " \n" * 60_000 + " numpy\n", id="ini"),
        pytest.param("requirements.txt", "# dmlint: ignore[" + "DM1," * 100_000, id="suppression"),
        pytest.param("requirements.txt", "# dmlint: ignore[DM101] x\n" * 50_000 + "numpy\n", id="suppressions"),
    ],
)
def test_no_text_takes_long(name: str, text: str, here: Path) -> None:
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    (here / name).write_text(text, encoding="utf-8")
    assert {path for path, _, _ in found()} <= {name}


def test_a_file_of_a_hundred_megabytes_is_refused_and_said(here: Path) -> None:
    for name in ("requirements.txt", "Dockerfile", "uv.lock"):
        with (here / name).open("wb") as file:
            file.write(b"numpy\n")
            file.truncate(100_000_000)
    said = "the file is not read: it is larger than 20,000,000 bytes"
    assert found() == [(name, "DM900", said) for name in ("Dockerfile", "requirements.txt", "uv.lock")]


def test_the_limit_is_configurable(here: Path) -> None:
    (here / "requirements.txt").write_text("numpy\n" + "# padding\n" * 10, encoding="utf-8")
    (here / "dmlint.toml").write_text("max-file-size = 100\n", encoding="utf-8")
    assert found() == [("requirements.txt", "DM900", "the file is not read: it is larger than 100 bytes")]
    (here / "dmlint.toml").write_text("max-file-size = 106\n", encoding="utf-8")
    assert [(path, rule) for path, rule, _ in found()] == [("requirements.txt", "DM101")]
