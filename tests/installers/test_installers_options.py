"""Options and operands; pip's table against pip's own parser."""

from __future__ import annotations

import contextlib
import optparse
from typing import TYPE_CHECKING

import pytest
from installer_commands import make_command

from dmlint.installers.command_line import option_table, read_options, read_subcommand
from dmlint.installers.pip_options import PIP

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = option_table(valued="-r/--requirement -C/--config --color", flags="-q/--quiet -U/--upgrade", abbreviates=True)
GONE_FROM_PIP = {"--global-option", "--install-option", "--build-option", "--no-use-pep517"}


@pytest.mark.parametrize(
    ("line", "operands", "options"),
    [
        pytest.param("x a b", ["a", "b"], [], id="operands"),
        pytest.param("x -qU a", ["a"], [("--quiet", None), ("--upgrade", None)], id="cluster"),
        pytest.param("x -qr f a", ["a"], [("--quiet", None), ("--requirement", "f")], id="cluster with a value"),
        pytest.param("x -qrf a", ["a"], [("--quiet", None), ("--requirement", "f")], id="value in the cluster"),
        pytest.param("x -r=f a", ["a"], [("--requirement", "f")], id="equals sign after a short one"),
        pytest.param("x -r", [], [("--requirement", None)], id="no value"),
        pytest.param("x --requirement", [], [("--requirement", None)], id="no value, long"),
        pytest.param("x --req f", [], [("--requirement", "f")], id="abbreviation"),
        pytest.param("x --co f", ["f"], [("--co", None)], id="ambiguous abbreviation"),
        pytest.param("x --color=", [], [("--color", "")], id="empty value"),
        pytest.param("x --other=v -z a", ["a"], [("--other", "v"), ("-z", None)], id="unknown"),
        pytest.param("x -q -- -q --", ["-q", "--"], [("--quiet", None)], id="two dashes"),
        pytest.param("x - a", ["-", "a"], [], id="one dash"),
    ],
)
def test_read(line: str, operands: list[str], options: list[tuple[str, str | None]]) -> None:
    arguments = read_options(make_command(line).words, 1, TABLE)
    assert [operand.text for operand in arguments.operands] == operands
    assert [(option.name, option.value.text if option.value else None) for option in arguments.options] == options


@pytest.mark.parametrize(
    ("stop", "operands"),
    [
        pytest.param(None, ["a", "b"], id="never"),
        pytest.param(0, ["-q", "a", "-U", "b"], id="at once"),
        pytest.param(1, ["a", "-U", "b"], id="after the first"),
    ],
)
def test_stop_after(stop: int | None, operands: list[str]) -> None:
    arguments = read_options(make_command("x -q a -U b").words, 1, TABLE, stop_after=stop)
    assert [operand.text for operand in arguments.operands] == operands


def test_value_spans() -> None:
    arguments = read_options(make_command("x -rfile --color=red").words, 1, TABLE)
    assert [value.word.span.text for value in arguments.values("--requirement", "--color")] == ["file", "red"]
    assert [value.index for value in arguments.values("--requirement", "--color")] == [1, 2]


def test_last_value_counts() -> None:
    arguments = read_options(make_command("x --color a --color b -q").words, 1, TABLE)
    last = arguments.last("--color")
    assert last is not None
    assert last.text == "b"
    assert arguments.last("--config") is None
    assert arguments.has("--quiet")
    assert not arguments.has("--upgrade")


def test_subcommand() -> None:
    found = read_subcommand(make_command("x -q $A run -U").words, 1, TABLE)
    assert found is not None
    assert found[:2] == ("run", 4)
    assert [option.name for option in found[2]] == ["--quiet"]
    assert read_subcommand(make_command("x -q").words, 1, TABLE) is None


def test_an_endless_cluster_is_cut() -> None:
    assert len(read_options(make_command("x -" + "q" * 10_000).words, 1, TABLE).options) < 100


def _of_pip() -> Iterator[tuple[str, bool]]:
    install = pytest.importorskip("pip._internal.commands.install").InstallCommand("install", "")
    uninstall = pytest.importorskip("pip._internal.commands.uninstall").UninstallCommand("uninstall", "")
    main = pytest.importorskip("pip._internal.cli.main_parser").create_main_parser()
    for parser in (install.parser, uninstall.parser, main):
        for option in parser.option_list_all:
            for name in (*option._short_opts, *option._long_opts):
                yield name, option.takes_value()


def test_table_is_pips_own() -> None:
    assert {name: PIP.resolve(name) in PIP.valued for name, _ in _of_pip()} == dict(_of_pip())


def test_table_holds_nothing_else() -> None:
    assert set(PIP.names) - {name for name, _ in _of_pip()} == GONE_FROM_PIP


def test_aliases_are_pips_own() -> None:
    install = pytest.importorskip("pip._internal.commands.install").InstallCommand("install", "")
    firsts = {option._long_opts[0]: option._short_opts + option._long_opts for option in install.parser.option_list_all}
    assert {first: {PIP.resolve(name) for name in names} for first, names in firsts.items()} == {
        first: {first} for first in firsts
    }


@pytest.mark.parametrize(
    "prefix", ["--upgrade-s", "--upgr", "--no-ca", "--trusted", "--requ", "--requirement", "--pre", "--unheard"]
)
def test_abbreviations_are_pips_own(prefix: str) -> None:
    parser = pytest.importorskip("pip._internal.commands.install").InstallCommand("install", "").parser
    assert PIP.resolve(prefix) == next(_match(parser, prefix), prefix)


def _match(parser: optparse.OptionParser, prefix: str) -> Iterator[str]:
    with contextlib.suppress(optparse.BadOptionError):
        yield parser._long_opt[parser._match_long_opt(prefix)].get_opt_string()
