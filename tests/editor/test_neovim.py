"""Neovim's own client, started as the recipe says, shows what is found, takes a fix, and shows the hints."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TEXT = 'ARG TAG=5.1.0\nFROM nvcr.io/nvidia/isaac-sim:${TAG}\nRUN pip install "numpy>=1.26" # 😀\n'
FIXED = TEXT.replace("5.1.0", "5.0.0").replace(">=1.26", ">=1.26,<2.0.0")


def test_neovim_shows_what_is_found_and_takes_the_fixes(tmp_path: Path) -> None:
    page = (ROOT / "rules" / "docs" / "editors.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- neovim:start -->\n```lua\n(.*?)```", page, re.DOTALL)
    assert found is not None
    recipe = tmp_path / "recipe.lua"
    recipe.write_text(found[1], encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    (project / ".dmlint.toml").touch()
    (project / "Dockerfile").write_text(TEXT, encoding="utf-8")
    seen = run(recipe, project / "Dockerfile", tmp_path)
    assert sorted((entry["line"], entry["code"]) for entry in seen["diagnostics"]) == [(0, "DM201"), (2, "DM101")]
    assert {entry["source"] for entry in seen["diagnostics"]} == {"dmlint"}
    assert seen["hints"] == ["5.1.0", "NumPy ≥1.26 ✗"]
    assert "Isaac Sim 5.1.0" in seen["hover"]
    assert seen["actions"] == ["Make all safe fixes of dmlint"]
    assert seen["hints_after"] == ["5.0.0", "NumPy ≥1.26,<2.0.0"]
    assert (project / "Dockerfile").read_text(encoding="utf-8") == FIXED


def run(recipe: Path, file: Path, home: Path) -> dict[str, Any]:
    """What Neovim prints; its folders are ones that nobody else has."""
    scripts = Path(sys.executable).parent
    nvim = shutil.which("nvim", path=f"{scripts}{os.pathsep}{os.environ['PATH']}")
    assert nvim is not None, "pip install --group editor brings Neovim"
    environ = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    environ |= {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    script = Path(__file__).with_name("session.lua")
    command = (nvim, "--headless", "--clean", "-l", str(script), str(recipe), str(file))
    done = subprocess.run(command, env=environ, cwd=file.parent, capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr.decode()
    seen: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return seen
