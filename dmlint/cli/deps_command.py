"""``dmlint deps``: what the parsers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dmlint.cli import call_setup, options
from dmlint.cli.output import deliver, warn
from dmlint.cli.scope import Scope
from dmlint.linting import preparation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmlint.cli.scope import Asked
    from dmlint.discovery.repository import Repository
    from dmlint.facts import Document
    from dmlint.reports.view import View


@click.command(context_settings=options.SETTINGS)
@options.paths
@options.layout("text", "json", text="How to print what is found.")
@options.output_file
@click.option("-q", "--quiet", is_flag=True, help="Print no warnings.")
@options.configuration
@options.files
def deps(**given: Any) -> None:
    """Print what is seen in PATHS: dependencies, steps, images."""
    asked, own = options.part(given)
    _deps(asked, **own)


def _deps(asked: Asked, *, layout: str, output_file: Path | None, quiet: bool) -> None:
    from dmlint.reports.listing import LISTINGS

    configuration = call_setup.configured(asked)
    files = Scope(paths=asked.paths, quiet=quiet).files(configuration)
    view = call_setup.view(configuration)
    documents = _documents(preparation.open_tree(configuration), files, view, quiet=quiet)
    deliver(LISTINGS[layout](documents, view), output_file)


def _documents(repository: Repository, files: tuple[str, ...], view: View, *, quiet: bool) -> Iterator[Document]:
    """The files as their parsers understand them; what could not be read or followed is a warning."""
    from dmlint.parsers import claim
    from dmlint.text.source import Source

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
