"""The check for a specifier that the shell takes as a redirection."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.model import Hit
from dmlint.facts import Severity
from dmlint.fixes.bounds import quote
from dmlint.requirements.versions import Fit, fit, read_specifiers
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Environment, Scene
    from dmlint.facts import Dependency


class RequirementRedirected(Struct, frozen=True, kw_only=True):
    """Whether a requirement's specifier stands without quotes on a command line.

    ``watched`` are patterns of package names for which the rule's own severity holds; it is ``otherwise`` for the rest.
    What puts ``package`` in quotes bounds it by ``within`` too.
    """

    kind: ClassVar[str] = "requirement-redirected"
    words: ClassVar[tuple[str, ...]] = ("found", "effect", "quoted")
    watched: tuple[str, ...]
    otherwise: str = "warning"
    package: str = ""
    within: str = ""

    def __post_init__(self) -> None:
        """Refuse a severity that does not exist, and a range that is none."""
        Severity(self.otherwise)
        read_specifiers(self.within)

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such requirement."""
        for install in scene.installs:
            for dependency in install.requirements:
                if dependency.redirection is not None:
                    yield self._hit(dependency, install.environment)

    def _hit(self, dependency: Dependency, environment: Environment) -> Hit:
        span = dependency.redirection or dependency.span
        written = " ".join(span.text.split())
        # Quotes around a part of it (numpy>="1.26") are for the shell: they keep nothing from it here.
        bare = re.sub(r"[\"']", "", written)
        watched = any(fnmatchcase(dependency.name, pattern) for pattern in self.watched)
        return Hit(
            span=span,
            environment=environment.id,
            severity=None if watched else Severity(self.otherwise),
            evidence=tuple(Note(span=via, message="the value is used here") for via in dependency.via),
            values={"found": written, "effect": _effect(bare, dependency.name), "quoted": f"'{bare}'"},
            proposal=quote(dependency, self._upper(dependency.name, environment)),
        )

    def _upper(self, name: str, environment: Environment) -> str | None:
        needs = environment.needs.get(self.package, self.within)
        bounds = name == self.package and needs is not None and fit(needs, self.within) is Fit.WITHIN
        return self.within if bounds else None


def _effect(written: str, name: str) -> str:
    """What the shell makes of it, by its first redirection."""
    _, operator, rest = re.split(r"([<>])", f"{written}<", maxsplit=1)
    target = re.split(r"[<>]", rest.strip(), maxsplit=1)[0].strip()
    if operator == ">":
        return f"drops the bound, installs any {name} and writes a file named '{target}'"
    return f"reads a file named '{target}' and installs any {name}"
