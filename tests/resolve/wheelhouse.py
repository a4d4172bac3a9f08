"""Tiny wheels in a registry of their own, in a folder: resolvers and installers need no network for them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def build(folder: Path, releases: Mapping[str, Iterable[str]]) -> str:
    """Write a wheel for each ``name==version``, with what it requires; gives the address of the registry."""
    names = sorted({release.partition("==")[0] for release in releases})
    for name in names:
        (folder / name).mkdir(parents=True)
    for release, requires in releases.items():
        name, _, version = release.partition("==")
        _write_wheel(folder / name, name, version, requires)
    for name in names:
        _write_index(folder / name)
    return folder.as_uri()


def add_source(folder: Path, name: str, version: str, setup: str) -> None:
    """Add a package that has no wheel, only a source with this setup.py, to the registry in a folder."""
    (folder / name).mkdir()
    with tarfile.open(folder / name / f"{name}-{version}.tar.gz", "w:gz") as source:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        for file, text in (("setup.py", setup), ("PKG-INFO", metadata)):
            entry = tarfile.TarInfo(f"{name}-{version}/{file}")
            entry.size = len(text.encode())
            source.addfile(entry, io.BytesIO(text.encode()))
    _write_index(folder / name)


def _write_index(folder: Path) -> None:
    links = "".join(f'<a href="{file.name}">{file.name}</a>\n' for file in sorted(folder.iterdir()))
    (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>\n{links}</body></html>\n")


def _write_wheel(folder: Path, name: str, version: str, requires: Iterable[str]) -> None:
    stem = f"{name.replace('-', '_')}-{version}"
    needs = "".join(f"{line}\n" for entry in requires for line in _header(entry))
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for file, text in files.items():
            wheel.writestr(f"{stem}.dist-info/{file}", text)
        record = "".join(f"{stem}.dist-info/{file},,\n" for file in (*files, "RECORD"))
        wheel.writestr(f"{stem}.dist-info/RECORD", record)


def _header(entry: str) -> list[str]:
    """The lines of METADATA for ``python>=3.11``, for a requirement, and for one that belongs to an extra."""
    if entry.startswith("python"):
        return [f"Requires-Python: {entry.removeprefix('python')}"]
    extra = entry.partition("extra == '")[2].rstrip("'")
    return [*([f"Provides-Extra: {extra}"] if extra else []), f"Requires-Dist: {entry}"]
