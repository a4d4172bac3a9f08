"""This very tree as others get it: a repository with one commit, tagged as the current release."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import dmlint

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "ADDRESS-OF-THIS-REPOSITORY"
RELEASE = f"v{dmlint.__version__}"


def snippet(name: str) -> str:
    """A block of code that README shows between two comments."""
    found = re.search(rf"<!-- {name}:start -->\n```\w+\n(.*?)```\n<!-- {name}:end -->", README, re.DOTALL)
    assert found, name
    return found[1]


def environment(**more: str) -> dict[str, str]:
    """The variables of this process but for those of tools that speak to what is started, and further ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GIT_", "GITHUB_"))}
    return {**kept, **more}


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, as somebody."""
    somebody = ("-c", "user.name=robot", "-c", "user.email=robot@example.com", "-c", "init.defaultBranch=main")
    command = ["git", "-C", str(folder), *somebody, *arguments]
    subprocess.run(command, check=True, env=environment(), capture_output=True)


def shared(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def committed(factory: pytest.TempPathFactory) -> Path:
    """The repository with the commit, made once for all processes of a test run."""
    place = shared(factory) / "dmlint-commit"
    if not place.exists():
        draft = factory.mktemp("draft")
        listed = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
        names = subprocess.run(listed, check=True, capture_output=True, env=environment()).stdout.split(b"\0")[:-1]
        for name in map(os.fsdecode, names):
            if (ROOT / name).is_file() and not name.startswith(("fixtures/", "tests/")):
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, draft / name)
        git(draft, "init", "-q")
        git(draft, "add", ".")
        git(draft, "commit", "-q", "-m", "this tree")
        git(draft, "tag", RELEASE)
        _place(draft, place)
    return place


def _place(draft: Path, place: Path) -> None:
    """Move a finished folder to its place, unless another process was faster."""
    try:
        draft.rename(place)
    except OSError:
        assert place.exists()
