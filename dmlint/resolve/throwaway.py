"""Environments that hold nothing but the metadata of packages, made to be asked what an install would do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmlint.resolve.plan import Request

ASKED, BOUNDS, OVERRIDES = "asked.in", "constraints.txt", "overrides.txt"


class Metadata(Struct, frozen=True, kw_only=True):
    """What a resolver reads of an installed package: lists of PEP 508 requirements, of extras."""

    name: str
    version: str
    requires_dist: tuple[str, ...] = ()
    provides_extra: tuple[str, ...] = ()

    def lines(self) -> Iterable[str]:
        """The text of METADATA."""
        yield from ("Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}")
        yield from (f"Provides-Extra: {extra}" for extra in self.provides_extra)
        yield from (f"Requires-Dist: {text}" for text in self.requires_dist)


def write_request(folder: Path, request: Request) -> None:
    """Write what is asked for into files that a resolver reads, and an empty configuration that uv finds first."""
    step = request.step
    write_lines(folder / "uv.toml", ())
    write_lines(folder / ASKED, step.requirements)
    write_lines(folder / BOUNDS, step.constraints)
    write_lines(folder / OVERRIDES, step.overrides)


def fill(environment: Path, held: Iterable[tuple[str, str]], known: Mapping[tuple[str, str], Metadata]) -> None:
    """Put packages into an environment, as far as a resolver looks."""
    site = next(environment.glob("lib/python*/site-packages"), environment / "Lib" / "site-packages")
    for name, version in held:
        entry = known.get((name, version), Metadata(name=name, version=version))
        folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        write_lines(folder / "METADATA", entry.lines())
        write_lines(folder / "INSTALLER", ("dmlint",))
        write_lines(folder / "RECORD", ())


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a small file."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
