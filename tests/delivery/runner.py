"""A runner of composite actions, as far as ours needs one: expressions, steps in bash, outputs.

By GitHub's documentation: inputs without a value have their default, `env` of a step is evaluated, `shell: bash` is
`bash --noprofile --norc -eo pipefail`, a step that fails ends the action, and what a step appends to `GITHUB_OUTPUT`
are its outputs.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from checkout import environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_CONDITION = re.compile(r"([\w.-]+) == '(\w+)'")


@dataclass(frozen=True, kw_only=True)
class Done:
    """What running an action came to: the exit code, all that was printed, the actions that were used with what, and
    the outputs.
    """

    code: int
    printed: str
    used: tuple[tuple[str, Mapping[str, str]], ...]
    outputs: Mapping[str, str]


@dataclass(kw_only=True)
class Runner:
    """Runs the action in ``action`` for the repository in ``workspace``; ``temp`` is the runner's own folder.

    A step of which the outputs are in ``known``, under its id, is not run again.
    """

    action: Path
    workspace: Path
    temp: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _values: dict[str, str] = field(default_factory=dict)
    _printed: list[str] = field(default_factory=list)
    _used: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def run(self, **inputs: str) -> Done:
        """Run all steps; the names of inputs are written with underscores."""
        described = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(described["inputs"])
        for name, entry in described["inputs"].items():
            self._values[f"inputs.{name}"] = given.get(name, entry["default"])
        self._values["github.action_repository"] = "robots/dmlint"
        self._values["github.action_ref"] = "v9"
        codes = (self._step(step) for step in described["runs"]["steps"])
        code = next((code for code in codes if code != 0), 0)
        outputs = {name: self._filled(entry["value"]) for name, entry in described["outputs"].items()}
        return Done(code=code, printed="".join(self._printed), used=tuple(self._used), outputs=outputs)

    def _step(self, step: Mapping[str, Any]) -> int:
        condition = _CONDITION.fullmatch(step.get("if", "github.action_ref == 'v9'"))
        assert condition
        if self._values.get(condition[1], "") != condition[2]:
            return 0
        if step.get("id") in self.known:
            self._keep(step["id"], self.known[step["id"]])
            return 0
        if "uses" in step:
            self._used.append((step["uses"], {name: self._filled(value) for name, value in step["with"].items()}))
            return 0
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        return self._bash(step)

    def _bash(self, step: Mapping[str, Any]) -> int:
        script, output = self.temp / "step.sh", self.temp / "output"
        script.write_text(step["run"], encoding="utf-8")
        output.write_text("", encoding="utf-8")
        own = {name: self._filled(value) for name, value in step.get("env", {}).items()}
        environ = environment(
            CI="true",
            GITHUB_ACTIONS="true",
            GITHUB_ACTION_PATH=str(self.action),
            GITHUB_ACTION_REF="",
            GITHUB_ACTION_REPOSITORY="",
            GITHUB_OUTPUT=str(output),
            GITHUB_SERVER_URL="https://github.example",
            GITHUB_STEP_SUMMARY=str(self.temp / "summary.md"),
            GITHUB_WORKSPACE=str(self.workspace),
            RUNNER_TEMP=str(self.temp),
            **self.environ,
        )
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(
            command,
            cwd=self.workspace,
            env={**environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            encoding="utf-8",
        )
        self._printed.append(done.stdout)
        lines = output.read_text(encoding="utf-8").splitlines()
        self._keep(step.get("id", ""), dict(line.split("=", 1) for line in lines))
        return done.returncode

    def _keep(self, step: str, outputs: Mapping[str, str]) -> None:
        self._values.update({f"steps.{step}.outputs.{name}": value for name, value in outputs.items()})

    def _filled(self, text: str) -> str:
        """The text with its expressions replaced; what has no value is empty."""
        return _EXPRESSION.sub(lambda found: self._values.get(found[1], ""), text)
