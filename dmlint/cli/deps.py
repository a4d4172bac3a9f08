"""``dmlint deps``: what the parsers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dmlint.cli import options, prepare
from dmlint.cli.output import deliver, warn
from dmlint.cli.scope import Scope
from dmlint.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmlint.model import Document
    from dmlint.reporters.view import View
    from dmlint.repository import Repository

FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options of ``deps`` as they are given; None for a setting that is not."""

    paths: tuple[Path, ...]
    output_format: str
    output_file: Path | None
    quiet: bool
    config: Path | None
    isolated: bool
    policy: Path | None
    exclude: tuple[str, ...] | None
    extend_exclude: tuple[str, ...] | None
    force_exclude: bool | None

    @property
    def settings(self) -> dict[str, object]:
        """The options that the configuration knows too, by its keys."""
        return {"exclude": self.exclude, "extend-exclude": self.extend_exclude, "force-exclude": self.force_exclude}


@click.command(context_settings=options.SETTINGS)
@options.paths
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    # DMLINT_OUTPUT_FORMAT=github, as in the configuration, means the findings of `check`.
    allow_from_autoenv=False,
    help="How to print what is found.",
)
@options.output_file
@click.option("-q", "--quiet", is_flag=True, help="Print no warnings.")
@options.configuration
@options.files
def deps(**given: Any) -> None:
    """Print what is seen in PATHS: dependencies, steps, images."""
    _deps(Given(**given))


def _deps(given: Given) -> None:
    from dmlint.cli.check import FORMATS as KNOWN_FORMATS
    from dmlint.listing import LISTINGS

    asked = prepare.Asked(
        paths=given.paths,
        options=given.settings,
        config=given.config,
        isolated=given.isolated,
        formats=KNOWN_FORMATS,
        policy=given.policy,
    )
    configuration = prepare.configured(asked)
    files = Scope(paths=given.paths, quiet=given.quiet).files(configuration)
    view = prepare.view(configuration)
    documents = _documents(prepare.repository(configuration), files, view, quiet=given.quiet)
    deliver(LISTINGS[given.output_format](documents, view), given.output_file)


def _documents(repository: Repository, files: tuple[str, ...], view: View, *, quiet: bool) -> Iterator[Document]:
    """The files as their parsers understand them; what could not be read or followed is a warning."""
    from dmlint.model import Source
    from dmlint.parsers import claim

    for path in files:
        source, format_ = repository.read(path), claim(path)
        if format_ is not None and not format_.takes(source):
            continue
        if isinstance(source, Source) and format_ is not None:
            document = format_.parse(source)
            problems = document.problems
            yield document
        else:
            problems = () if isinstance(source, Source) else (source,)
        for problem in () if quiet else problems:
            warn(f"{view.place(problem.span)}: {problem.message}")
