from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dmlint.installers.activation import HABITS
from dmlint.syntax.shell.run import run_script
from dmlint.syntax.shell.start import Start
from dmlint.text.source import Source
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Script


def read(text: str, cwd: str | None = "/w", **environ: str) -> Script:
    """What a script runs."""
    variables = {name: traced(value) for name, value in environ.items()}
    return run_script(traced(text), Start(environ=variables, cwd=cwd, habits=HABITS))


def traced(text: str) -> Traced:
    """A text as it stands in a file of its own."""
    return Traced.of(Source(path="script.sh", text=text).span(0, len(text)))


ENTERED = [
    pytest.param("conda activate a; pip", ["conda:a"], id="conda"),
    pytest.param("mamba activate a && pip; micromamba activate -n b; pip", ["conda:a", "conda:b"], id="its kin"),
    pytest.param("conda activate; pip; conda activate --stack /opt/e; pip", ["conda:base", "conda:/opt/e"], id="names"),
    pytest.param("source activate a; pip; . /opt/conda/bin/activate b; pip", ["conda:a", "conda:b"], id="its script"),
    pytest.param('eval "$(conda shell.bash hook)" && conda activate a && pip', ["conda:a"], id="behind its hook"),
    pytest.param(
        "conda activate a; bash -c 'pip'; conda run -n b pip; pip", ["conda:a", "conda:b", "conda:a"], id="in"
    ),
    pytest.param("(conda activate a; pip); pip; conda activate a | x; pip", ["conda:a", None, None], id="subshells"),
    pytest.param("f() { conda activate a; }; f; pip; conda deactivate; pip", ["conda:a", None], id="until it is left"),
    pytest.param("if x; then conda activate a; fi; pip", [None], id="perhaps"),
    pytest.param("if x; then conda activate a; else conda activate a; fi; pip", ["conda:a"], id="in either case"),
    pytest.param(
        "conda activate a; . v/bin/activate; pip; conda activate b; pip", [None, "conda:b"], id="the last one"
    ),
    pytest.param("sudo conda activate a; pip; conda; pip; conda install a; pip; source; pip", [None] * 4, id="none"),
]


@pytest.mark.parametrize(("script", "expected"), ENTERED)
def test_conda_environments(script: str, expected: list[str | None]) -> None:
    assert [command.within for command in read(script).commands if command.words[0].text == "pip"] == expected


FOLDERS = [
    pytest.param("source /opt/v/bin/activate && pip", ["/opt/v in /opt/v/bin:/bin"], id="source"),
    pytest.param(". v/bin/activate; pip", ["/w/v in /w/v/bin:/bin"], id="relative"),
    pytest.param("cd /x/z; . ../y/bin/activate; pip", ["/x/y in /x/y/bin:/bin"], id="upward"),
    pytest.param("cd v; . bin/activate; pip", ["/w/v in /w/v/bin:/bin"], id="from inside"),
    pytest.param("cd $U; . v/bin/activate; pip", ["v in v/bin:/bin"], id="folder not known"),
    pytest.param("V=/opt; . $V/v/bin/activate; pip", ["/opt/v in /opt/v/bin:/bin"], id="variable"),
    pytest.param(". $U/v/bin/activate; pip", ["$U/v in $U/v/bin:/bin"], id="variable not known"),
    pytest.param(". v$U/bin/activate; pip", ["v$U in v$U/bin:/bin"], id="name not known"),
    pytest.param(". ~/v/bin/activate; pip", ["~/v in ~/v/bin:/bin"], id="home"),
    pytest.param(". v/Scripts/activate; pip", ["/w/v in /w/v/bin:/bin"], id="Windows"),
    pytest.param(". /a/bin/activate; . /b/bin/activate; pip", ["/b in /b/bin:/a/bin:/bin"], id="the last one"),
    pytest.param(". /opt/v/bin/activate; deactivate; pip", [" in /bin"], id="left"),
    pytest.param(". /v/bin/activate; PATH=/x:$PATH; deactivate; pip", [" in /x:/v/bin:/bin"], id="left later"),
    pytest.param("deactivate; pip", [" in /bin"], id="never entered"),
    pytest.param("export VIRTUAL_ENV; read VIRTUAL_ENV; deactivate; pip", [" in /bin"], id="left, not known what"),
    pytest.param("unset PATH; . /v/bin/activate; pip", ["/v in /v/bin:"], id="no PATH"),
    pytest.param("read PATH; . /v/bin/activate; pip", ["/v in /v/bin:"], id="PATH not known"),
    pytest.param("(. /v/bin/activate; pip); pip", ["/v in /v/bin:/bin", " in /bin"], id="subshell"),
    pytest.param(
        ". /bin/activate; . v/bin/activate.fish; . ./activate.sh; . env.sh; x/bin/activate; pip",
        [" in /bin"],
        id="other scripts",
    ),
]


@pytest.mark.parametrize(("script", "expected"), FOLDERS)
def test_virtual_environments(script: str, expected: list[str]) -> None:
    """VIRTUAL_ENV and PATH, as a program sees them."""
    found = [command.environ for command in read(script, PATH="/bin").commands if command.words[0].text == "pip"]
    assert [f"{environ.get('VIRTUAL_ENV', '')} in {environ['PATH']}" for environ in found] == expected


def test_path_does_not_grow_without_end() -> None:
    (command,) = read(". /v/bin/activate\n" * 2_000 + "pip", PATH="/bin").commands[-1:]
    assert len(command.environ["PATH"]) < 5_000
