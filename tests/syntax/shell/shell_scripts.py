"""Scripts for the tests of the shell reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.installers.activation import HABITS
from dmlint.syntax.shell.run import run_script
from dmlint.syntax.shell.start import Start
from dmlint.text.source import Source
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Script


def traced(text: str, path: str = "script.sh") -> Traced:
    """A text as it stands in a file of its own."""
    return Traced.of(Source(path=path, text=text).span(0, len(text)))


def read(text: str, cwd: str | None = "/w", **environ: str) -> Script:
    """What a script runs, each variable coming from a file of its own."""
    variables = {name: traced(value, name) for name, value in environ.items()}
    return run_script(traced(text), Start(environ=variables, cwd=cwd, habits=HABITS))


def argv(script: Script) -> list[list[str]]:
    """The words of every command."""
    return [[word.text for word in command.words] for command in script.commands]


def installs(script: Script) -> list[str]:
    """The commands that matter here (pip and uv) in short: a ``?`` before those that may not run."""
    return [
        "?" * command.conditional + " ".join(word.text for word in command.words)
        for command in script.commands
        if command.words[0].text in {"pip", "uv"}
    ]
