"""Checks that reading takes time linear in the size, up to 5 MB: four times the text, four times the CPU time.

Run it as ``python tests/fuzz/scaling.py``, with ``--target NAME`` for one format. The first part measures a valid file
of each. The second tries for ``--seconds``, in small sizes, what nobody writes: a part of a fixture, then words of the
dictionary over and over. It tells what grows too fast, and exits with 1 then.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from random import Random
from time import monotonic, process_time
from typing import TYPE_CHECKING

from fuzz_growth import GROWING
from fuzz_mutation import TOKENS
from fuzz_seeds import files_of, paths

from dmlint.parsers import claim
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 5_000_000
MOST = 8.0
"""Four would be linear and sixteen a square; a larger heap and a busy machine cost something in between."""
NOISE = 0.15
"""Seconds below which a ratio says nothing."""
_SMALL = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What a text and one four times as long took, in seconds of CPU time."""

    small: float
    large: float

    @property
    def ratio(self) -> float:
        """How many times as long the larger one took; 0 where both are too fast to tell."""
        return self.large / max(self.small, NOISE / MOST) if self.large > NOISE else 0.0


def seconds(path: str, text: str) -> float:
    """The CPU time that the parser of a path takes for a text."""
    # What is decoded holds no half of a surrogate pair.
    claimed, source = claim(path), Source(path=path, text=text.encode("utf-8", "replace").decode())
    assert claimed is not None
    started = process_time()
    claimed.parse(source)
    return process_time() - started


def grow(path: str, make: Callable[[int], str], size: int) -> Growth:
    """Measure a text of about a size and one of four times that, as ``make`` makes them."""
    return Growth(small=seconds(path, make(size)), large=seconds(path, make(4 * size)))


def repeated(head: str, unit: str, size: int) -> str:
    """A text that goes on with the same words until it has its size."""
    return head + unit * (size // len(unit))


def check_random(path: str, random: Random) -> tuple[str, Growth]:
    """The start of a fixture, then one to three words of the dictionary over and over."""
    seed = random.choice(files_of(path))
    head = seed[: random.randint(0, len(seed))]
    unit = "".join(random.choices(TOKENS, k=random.randint(1, 3)))
    return f"{head[-60:]!r} + {unit!r} …", grow(path, partial(repeated, head, unit), _SMALL)


def main() -> int:
    """Measure what is asked for; 1 if anything grows by more than it should."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--target", choices=paths(), help="measure this format alone")
    parser.add_argument("--seconds", type=int, default=60, help="how long to try words of the dictionary")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers")
    asked = parser.parse_args()
    chosen = [path for path in paths() if asked.target in (None, path)]
    found: list[tuple[str, str, Growth]] = []
    for path in chosen:
        growth = grow(path, GROWING[path].text, LARGEST // 4)
        found.append((path, "a valid text of up to 5 MB", growth))
        sys.stdout.write(f"{path}: {growth.small:.2f} s, {growth.large:.2f} s, {growth.ratio:.1f} times\n")
        sys.stdout.flush()
    random, end = Random(asked.seed), monotonic() + asked.seconds
    tried = 0
    while monotonic() < end:
        path = random.choice(chosen)
        found.append((path, *check_random(path, random)))
        tried += 1
    slow = [(path, what, growth) for path, what, growth in found if growth.ratio > MOST]
    for path, what, growth in slow:
        sys.stdout.write(f"TOO SLOW {path}: {growth.small:.2f} s, {growth.large:.2f} s for {what}\n")
    sys.stdout.write(f"{len(found)} texts in two sizes, {tried} of them of random words: {len(slow)} grow too fast\n")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
