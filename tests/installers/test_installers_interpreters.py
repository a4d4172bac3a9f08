"""Which Python a step installs into."""

from __future__ import annotations

import pytest
from installer_commands import read, step_of, value_of

from dmlint.installers.interpreters import active_of

PIP = "install numpy"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        pytest.param("pip", "pip", id="pip"),
        pytest.param("pip3", "pip", id="pip3"),
        pytest.param("python -m pip", "pip", id="python"),
        pytest.param("python3 -m pip", "pip", id="python3"),
        pytest.param("/usr/bin/python3 -m pip", "pip", id="system python"),
        pytest.param("/usr/local/bin/pip", "pip", id="system pip"),
        pytest.param("/usr/bin/python3.10 -m pip", "python3.10", id="system python of a version"),
        pytest.param("pip3.10", "python3.10", id="pip3.10"),
        pytest.param("python3.11 -m pip", "python3.11", id="python3.11"),
        pytest.param("$(which python3.11) -m pip", "python3.11", id="looked up"),
        pytest.param("/opt/venv/bin/pip", "/opt/venv", id="venv's pip"),
        pytest.param("/opt/venv/bin/python -m pip", "/opt/venv", id="venv's python"),
        pytest.param(".venv/bin/python3.11 -m pip", "/app/.venv", id="relative venv"),
        pytest.param("${VENV}/bin/pip", "${VENV}", id="venv behind a variable"),
        pytest.param("/opt/conda/bin/pip", "conda:base", id="conda's base"),
        pytest.param("/root/miniconda3/envs/sim/bin/python -m pip", "conda:sim", id="conda environment by path"),
        pytest.param("/isaac-sim/python.sh -m pip", "/isaac-sim/python.sh", id="python.sh"),
        pytest.param("./python.sh -m pip", "/app/python.sh", id="relative python.sh"),
        pytest.param("/isaac-sim/kit/python/bin/python3 -m pip", "/isaac-sim/kit/python/bin/python3", id="kit"),
        pytest.param("/isaac-sim/kit/python/bin/pip3", "/isaac-sim/kit/python/bin/python3", id="kit's pip"),
        pytest.param("${ISAACSIM_PATH}/python.sh -m pip", "${ISAACSIM_PATH}/python.sh", id="python.sh by variable"),
        pytest.param("${ISAACSIM_PYTHON_EXE} -m pip", "${ISAACSIM_PYTHON_EXE}", id="wholly unknown"),
        pytest.param("omni_python -m pip", "omni_python", id="an alias' name"),
        pytest.param("/usr/local/bin/omni_python -m pip", "omni_python", id="the same by its path"),
        pytest.param("isaaclab.sh -p -m pip", "isaaclab.sh -p", id="launcher"),
        pytest.param("/workspace/isaaclab/isaaclab.sh --python -m pip", "isaaclab.sh -p", id="launcher by path"),
        pytest.param("${ISAACLAB_PATH}/isaaclab.bat -p -m pip", "isaaclab.sh -p", id="launcher for Windows"),
        pytest.param("./other.sh -p -m pip", "other.sh -p", id="a launcher like it"),
        pytest.param("pip --python /opt/venv", "/opt/venv", id="pip --python FOLDER"),
        pytest.param("pip --python=.venv/bin/python", "/app/.venv", id="pip --python INTERPRETER"),
        pytest.param("/opt/python3 -m pip", "/opt/python3", id="an interpreter outside of a bin"),
    ],
)
def test_by_name(program: str, expected: str) -> None:
    assert str(step_of(read(f"{program} {PIP}")).interpreter) == expected


def test_no_folder_is_known_to_be_above_an_unknown_one() -> None:
    step = step_of(read("uv pip install x", cwd=None, environ={"UV_PROJECT_ENVIRONMENT": "/.venv"}))
    assert str(step.interpreter) == ".venv"


def test_relative_path_in_an_unknown_folder() -> None:
    assert str(step_of(read("./python.sh -m pip install x", cwd=None)).interpreter) == "python.sh"


@pytest.mark.parametrize(
    ("environ", "within", "expected"),
    [
        pytest.param({"PATH": "/opt/venv/bin:/usr/bin"}, None, "/opt/venv", id="venv first on PATH"),
        pytest.param({"PATH": "/root/.cargo/bin:/a/my_env/bin:/bin"}, None, "/a/my_env", id="after mere programs"),
        pytest.param({"PATH": "/usr/bin:/opt/venv/bin"}, None, "pip", id="after the system's"),
        pytest.param({"PATH": "/usr/local/cuda/bin:/usr/bin"}, None, "pip", id="CUDA is no environment"),
        pytest.param({"PATH": "/root/.pyenv/bin:/opt/x"}, None, "pip", id="pyenv is none either"),
        pytest.param(
            {"PATH": "/opt/tool/bin", "VIRTUAL_ENV": "/opt/tool"}, None, "/opt/tool", id="VIRTUAL_ENV on PATH"
        ),
        pytest.param({"VIRTUAL_ENV": "/opt/tool"}, None, "pip", id="VIRTUAL_ENV alone"),
        pytest.param({"PATH": "/opt/conda/bin:/bin"}, None, "conda:base", id="conda on PATH"),
        pytest.param({"PATH": "/opt/conda/envs/x/bin"}, None, "conda:x", id="conda environment on PATH"),
        pytest.param({"PATH": "/srv/envs/robot/bin"}, None, "/srv/envs/robot", id="kept among environments"),
        pytest.param({"PATH": "$HOME/x/bin:$PATH"}, None, "pip", id="unknown PATH"),
        pytest.param({}, "conda:sim", "conda:sim", id="conda run"),
        pytest.param({"PATH": "/opt/venv/bin"}, "conda:sim", "conda:sim", id="conda run wins"),
        pytest.param({}, "poetry", "poetry", id="poetry run"),
        pytest.param({}, "uv", "/app/.venv", id="uv run"),
        pytest.param({}, "pdm", "/app/.venv", id="pdm run"),
        pytest.param({}, "hatch", "hatch:default", id="hatch run"),
        pytest.param({}, "hatch:gpu", "hatch:gpu", id="hatch -e gpu run"),
        pytest.param({}, "pixi:gpu", "pixi:gpu", id="pixi run -e gpu"),
        pytest.param({}, "conda", "conda:base", id="conda run, nothing named"),
        pytest.param({"CONDA_DEFAULT_ENV": "x"}, "conda", "conda:x", id="conda run, the default"),
        pytest.param({}, "conda:/opt/conda/envs/x", "conda:x", id="conda run -p"),
    ],
)
def test_bare_pip(environ: dict[str, str], within: str | None, expected: str) -> None:
    assert str(step_of(read("pip install numpy", environ=environ, within=within)).interpreter) == expected


@pytest.mark.parametrize(
    ("path", "made", "expected"),
    [
        pytest.param("/opt/robot/bin:$PATH", {"/opt/robot"}, "/opt/robot", id="first"),
        pytest.param("/opt/arm/bin/:/bin", {"/opt/arm"}, "/opt/arm", id="with a slash"),
        pytest.param("/root/.cargo/bin:/a/bin:/b/bin", {"/b", "/a"}, "/a", id="the first of two"),
        pytest.param("/opt/robot:/opt/robot/lib", {"/opt/robot"}, None, id="not its programs"),
        pytest.param("/usr/bin:/opt/robot/bin", {"/opt/robot"}, None, id="after the system's"),
        pytest.param("", {"/opt/robot"}, None, id="empty"),
    ],
)
def test_the_made_environment_that_is_active(path: str, made: set[str], expected: str | None) -> None:
    folder = active_of(value_of(path), made)
    assert (folder.text if folder else None) == expected


def test_version_within_conda() -> None:
    assert str(step_of(read("pip3.10 install numpy", within="conda:sim")).interpreter) == "conda:sim"
    assert str(step_of(read("pip3.10 install numpy", within="poetry")).interpreter) == "python3.10"


@pytest.mark.parametrize(
    ("line", "environ", "within", "expected"),
    [
        pytest.param("uv pip install x", {}, None, "/app/.venv", id="nothing active"),
        pytest.param("uv pip install x", {"UV_PROJECT_ENVIRONMENT": "/.venv"}, None, "/.venv", id="above this folder"),
        pytest.param("uv pip install x", {"UV_PROJECT_ENVIRONMENT": "/a/.venv"}, None, "/app/.venv", id="not above it"),
        pytest.param("uv pip install x", {"UV_PROJECT_ENVIRONMENT": "/venv"}, None, "/app/.venv", id="another name"),
        pytest.param("uv pip install x --system", {}, None, "pip", id="--system"),
        pytest.param("uv pip install x --system", {}, "conda:sim", "conda:sim", id="--system within conda"),
        pytest.param("uv pip install x", {"UV_SYSTEM_PYTHON": "1"}, None, "pip", id="UV_SYSTEM_PYTHON"),
        pytest.param("uv pip install x", {"UV_SYSTEM_PYTHON": "0"}, None, "/app/.venv", id="UV_SYSTEM_PYTHON=0"),
        pytest.param("uv pip install x", {"VIRTUAL_ENV": "/opt/tool"}, None, "/opt/tool", id="VIRTUAL_ENV"),
        pytest.param("uv pip install x", {"CONDA_PREFIX": "/opt/conda/envs/x"}, None, "conda:x", id="CONDA_PREFIX"),
        pytest.param("uv pip install x", {"PATH": "/opt/venv/bin:/bin"}, None, "/opt/venv", id="PATH"),
        pytest.param("uv pip install x", {"UV_PYTHON": "3.11"}, None, "python3.11", id="UV_PYTHON"),
        pytest.param("uv pip install x", {}, "conda:sim", "conda:sim", id="within conda"),
        pytest.param("python3.10 -m uv pip install x", {}, None, "python3.10", id="uv as a module"),
        pytest.param("uv pip install -p 3.11.4 x", {}, None, "python3.11", id="a release"),
        pytest.param("uv pip install -p 3 x", {}, None, "pip", id="any Python 3"),
        pytest.param("uv pip install -p cpython@3.10 x", {}, None, "python3.10", id="a release by uv's name"),
        pytest.param("uv pip install -p python3 x", {}, None, "pip", id="a name"),
        pytest.param("uv pip install -p '>=3.10' x", {}, None, ">=3.10", id="a range"),
        pytest.param("uv pip install -p ~/env x", {}, None, "~/env", id="a folder at home"),
        pytest.param("uv pip install --python=/opt/venv x", {}, None, "/opt/venv", id="a folder"),
        pytest.param("uv pip install --python venv x", {}, None, "/app/venv", id="a relative folder"),
        pytest.param("uv pip install --python /usr/bin/python3 x", {}, None, "pip", id="the system's"),
        pytest.param("uv pip install --python /usr x", {}, None, "pip", id="the system's prefix"),
        pytest.param("uv pip install -p /isaac-sim/python.sh x", {}, None, "/isaac-sim/python.sh", id="python.sh"),
        pytest.param("uv sync", {}, None, "/app/.venv", id="project"),
        pytest.param("uv sync --project sub", {}, None, "/app/sub/.venv", id="project elsewhere"),
        pytest.param("uv sync", {"UV_PROJECT_ENVIRONMENT": "/usr/local"}, None, "pip", id="into the system"),
        pytest.param("uv sync", {"UV_PROJECT_ENVIRONMENT": "env"}, None, "/app/env", id="named folder"),
        pytest.param("uv sync", {"VIRTUAL_ENV": "/opt/venv"}, None, "/app/.venv", id="project ignores what is active"),
        pytest.param("uv sync --active", {"VIRTUAL_ENV": "/opt/venv"}, None, "/opt/venv", id="--active"),
    ],
)
def test_uv(line: str, environ: dict[str, str], within: str | None, expected: str) -> None:
    assert str(step_of(read(line, environ=environ, within=within)).interpreter) == expected


@pytest.mark.parametrize(
    ("line", "environ", "within", "expected"),
    [
        pytest.param("conda install numpy", {}, None, "conda:base", id="base"),
        pytest.param("conda install numpy", {"CONDA_DEFAULT_ENV": "sim"}, None, "conda:sim", id="CONDA_DEFAULT_ENV"),
        pytest.param("conda install numpy", {}, "conda:x", "conda:x", id="within"),
        pytest.param("conda install numpy", {}, "poetry", "conda:base", id="within another tool"),
        pytest.param("conda install -n sim numpy", {}, "conda:x", "conda:sim", id="-n"),
        pytest.param("mamba create --name=sim numpy", {}, None, "conda:sim", id="--name="),
        pytest.param("conda create -p /opt/conda/envs/sim numpy", {}, None, "conda:sim", id="-p, conda's folder"),
        pytest.param("conda create -p ./env numpy", {}, None, "conda:/app/env", id="-p, another"),
        pytest.param("conda env create -f e.yml -n sim", {}, None, "conda:sim", id="file and name"),
        pytest.param("conda env create -f e.yml", {}, None, "conda:e.yml", id="the file names it"),
        pytest.param("poetry install", {}, None, "poetry", id="poetry"),
        pytest.param("poetry install", {"POETRY_VIRTUALENVS_CREATE": "false"}, None, "pip", id="poetry, none"),
        pytest.param("poetry install", {"POETRY_VIRTUALENVS_CREATE": "true"}, None, "poetry", id="poetry, its own"),
        pytest.param("poetry install", {"POETRY_VIRTUALENVS_IN_PROJECT": "1"}, None, "/app/.venv", id="in project"),
        pytest.param("poetry install", {"PATH": "/opt/venv/bin"}, None, "/opt/venv", id="poetry, active"),
        pytest.param("pdm install", {}, None, "/app/.venv", id="pdm"),
        pytest.param("pdm install -p sub", {}, None, "/app/sub/.venv", id="pdm elsewhere"),
        pytest.param("pdm install", {"PATH": "/opt/venv/bin"}, None, "/opt/venv", id="pdm, active"),
        pytest.param("pixi install", {}, None, "pixi", id="pixi"),
        pytest.param("pixi install -e gpu", {}, None, "pixi:gpu", id="pixi environment"),
        pytest.param("pixi global install numpy", {}, None, "pixi-global:numpy", id="pixi global"),
        pytest.param("pixi global install -e x numpy", {}, None, "pixi-global:x", id="pixi global environment"),
        pytest.param("hatch run test:cov", {}, None, "hatch:test", id="hatch environment"),
        pytest.param("hatch run pytest", {}, None, "hatch:default", id="hatch"),
        pytest.param("hatch -e gpu run pytest", {}, None, "hatch:gpu", id="hatch -e"),
        pytest.param("hatch env create", {}, None, "hatch:default", id="hatch env create"),
        pytest.param("hatch env create gpu", {}, None, "hatch:gpu", id="hatch env create NAME"),
        pytest.param("uv tool install 'black==1'", {}, None, "uv-tool:black", id="uv tool"),
        pytest.param("uv run --no-project --with numpy x.py", {}, None, "uv-run", id="throwaway"),
        pytest.param("uv add --script x.py numpy", {}, None, "uv-run", id="a script's own"),
        pytest.param("pipx install git+https://x/o/tool.git", {}, None, "pipx:tool", id="pipx"),
        pytest.param("pipx install $TOOL", {}, None, "pipx:$TOOL", id="pipx, unknown"),
        pytest.param("python3.10 setup.py develop", {}, None, "python3.10", id="setup.py"),
        pytest.param("./setup.py install", {}, None, "pip", id="setup.py as a program"),
        pytest.param("/isaac-sim/python.sh setup.py install", {}, None, "/isaac-sim/python.sh", id="setup.py, Isaac"),
    ],
)
def test_others(line: str, environ: dict[str, str], within: str | None, expected: str) -> None:
    assert str(step_of(read(line, environ=environ, within=within)).interpreter) == expected
