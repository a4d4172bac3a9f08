"""One target under atheris, in a process of its own: ``run.py`` starts it with arguments of libFuzzer."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

import atheris

with atheris.instrument_imports(include=["dmlint"]):
    from fuzz_targets import TARGETS, mutator

if TYPE_CHECKING:
    from collections.abc import Callable


def main(name: str, arguments: list[str]) -> None:
    """Fuzz until libFuzzer has enough; it then ends the process."""
    target = next(target for target in TARGETS if target.name == name)
    makes = mutator(target)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.2:
            mutated: bytes = atheris.Mutate(data, most)
            return mutated
        text = makes.mutate(data.decode("utf-8", "surrogateescape"), random)
        return text.encode("utf-8", "surrogateescape")[:most]

    fuzz(target.check, mutate, [sys.argv[0], *arguments])


def fuzz(check: Callable[[bytes], None], mutate: Callable[[bytes, int, int], bytes], arguments: list[str]) -> None:
    """Hand a check to libFuzzer."""
    atheris.Setup(arguments, check, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
