"""The entry point: answers ``--version`` at once, and hands everything else to the command line.

Importing click alone takes four times as long as starting Python, and scripts ask for the version often.
"""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run dmlint with the arguments of the process; return its exit code."""
    # The run is short and builds hardly a cycle, while the collector walks its growing facts again and again: a third
    # to a half of the time on files of 5 MB.
    gc.disable()
    if sys.argv[1:] == ["--version"]:
        from dmlint import __version__

        sys.stdout.write(f"dmlint {__version__}\n")
        return 0
    from dmlint.cli import run

    try:
        return run(sys.argv[1:])
    finally:
        # At its end the interpreter collects all the same, but looks at nothing that is frozen.
        gc.freeze()


def distrust_working_directory(*, isolated: bool) -> None:
    """Look for no module there: unless it is isolated, ``python -m`` puts it first, and a repository may hold a
    ``click.py``.
    """
    if not isolated:
        del sys.path[0]


if __name__ == "__main__":
    distrust_working_directory(isolated=bool(sys.flags.isolated or getattr(sys.flags, "safe_path", False)))
    sys.exit(main())
