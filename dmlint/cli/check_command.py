"""``dmlint check``: the main job, with what it writes: fixes, a patch, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from dmlint.cli import call_setup, options, report_targets
from dmlint.cli.output import deliver, deliver_bytes, deliver_patch, note, warn
from dmlint.cli.scope import CallError, read_scope
from dmlint.linting import preparation
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmlint.cli.report_targets import Reports
    from dmlint.cli.scope import Asked, Scope
    from dmlint.config import Configuration
    from dmlint.linting.engine import Report
    from dmlint.linting.fix_rounds import FixResult


def compute_fixes(configuration: Configuration, files: tuple[str, ...], scope: Scope, *, unsafe: bool) -> FixResult:
    """What fixing the files that a call looks at comes to; nothing is written."""
    from dmlint.linting.fix_rounds import fix

    linter = call_setup.linter(configuration, files, scope)
    if scope.text is None:
        return fix(linter.repository, linter.judge, unsafe=unsafe)
    return fix(linter.repository, lambda tree: _without_edits_beyond(files, linter.judge(tree)), unsafe=unsafe)


def _without_edits_beyond(files: tuple[str, ...], report: Report) -> Report:
    """The report without edits in what the files include under names that no parser claims: only a text is printed."""
    found = (
        replace(finding, edit=None) if finding.edit and finding.edit.span.source.path not in files else finding
        for finding in report.findings
    )
    return replace(report, findings=tuple(found))


def write_fixes(outcome: FixResult, scope: Scope) -> Report:
    """Write the fixed files; what is then left. FixError for the first that cannot be written: those before it are.

    A text from standard input is printed instead, fixed or as it came.
    """
    from dmlint.linting.fix_output import fixed_bytes, write

    if scope.text is not None:
        data = scope.text
        for change in outcome.changes:
            data = fixed_bytes(change, scope.text)
        deliver_bytes(data, None)
        return outcome.report
    _warn_of(map(write, outcome.changes), scope)
    return outcome.report


def _warn_of(parted: Iterable[str | None], scope: Scope) -> None:
    for message in filter(None, parted):
        if not scope.quiet:
            warn(message)


def show_patch(outcome: FixResult, scope: Scope, target: Path | None) -> bool:
    """Print the changes as a patch; whether there are any."""
    from dmlint.linting.fix_output import show
    from dmlint.reports.summary import counted

    patch = b"".join(show(change, scope.text) for change in outcome.changes)
    deliver_patch(patch, target)
    if not scope.quiet:
        fixes, files = counted(outcome.report.fixed, "finding"), counted(len(outcome.changes), "file")
        note(f"Would fix {fixes} in {files}.{''.join(f' {text}.' for text in outcome.report.renewals)}")
    return bool(outcome.changes)


def write_comments(configuration: Configuration, files: tuple[str, ...], scope: Scope, *, reason: str) -> Report:
    """Write a comment for each finding in the files that a call looks at; what is then left."""
    from dmlint.linting.fix_output import write
    from dmlint.linting.ignore_comments import suppress
    from dmlint.reports.summary import counted

    linter = call_setup.linter(configuration, files, scope)
    written = suppress(linter.repository, linter.look(linter.repository), linter.rules, linter.waivable, reason)
    _warn_of(map(write, written.changes), scope)
    view = call_setup.view(configuration)
    for finding in () if scope.quiet else written.refused:
        warn(f"{view.place(finding.span)}: {finding.rule} takes no comment here; a waiver or the baseline can hold it")
    if not scope.quiet:
        note(f"Wrote comments for {counted(written.covered, 'finding')} in {counted(len(written.changes), 'file')}.")
    return linter.judge(preparation.open_tree(configuration))


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
    environment: str | None
    statuses: tuple[str, ...] | None
    group_by: str | None
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
@options.environments
@click.option(
    "--group-by",
    type=click.Choice(["file", "rule", "environment"]),
    help="Print findings in groups, errors first (with --output-format text).",
)
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
    chosen = report_targets.choose(settings, target, given.color, counts=given.statistics, aside=aside)
    if given.show_settings:
        deliver(_settings(configuration), given.output_file)
        return 0
    if given.no_ignore:
        configuration = call_setup.without_comments(configuration)
    files = scope.files(configuration)
    wanted = call_setup.Wanted(environment=given.environment, statuses=given.statuses)
    view = call_setup.view(configuration, color=chosen.colored, quiet=given.quiet, wanted=wanted)
    view = replace(view, group_by=given.group_by)
    if given.show_files:
        deliver(call_setup.shown(files, view), given.output_file)
        return 0
    if given.diff:
        outcome = compute_fixes(configuration, files, scope, unsafe=given.unsafe_fixes)
        changes = show_patch(outcome, scope, given.output_file)
        return int(changes and not given.exit_zero)
    report = _report(given, configuration, files, scope, chosen)
    if given.environment is not None or given.statuses is not None:
        from dmlint.reports.matrix.selection import only_of

        report = only_of(report, view)
    report_targets.make(chosen, report, view)
    failing = report.fails(settings.fail_on) or (given.exit_non_zero_on_fix and report.fixed > 0)
    return int(failing and not given.exit_zero)


def _settings(configuration: Configuration) -> Iterable[str]:
    from click.core import ParameterSource

    from dmlint.config.settings_listing import show

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
        return write_comments(configuration, files, scope, reason=given.add_ignore)
    if not given.fix:
        return call_setup.linted(configuration, files, scope, with_rules=chosen.lists_rules)
    return write_fixes(compute_fixes(configuration, files, scope, unsafe=given.unsafe_fixes), scope)
