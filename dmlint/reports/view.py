"""What printing needs to know beside the findings: where the reader stands, and what their terminal can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.discovery.repository import path_from

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.facts import Finding
    from dmlint.text.source import Span


class View(Struct, frozen=True, eq=False, kw_only=True):
    """Turns paths of the root into paths of the working directory (both absolute, without symbolic links).

    ``color`` says that escape codes are welcome, ``quiet`` that only findings are. ``docs`` is the address below which
    each rule has a page, without a slash at its end.
    """

    root: Path
    cwd: Path
    color: bool = False
    quiet: bool = False
    docs: str | None = None
    columns: int | None = None
    """How wide a table may be, None for any width."""
    ascii: bool = False
    """Whether signs beyond ASCII are better left out."""
    environment_pattern: str | None = None
    """Which environments are to be shown, by a pattern of their ids (see ``wildcards``), None for all."""
    statuses: tuple[str, ...] | None = None
    """The same by their statuses."""
    group_by: str | None = None
    """What to group findings by (see ``finding_groups``), None for nothing."""
    _shown: dict[str, str] = field(default_factory=dict)

    def path(self, path: str) -> str:
        """A path relative to the root as the reader would write it: POSIX, relative to the working directory."""
        shown = self._shown.get(path)
        if shown is None:
            shown = self._shown[path] = path_from(self.cwd, self.root / path)
        return shown

    def page(self, rule: str) -> str | None:
        """The address of a rule's page, None where there are no pages."""
        if self.docs is None:
            return None
        from urllib.parse import quote

        return f"{self.docs}/{quote(rule)}.md"

    def place(self, span: Span) -> str:
        """``path:line:column`` of a span's start."""
        line, column = span.source.position(span.start)
        return f"{self.path(span.source.path)}:{line}:{column}"

    def environment(self, finding: Finding) -> str | None:
        """The id of the environment, its path as the reader would write it.

        An id is a path and what follows from ``#`` or ``[``; the paths that the finding itself names are tried first,
        since these characters may also stand in a path.
        """
        return None if finding.environment is None else self.environment_id(finding.environment, finding)

    def environment_id(self, name: str, finding: Finding) -> str:
        """The id of an environment that a finding names, as the reader would write it."""
        for span in (finding.span, *(note.span for note in finding.evidence)):
            path = span.source.path
            if name.startswith((f"{path}#", f"{path}[")):
                return self.path(path) + name[len(path) :]
        cut = next((at for at in (name.find("#"), name.find("[")) if at > 0), len(name))
        return self.path(name[:cut]) + name[cut:]
