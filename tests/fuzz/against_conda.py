"""Compares how conda's version specifications are read with how rattler, the reader in pixi, takes them.

Run it as ``python tests/fuzz/against_conda.py``; it needs the group ``fuzz``. Every release of NumPy is tried.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random

from packaging.version import Version

from dmlint.requirements.conda_matchspec import to_specifier
from dmlint.requirements.pep508 import canonical_specifier
from dmlint.requirements.versions import admits

RELEASES = (Path(__file__).parents[1] / "requirements" / "numpy_releases.txt").read_text(encoding="utf-8").split()
BOUNDS = ("1", "2", "3", "0.9", "1.2", "1.26", "2.0", "1.26.4", "2.0.0", "2.1.3", "1.23.5", "2.4.6", "2.0.0rc1")
OPERATORS = ("==", "=", "!=", "<", ">", "<=", ">=", "", "~=", "")
ENDS = ("", "", "", ".*", "*")
# By name: it is there only where the group is installed.
_RATTLER = import_module("rattler")
_VERSIONS = {text: _RATTLER.Version(text) for text in RELEASES}


def make(random: Random) -> str:
    """One to three clauses."""
    clauses = (
        random.choice(OPERATORS) + random.choice(BOUNDS) + random.choice(ENDS)
        for _ in range(random.choice([1, 1, 2, 3]))
    )
    return ",".join(clauses)


@cache
def compare(text: str) -> str:
    """In a few words how both readings lie to each other."""
    found = to_specifier(text if text[0] in "=<>!~" else f" {text}")
    specifier = None if found is None else canonical_specifier(found)
    if specifier is None:
        return "said to be unresolved"
    theirs = _RATTLER.VersionSpec(text)
    differing = [release for release in RELEASES if admits(specifier, release) != theirs.matches(_VERSIONS[release])]
    if not differing:
        return "agrees"
    if all(Version(release).is_prerelease for release in differing):
        return "explained: conda orders a candidate before its release, and takes it for '<2' (its channels hold none)"
    return _explain(text)


def _explain(text: str) -> str:
    clauses = text.split(",")
    if any(clause[0] == ">" and clause[1] != "=" and clause.endswith("*") for clause in clauses):
        return "explained: '>1.26.*' is '>1.26' to conda, which warns of the star, and '>=1.26' to rattler"
    if any(clause.startswith("==") and clause.endswith("*") for clause in clauses):
        return "explained: '==1.26.*' is '==1.26' to both, and 1.26.* to those who write it"
    return "DIFFERS"


def main() -> int:
    """Compare ``--count`` specifications; 1 if any differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    asked = parser.parse_args()
    random = Random(asked.seed)
    counts: Counter[str] = Counter()
    for text in (make(random) for _ in range(asked.count)):
        verdict = compare(text)
        counts[verdict] += 1
        if verdict == "DIFFERS":
            sys.stdout.write(f"{text!r} differs\n")
    sys.stdout.write("".join(f"{count:5} {verdict}\n" for verdict, count in sorted(counts.items())))
    return int(counts["DIFFERS"] > 0)


if __name__ == "__main__":
    sys.exit(main())
