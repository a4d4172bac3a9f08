"""uv in all its forms, pipx: what they install and what they leave alone."""

from __future__ import annotations

import pytest
from installer_commands import read, show, step_of, steps_of


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("uv pip install 'numpy<2'", ["numpy<2"], id="pip install"),
        pytest.param("uv --offline pip --quiet install numpy", ["numpy"], id="options before"),
        pytest.param("uv pip install -P scipy numpy --torch-backend auto", ["numpy"], id="values"),
        pytest.param("uv pip install -r r.txt -e .[a]", ["-e project:.[a]", "requirements:r.txt"], id="files"),
        pytest.param(
            "uv pip install -r pyproject.toml --extra x --extra y numpy",
            ["numpy", "requirements:pyproject.toml[x,y]"],
            id="project as requirements",
        ),
        pytest.param(
            "uv pip install numpy -c c.txt --override o.txt -b b.txt",
            ["numpy", "constraints:c.txt", "overrides:o.txt"],
            id="constraints and overrides",
        ),
        pytest.param("uv pip install --group dev", ["requirements:pyproject.toml#dev"], id="group"),
        pytest.param("uv pip sync a.txt b.txt", ["requirements:a.txt", "requirements:b.txt"], id="pip sync"),
        pytest.param("uv pip uninstall numpy -y", ["numpy"], id="pip uninstall"),
        pytest.param("python -m uv pip install numpy", ["numpy"], id="module"),
        pytest.param("uv add 'numpy<2' --dev", ["numpy<2", "project:."], id="add"),
        pytest.param("uv add -r r.txt -c c.txt", ["requirements:r.txt", "constraints:c.txt", "project:."], id="add -r"),
        pytest.param("uv add --optional sim --group g numpy", ["numpy", "project:.#g"], id="add to a group"),
        pytest.param("uv add --editable ./x", ["project:./x", "project:."], id="add a folder"),
        pytest.param("uv add --script x.py numpy", ["numpy"], id="add to a script"),
        pytest.param("uv remove numpy", ["numpy"], id="remove"),
        pytest.param("uv sync", ["project:."], id="sync"),
        pytest.param("uv sync --extra a --extra b --group g", ["project:.[a,b]#g"], id="sync with extras"),
        pytest.param("uv sync --only-group docs --project sub", ["project:sub#docs"], id="sync elsewhere"),
        pytest.param("uv sync --project ${X}", ["project:None"], id="sync in an unknown folder"),
        pytest.param("uv run pytest --with numpy", ["project:."], id="run: the program's own options"),
        pytest.param("uv run -m pytest", ["project:."], id="run a module"),
        pytest.param(
            "uv run --with 'numpy<2,>=1.26,scipy' x", ["project:.", "numpy<2,>=1.26", "scipy"], id="run --with"
        ),
        pytest.param("uv run --with 'a[b,c],d' --no-project x", ["a[b,c]", "d"], id="run --with extras"),
        pytest.param("uv run --no-sync --with-requirements r.txt x", ["requirements:r.txt"], id="run with a file"),
        pytest.param("uv run --no-project --with-editable ./x y", ["-e project:./x"], id="run with a folder"),
        pytest.param("uv tool install ruff", ["ruff"], id="tool install"),
        pytest.param("uv tool install -U ruff@0.9.1 --with numpy", ["ruff==0.9.1", "numpy"], id="tool at a version"),
        pytest.param("uv tool run ruff@latest --with x", ["ruff"], id="tool at latest"),
        pytest.param(
            "uv tool install ruff -c c --overrides o --with-requirements r --with-editable e",
            ["ruff", "-e project:e", "requirements:r", "constraints:c", "overrides:o"],
            id="tool with files",
        ),
        pytest.param("uvx --with numpy,scipy --from httpie http --with x", ["httpie", "numpy", "scipy"], id="uvx"),
        pytest.param("uvx git+https://x/o/t@v1", ["t @ git+https://x/o/t@v1"], id="uvx of a repository"),
        pytest.param("pipx install black isort", ["black", "isort"], id="pipx install"),
        pytest.param("pipx install --preinstall numpy black", ["black", "numpy"], id="pipx --preinstall"),
        pytest.param("pipx inject black numpy -r r.txt", ["numpy", "requirements:r.txt"], id="pipx inject"),
        pytest.param("pipx run --spec 'black<24' black --with x", ["black<24"], id="pipx run --spec"),
        pytest.param("pipx run cowsay numpy", ["cowsay"], id="pipx run"),
        pytest.param("pipx runpip black install -q numpy", ["numpy"], id="pipx runpip"),
    ],
)
def test_yields(line: str, expected: list[str]) -> None:
    assert show(read(line)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "uv",
        "uv pip",
        "uv pip compile numpy.in",
        "uv pip freeze",
        "uv lock",
        "uv sync --check",
        "uv sync --dry-run",
        "uv python install 3.11",
        "uv tool",
        "uv tool list",
        "uv tool install",
        "uvx",
        "uv run --no-project x.py",
        "uv run --script x.py",
        "uv pip install --dry-run numpy",
        "pipx",
        "pipx list",
        "pipx install",
        "pipx ensurepath",
    ],
)
def test_installs_nothing(line: str) -> None:
    assert read(line).actions == ()


def test_run_has_two_environments() -> None:
    steps = steps_of(read("uv run --frozen --with numpy x.py"))
    assert [(step.tool, str(step.interpreter)) for step in steps] == [("uv run", "/app/.venv"), ("uv run", "uv-run")]
    assert [step.flags for step in steps] == [("--frozen",), ("--frozen",)]


def test_removal() -> None:
    assert step_of(read("uv pip uninstall numpy")).removes
    assert step_of(read("uv remove numpy")).removes
    assert not step_of(read("uv add numpy")).removes


def test_directory_is_where_it_runs() -> None:
    assert step_of(read("uv sync --directory sub")).cwd == "/app/sub"
    assert step_of(read("uv pip install -r r.txt --directory /x")).cwd == "/x"
    assert step_of(read("uv sync")).cwd == "/app"


def test_flags_without_what_is_referred_to() -> None:
    step = step_of(read("uv sync --frozen --extra a --group g --no-dev --no-group x"))
    assert step.flags == ("--frozen", "--no-dev", "--no-group")
    assert step.options == (("--no-group", "x"),)


@pytest.mark.parametrize(
    ("line", "where", "tool"),
    [
        ("uv pip install x", "RUN uv pip install", "uv pip"),
        ("uv add x", "RUN uv add", "uv add"),
        ("uv run --no-project --with x y", "RUN uv run", "uv run"),
        ("uv tool install x", "RUN uv tool install", "uv tool"),
        ("uvx x", "RUN uvx", "uv tool"),
        ("pipx install x", "RUN pipx install", "pipx"),
        ("pipx runpip x install y", "RUN pip install", "pip"),
    ],
)
def test_where(line: str, where: str, tool: str) -> None:
    step = step_of(read(line))
    assert ([item.where for item in step.requirements], step.tool) == ([where], tool)


def test_version_of_a_tool_through_a_variable() -> None:
    (item,) = step_of(read("uvx ruff@${V}", environ={"V": "0.9"})).requirements
    assert (item.specifier, item.span.source.path) == ("==0.9", "V")


@pytest.mark.parametrize("line", ["uvx ruff@", "uvx '@1'", "pipx install $X", "uv run --no-project --with , x"])
def test_oddities_are_said(line: str) -> None:
    assert read(line).problems
