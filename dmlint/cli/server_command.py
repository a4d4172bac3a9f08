"""``dmlint server``: findings while somebody types."""

from __future__ import annotations

import gc
from importlib.util import find_spec

import click

from dmlint.cli import options
from dmlint.cli.scope import CallError


@click.command(context_settings=options.SETTINGS)
@click.option("--tcp", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Listen on 127.0.0.1, to debug.")
def server(port: int | None) -> None:
    """Speak the Language Server Protocol over standard input and output.

    Needs what `pip install 'dmlint[server]'` brings. An editor starts it; README says how.
    """
    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        raise CallError("the language server needs pygls 2: pip install 'dmlint[server]'")
    # Unlike all other runs this one is long, and drops what it has built.
    gc.enable()
    from dmlint.server.language_server import Session

    click.get_current_context().exit(Session().run(port))
