"""``dmlint check``: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from dmlint.cli import call_setup, chosen_reports, fixing, options
from dmlint.cli.output import deliver
from dmlint.cli.scope import CallError, read_scope
from dmlint.linting import preparation
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmlint.cli.chosen_reports import Reports
    from dmlint.cli.scope import Asked, Scope
    from dmlint.config import Configuration
    from dmlint.linting.engine import Report


class CheckOptions(Struct, frozen=True, kw_only=True):
    """The options that are ``check``'s own."""

    exit_zero: bool
    output_file: Path | None
    color: str
    statistics: bool
    show_files: bool
    show_settings: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    exit_non_zero_on_fix: bool
    stdin_filename: Path | None
    no_ignore: bool
    add_ignore: str | None
    quiet: bool

    @property
    def reports_nothing(self) -> bool:
        """Whether something else is printed, to ``output_file`` where there is one."""
        return self.diff or self.show_files or self.show_settings


@click.command(context_settings=options.SETTINGS)
@options.paths
@options.selection
@options.reports
@options.failing
@options.output_file
@options.color
@click.option("--statistics", is_flag=True, help="Print how often each rule found something instead.")
@click.option("--show-files", is_flag=True, help="Print the files that would be checked instead.")
@options.show_settings
@options.fixes
@options.comments
@options.stdin_filename
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@options.configuration
@options.baseline
@options.files
def check(**given: Any) -> None:
    """Check PATHS, the working directory by default."""
    asked, own = options.part(given)
    click.get_current_context().exit(_check(asked, CheckOptions(**own)))


def _check(asked: Asked, given: CheckOptions) -> int:
    _refuse(asked, given)
    scope = read_scope(asked.paths, given.stdin_filename, quiet=given.quiet)
    asked = replace(asked, paths=scope.paths)
    configuration = call_setup.with_baseline(call_setup.configured(asked), asked)
    settings = configuration.settings
    aside = given.fix and scope.text is not None
    target = None if given.reports_nothing else given.output_file
    chosen = chosen_reports.choose(settings, target, given.color, counts=given.statistics, aside=aside)
    if given.show_settings:
        deliver(_settings(configuration), given.output_file)
        return 0
    if given.no_ignore:
        configuration = call_setup.without_comments(configuration)
    files = scope.files(configuration)
    view = call_setup.view(configuration, color=chosen.colored, quiet=given.quiet)
    if given.show_files:
        deliver(call_setup.shown(files, view), given.output_file)
        return 0
    if given.diff:
        outcome = fixing.fixed(configuration, files, scope, unsafe=given.unsafe_fixes)
        changes = fixing.show(outcome, scope, given.output_file)
        return int(changes and not given.exit_zero)
    report = _report(given, configuration, files, scope, chosen)
    chosen_reports.make(chosen, report, view)
    failing = report.fails(settings.fail_on) or (given.exit_non_zero_on_fix and report.fixed > 0)
    return int(failing and not given.exit_zero)


def _settings(configuration: Configuration) -> Iterable[str]:
    from click.core import ParameterSource

    from dmlint.config.shown import show

    context = click.get_current_context()
    names = [parameter.name or "" for parameter in context.command.params]
    variables = [name for name in names if context.get_parameter_source(name) is ParameterSource.ENVIRONMENT]
    preparation.known_rules(configuration)
    return map(visible, show(configuration, [name.replace("_", "-") for name in variables]))


def _refuse(asked: Asked, given: CheckOptions) -> None:
    """Raise ``CallError`` for options that do not go together."""
    if given.unsafe_fixes and not (given.fix or given.diff):
        raise CallError("--unsafe-fixes goes with --fix or --diff")
    if given.diff and _is_given("output_format") and any(":" in text for text in asked.settings["output-format"] or ()):
        raise CallError("--diff prints a patch and makes no report: no --output-format names a file beside it")
    if given.add_ignore is not None and (given.fix or given.diff or given.no_ignore):
        raise CallError("--add-ignore goes with none of --fix, --diff and --no-ignore")
    if given.add_ignore is not None and given.stdin_filename is not None:
        raise CallError("--add-ignore writes into files: it does not go with --stdin-filename")


def _is_given(name: str) -> bool:
    """Whether an option stands on the command line, and not in the environment alone."""
    from click.core import ParameterSource

    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _report(
    given: CheckOptions, configuration: Configuration, files: tuple[str, ...], scope: Scope, chosen: Reports
) -> Report:
    """What is found, and with ``--fix`` or ``--add-ignore`` what is left after the files are written."""
    if given.add_ignore is not None:
        from dmlint.cli import ignoring

        return ignoring.write(configuration, files, scope, reason=given.add_ignore)
    if not given.fix:
        return call_setup.linted(configuration, files, scope, with_rules=chosen.lists_rules)
    return fixing.write(fixing.fixed(configuration, files, scope, unsafe=given.unsafe_fixes), scope)
