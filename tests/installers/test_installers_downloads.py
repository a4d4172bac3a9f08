"""Programs that are fetched by their own installers."""

from __future__ import annotations

import pytest
from installer_commands import read

from dmlint.facts import NewTool


def fetched(line: str, environ: dict[str, str] | None = None) -> list[tuple[str, str | None, str]]:
    return [
        (action.name, action.version, action.said.text)
        for action in read(line, environ=environ).actions
        if isinstance(action, NewTool)
    ]


@pytest.mark.parametrize(
    ("line", "version", "said"),
    [
        pytest.param(
            "curl -LsSf https://astral.sh/uv/0.7.2/install.sh",
            "0.7.2",
            "https://astral.sh/uv/0.7.2/install.sh",
            id="curl",
        ),
        pytest.param(
            "wget -qO- https://astral.sh/uv/0.7.2/install.sh",
            "0.7.2",
            "https://astral.sh/uv/0.7.2/install.sh",
            id="wget",
        ),
        pytest.param(
            "curl --proto '=https' -LsSf https://github.com/astral-sh/uv/releases/download/0.7.2/uv-installer.sh",
            "0.7.2",
            "https://github.com/astral-sh/uv/releases/download/0.7.2/uv-installer.sh",
            id="from the releases",
        ),
        pytest.param(
            "curl -LO https://github.com/astral-sh/uv/releases/download/0.7.2/uv-x86_64-unknown-linux-gnu.tar.gz",
            "0.7.2",
            "https://github.com/astral-sh/uv/releases/download/0.7.2/uv-x86_64-unknown-linux-gnu.tar.gz",
            id="an archive",
        ),
        pytest.param("curl https://astral.sh/uv/install.sh", None, "https://astral.sh/uv/install.sh", id="the latest"),
        pytest.param(
            "curl -L https://github.com/astral-sh/uv/releases/latest/download/uv-installer.sh",
            None,
            "https://github.com/astral-sh/uv/releases/latest/download/uv-installer.sh",
            id="the latest release",
        ),
        pytest.param(
            "curl https://astral.sh/uv/${V}/install.sh", None, "https://astral.sh/uv/${V}/install.sh", id="unknown"
        ),
        pytest.param("uv self update", None, "uv self update", id="update"),
        pytest.param("uv self update 0.8.4", "0.8.4", "0.8.4", id="update to one"),
        pytest.param("uv self update latest", None, "latest", id="update to a word"),
    ],
)
def test_uv(line: str, version: str | None, said: str) -> None:
    assert fetched(line) == [("uv", version, said)]


@pytest.mark.parametrize("line", ["curl https://astral.sh/uv/${V}/install.sh", "uv self update ${V}"])
def test_a_variable_says_it(line: str) -> None:
    assert fetched(line, {"V": "0.7.2"}) == [("uv", "0.7.2", "0.7.2")]


@pytest.mark.parametrize(
    "line",
    [
        "curl https://astral.sh/ruff/0.7.2/install.sh",
        "curl https://example.org/${X}/install.sh",
        "curl https://docs.astral.sh/uv/guides/",
        "wget",
        "uv self version",
        "uv self",
    ],
)
def test_nothing_else(line: str) -> None:
    assert fetched(line) == []
