"""Compares what is read of generated scripts with what bash runs of them.

``python tests/syntax/shell/against_bash.py`` prints where they differ.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from bash_oracle import agree, heard, plant, read_commands
from bash_scripts import make_script


def main() -> int:
    """Compare ``--count`` scripts from the seed ``--first`` on; 1 if any differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    asked = parser.parse_args()
    bash = shutil.which("bash")
    assert bash is not None, "there is no bash"
    counts: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        programs = plant(Path(folder))
        for seed in range(asked.first, asked.first + asked.count):
            verdict = compare(bash, make_script(seed), programs)
            counts[verdict] += 1
            if verdict == "differs":
                sys.stdout.write(f"seed {seed} differs\n")
    sys.stdout.write(", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + "\n")
    return int(counts["differs"] > 0)


def compare(bash: str, script: str, programs: Path) -> str:
    """How one script is read: ``agrees``, ``differs``, or left out since bash refuses it or it goes on for ever."""
    try:
        ran = heard(bash, script, programs)
    except subprocess.TimeoutExpired:
        return "endless"
    if ran is None:
        return "refused by bash"
    return "agrees" if agree(read_commands(script), ran) else "differs"


if __name__ == "__main__":
    sys.exit(main())
