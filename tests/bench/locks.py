"""How long lock files of some 5 MB take to read: python tests/bench/locks.py"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from dmlint.parsers import claim
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 5_000_000
HASH = "0" * 64


def uv(number: int) -> str:
    """One package of a uv.lock with twenty wheels."""
    wheel = (
        f'    {{ url = "https://files.example/{HASH}/pkg_{number}.whl", hash = "sha256:{HASH}", size = 1234567 }},\n'
    )
    head = f'\n[[package]]\nname = "pkg-{number}"\nversion = "1.{number}.0"\nsource = {{ registry = "https://x" }}\n'
    needs = 'dependencies = [\n    { name = "numpy", marker = "python_full_version < \'3.12\'" },\n]\n'
    return f"{head}{needs}wheels = [\n{wheel * 20}]\n"


def poetry(number: int) -> str:
    """One package of a poetry.lock with twenty files."""
    head = f'\n[[package]]\nname = "pkg-{number}"\nversion = "1.{number}.0"\ndescription = "a \\"thing\\""\n'
    file = f'    {{file = "pkg_{number}-py3-none-any.whl", hash = "sha256:{HASH}"}},\n'
    return f'{head}python-versions = ">=3.10"\nfiles = [\n{file * 20}]\n\n[package.dependencies]\nnumpy = ">=1.23"\n'


def pylock(number: int) -> str:
    """One package of a pylock.toml with twenty wheels."""
    made = "upload-time = 2025-01-02T03:04:05Z"
    wheel = f'    {{ url = "https://x/{HASH}.whl", {made}, hashes = {{ sha256 = "{HASH}" }} }},\n'
    return f'\n[[packages]]\nname = "pkg-{number}"\nversion = "1.{number}.0"\nwheels = [\n{wheel * 20}]\n'


def conda(number: int) -> str:
    """One package of a conda-lock.yml."""
    needs = "".join(f"    dep-{one}: '>=1.{one},<2.0a0'\n" for one in range(10))
    head = f"- name: pkg-{number}\n  version: 1.{number}.0\n  manager: conda\n  platform: linux-64\n  dependencies:\n"
    return f"{head}{needs}  url: https://x/linux-64/pkg-1-py311.conda\n  hash:\n    sha256: {HASH}\n  optional: false\n"


def pixi(number: int) -> str:
    """One package of a pixi.lock."""
    head = f"- conda: https://x/linux-64/pkg-{number}-1.{number}.0-py311h0_0.conda\n  sha256: {HASH}\n  md5: {HASH}\n"
    needs = "".join(f"  - dep-{one} >=1.{one},<2.0a0\n" for one in range(10))
    return f"{head}  depends:\n{needs}  license: BSD-3-Clause\n  size: 100\n"


def pipfile(number: int) -> str:
    """One package of a Pipfile.lock with twenty hashes."""
    hashes = ", ".join([f'"sha256:{HASH}"'] * 20)
    comma = "," if number else ""
    return (
        f'{comma}\n"pkg-{number}": {{"hashes": [{hashes}], "markers": "os_name == \'nt\'", "version": "==1.{number}"}}'
    )


def requirements(number: int) -> str:
    """One line of a requirements.lock."""
    return f"pkg-{number}==1.{number}.0 --hash=sha256:{HASH} --hash=sha256:{HASH}\n"


CASES: tuple[tuple[str, str, Callable[[int], str], str], ...] = (
    ("uv.lock", "version = 1\n", uv, ""),
    ("poetry.lock", "", poetry, ""),
    ("pdm.lock", "", poetry, ""),
    ("pylock.toml", 'lock-version = "1.0"\n', pylock, ""),
    ("Pipfile.lock", '{"default": {', pipfile, "}}"),
    ("conda-lock.yml", "version: 1\npackage:\n", conda, ""),
    ("pixi.lock", "version: 6\npackages:\n", pixi, ""),
    ("requirements.lock", "", requirements, ""),
)


def main() -> None:
    """Print, for each kind of lock, its size, its packages and the seconds that reading it took."""
    for path, head, make, tail in CASES:
        count = SIZE // len(make(1000))
        text = head + "".join(map(make, range(count))) + tail
        found = claim(path)
        if found is None:
            raise SystemExit(f"no parser claims {path}")
        source = Source(path=path, text=text)
        start = time.perf_counter()
        document = found.parse(source)
        seconds = time.perf_counter() - start
        sys.stdout.write(f"{path:20}{len(text):>12,}{len(document.dependencies):>8,}{seconds:>8.2f} s\n")


if __name__ == "__main__":
    main()
