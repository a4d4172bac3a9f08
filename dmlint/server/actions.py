"""What may be done about a finding: its fix, a comment that ignores it, the guide's pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from msgspec.structs import replace

from dmlint.facts import Addition
from dmlint.fixes.pins import add_pin
from dmlint.fixes.proof import prove
from dmlint.linting.engine import report, with_edits
from dmlint.linting.fix_rounds import fix
from dmlint.linting.ignore_comments import suppress
from dmlint.reports.terminal import visible
from dmlint.server.diagnostics import to_diagnostic
from dmlint.server.hints import find_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.discovery.repository import Repository
    from dmlint.environments.model import Outcome
    from dmlint.facts import Edit, Finding
    from dmlint.linting.engine import Report
    from dmlint.linting.fix_rounds import Change
    from dmlint.server.snapshot import Snapshot

FIX_ALL = "source.fixAll.dmlint"
KINDS = (types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, FIX_ALL)
REASON = "say here why this is right"
_PIN = Addition(name="numpy", specifier=">=1.26.0,<2.0.0")


def code_actions(
    snapshot: Snapshot, path: str, start: int, end: int, only: Sequence[str] | None
) -> list[types.CodeAction]:
    """The actions for the range ``start:end`` of a file, of the kinds that are asked for."""
    if snapshot.source(path) is None:
        return []
    made: list[types.CodeAction] = []
    if _wants(types.CodeActionKind.QuickFix, only):
        found = snapshot.findings.get(path, ())
        here = [entry for entry in found if entry.span.start <= end and start <= entry.span.end]
        made += _fixes(snapshot, here)
        made += (action for finding in here for action in _ignore(snapshot, finding))
    if _wants(types.CodeActionKind.RefactorRewrite, only):
        made += _pins(snapshot, path, start, end)
    if _wants(FIX_ALL, only):
        made += _fix_all(snapshot, path)
    return made


def _wants(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == asked or kind.startswith(f"{asked}.") for asked in only)


def _fixes(snapshot: Snapshot, here: Sequence[Finding]) -> Iterator[types.CodeAction]:
    for finding in with_edits(here, snapshot.judgement.documents, snapshot.case.files):
        edit = finding.edit
        if edit is not None:
            yield types.CodeAction(
                title=f"Fix {finding.rule}: {_say(edit)}",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[to_diagnostic(snapshot, finding)],
                is_preferred=edit.safe,
                edit=_edit(snapshot, [edit]),
            )


def _say(edit: Edit) -> str:
    """An edit in a line; one that is not safe says so."""
    new = " ".join(edit.replacement.split())
    said = f"write {new}" if new else f"remove {' '.join(edit.span.text.split())}"
    return visible(said if edit.safe else f"{said} (unsafe: check what it changes)")


def _edit(snapshot: Snapshot, edits: Sequence[Edit]) -> types.WorkspaceEdit:
    """Edits with the versions of the documents that they are for."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.span.source.path, []).append(edit)
    changes = [
        types.TextDocumentEdit(
            text_document=_document(snapshot, path),
            edits=[
                types.TextEdit(
                    range=snapshot.lines(edit.span.source).range(edit.span.start, edit.span.end),
                    new_text=edit.replacement,
                )
                for edit in entries
            ],
        )
        for path, entries in by_path.items()
    ]
    return types.WorkspaceEdit(document_changes=changes)


def _document(snapshot: Snapshot, path: str) -> types.OptionalVersionedTextDocumentIdentifier:
    text = snapshot.texts.get(path)
    version = text.version if text is not None else None
    return types.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri(path), version=version)


def _ignore(snapshot: Snapshot, finding: Finding) -> Iterator[types.CodeAction]:
    """A comment, where the file's own parser sees that it takes the finding away: none takes away what is said of
    comments.
    """
    if not any(entry is finding for entry in snapshot.judgement.standing):
        return
    judged = replace(snapshot.judgement, standing=(finding,), leftover=())
    known = frozenset(rule.id for rule in snapshot.pack.rules)
    for change in suppress(snapshot.repository, judged, known, known, REASON).changes:
        yield types.CodeAction(
            title=f"Ignore {finding.rule} here, with a reason",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[to_diagnostic(snapshot, finding)],
            edit=_rewrite(snapshot, change),
        )


def _rewrite(snapshot: Snapshot, change: Change) -> types.WorkspaceEdit:
    """The one range in which a text differs."""
    before, after = change.before.text, change.after.text
    start = _count_alike(before, after)
    back = _count_alike(before[start:][::-1], after[start:][::-1])
    text = types.TextEdit(
        range=snapshot.lines(change.before).range(start, len(before) - back), new_text=after[start : len(after) - back]
    )
    document = types.TextDocumentEdit(text_document=_document(snapshot, change.before.path), edits=[text])
    return types.WorkspaceEdit(document_changes=[document])


def _count_alike(one: str, other: str) -> int:
    """How many characters two texts start with in common."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (mine, theirs) in enumerate(pairs) if mine != theirs), min(len(one), len(other)))


def _pins(snapshot: Snapshot, path: str, start: int, end: int) -> Iterator[types.CodeAction]:
    """The guide's pin after the installs of an environment that never names NumPy."""
    asked: dict[object, Outcome] = {}
    for outcome, step in find_steps(snapshot, path):
        if step.span.start <= end and start <= step.span.end and not outcome.named:
            asked.setdefault(outcome.environment.id, outcome)
    for outcome in asked.values():
        proposal = add_pin(outcome, _PIN, "pip install")
        edit = prove([proposal], snapshot.judgement.documents).get(proposal) if proposal is not None else None
        if edit is not None:
            yield types.CodeAction(
                title=f"Add the guide's pin: {_say(edit).removeprefix('write ')}",
                kind=types.CodeActionKind.RefactorRewrite,
                edit=_edit(snapshot, [edit]),
            )


def _fix_all(snapshot: Snapshot, path: str) -> Iterator[types.CodeAction]:
    """All safe fixes of one file, made until nothing is left to do."""

    def judge(repository: Repository) -> Report:
        made = report(snapshot.again(repository), (path,), snapshot.pack)
        return replace(made, findings=tuple(entry for entry in made.findings if entry.span.source.path == path))

    for change in fix(snapshot.repository, judge).changes:
        yield types.CodeAction(title="Make all safe fixes of dmlint", kind=FIX_ALL, edit=_rewrite(snapshot, change))
