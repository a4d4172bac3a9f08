"""Which scripts the shell's grammar can read, and which are worth it."""

from __future__ import annotations

from dmlint.text.regex import lazy_regex

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
"""Shells whose scripts are read as bash's."""

# A script in which nothing of this stands cannot change what dmlint watches. It errs on the side of reading:
# installers, interpreters, places where packages and pins lie, scripts in files, and pragmas.
# (In lower case, and nearly each branch starts with a letter: that makes the search fast.)
MATTERS = lazy_regex(
    r"pip|uv\b|uvx|conda|mamba|poetry|pdm|pixi|hatch|pyenv|python|numpy|isaac|omni|gr00t|groot|easy_install|setup\.py"
    r"|git\s|requirement|constraint|-r\s|\.txt|\.whl|prebundle|site-packages|dist-packages|v(?:irtual)?env|dmlint|sh\s+[./]"
    r"|\.(?:ba)?sh\b"
)
DOCKER = lazy_regex(r"docker|podman|nerdctl|buildah|container-image")
"""Where this stands, a script outside of a build may name images and builds."""

_SHEBANG = lazy_regex(r"#![ \t]*(?:\S*/env[ \t]+(?:-S[ \t]+)?)?(\S+)")


def is_shell_script(text: str) -> bool:
    """Whether a script is one for a shell: its first line names one, or names nothing."""
    shebang = _SHEBANG().match(text)
    return shebang is None or shebang[1].rpartition("/")[2] in SHELLS
