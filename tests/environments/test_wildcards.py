from __future__ import annotations

import pytest

from dmlint.environments.wildcards import fits


@pytest.mark.parametrize(
    ("pattern", "text", "named"),
    [
        pytest.param(None, None, True, id="no-pattern"),
        pytest.param("*", None, False, id="nothing"),
        pytest.param("docker/*", "docker/a/Dockerfile", True, id="slashes-too"),
        pytest.param("docker/*", "Dockerfile", False, id="elsewhere"),
        pytest.param("?.txt", "a.txt", True, id="one"),
        pytest.param("?.txt", "ab.txt", False, id="not-two"),
        pytest.param("pyproject.toml[dev]", "pyproject.toml[dev]", True, id="brackets"),
        pytest.param("pyproject.toml[dev]", "pyproject.tomld", False, id="no-class"),
        pytest.param("A", "a", False, id="case"),
    ],
)
def test_fits(pattern: str | None, text: str | None, named: bool) -> None:
    assert fits(pattern, text) is named
