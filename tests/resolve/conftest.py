"""What the tests of resolving share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import registry

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a user of the small registry."""
    return registry.environment(tmp_path_factory.mktemp("registry"))


@pytest.fixture
def here(tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory of that user."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path
