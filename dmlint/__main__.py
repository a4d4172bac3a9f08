"""The entry point: answers ``--version`` at once, and hands everything else to the command line.

Importing click alone takes four times as long as starting Python, and scripts ask for the version often.
"""

from __future__ import annotations

import gc
import os
import sys

from dmlint import __version__


def main() -> int:
    """Run dmlint with the arguments of the process; return its exit code."""
    # The run is short and builds hardly a cycle, while the collector walks its growing facts again and again: a third
    # to a half of the time on files of 5 MB.
    gc.disable()
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"dmlint {__version__}\n")
        return 0
    distrusted = distrust_path_variable(sys.path, os.environ.get("PYTHONPATH", ""), sys.argv[1:])
    from dmlint.cli import run

    try:
        return run(sys.argv[1:], distrusted)
    finally:
        # At its end the interpreter collects all the same, but looks at nothing that is frozen.
        gc.freeze()


def distrust_path_variable(path: list[str], given: str, arguments: list[str]) -> list[str]:
    """Look for no module where PYTHONPATH leads by an empty or relative entry (``/opt/x:`` has an empty one), or into
    what is linted: a repository may hold a ``click.py``. What was taken out of ``path``.

    What belongs to this Python, and the folder of dmlint itself, stay, wherever they lie.
    """
    if not given or sys.flags.ignore_environment:
        return []
    linted = [_work_tree(os.path.realpath(name)) for name in (".", *arguments) if os.path.exists(name)]
    own = (os.path.dirname(os.path.dirname(os.path.realpath(__file__))),)
    taken: list[str] = []
    for entry in given.split(os.pathsep):
        # Python has made it absolute.
        folder = os.path.abspath(entry)
        real = os.path.realpath(folder)
        trusted = real in own or _lies_in(real, (sys.prefix, sys.base_prefix))
        if folder in path and not trusted and (not os.path.isabs(entry) or _lies_in(real, linted)):
            path[:] = [known for known in path if known != folder]
            taken.append(entry or ".")
    return taken


def _work_tree(place: str) -> str:
    """The work tree of git that holds a place, else the place."""
    folder = place
    while not os.path.lexists(os.path.join(folder, ".git")):
        if folder == os.path.dirname(folder):
            return place
        folder = os.path.dirname(folder)
    return folder


def _lies_in(place: str, folders: tuple[str, ...] | list[str]) -> bool:
    tops = (os.path.realpath(folder).rstrip(os.sep) + os.sep for folder in folders)
    return any(f"{place}{os.sep}".startswith(top) for top in tops)


def distrust_working_directory(*, isolated: bool) -> None:
    """Look for no module there: unless it is isolated, ``python -m`` puts it first, and a repository may hold a
    ``click.py``.
    """
    if not isolated:
        del sys.path[0]


if __name__ == "__main__":
    distrust_working_directory(isolated=bool(sys.flags.isolated or getattr(sys.flags, "safe_path", False)))
    sys.exit(main())
