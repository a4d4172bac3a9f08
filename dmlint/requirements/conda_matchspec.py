"""conda's MatchSpec, respelled as PEP 508: ``numpy=1.26`` is ``numpy==1.26.*``, ``numpy 1.26`` is ``numpy==1.26``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Dependency
from dmlint.requirements.respelling import respell
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Word
    from dmlint.text.source import Span

_CHANNEL = lazy_regex(r"[^\s\[=<>!~]*::")
_NAME = lazy_regex(r"[A-Za-z0-9_](?:[\w.-]*\w)?")
_BRACKETS = lazy_regex(r"\[([^\[\]]*)\]$")
_VERSION_KEY = lazy_regex(r"version\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^,'\"]+))")
_LOOSE = lazy_regex(r"\s*([,|]|[=<>!~]+)\s*")
_WITH_BUILD = lazy_regex(r"={1,2}([^=<>!~,|]+)=[^=].*")
_CLAUSE = lazy_regex(r"(===?|!=|<=|>=|~=|<|>|=)?v?([^=<>!~,|*()]+?)(\.?\*)?")
_LONGEST = 500


def read_matchspec(word: Word, where: str, *, redirection: Span | None = None) -> Dependency | Problem:
    """Read one MatchSpec; what PEP 440 cannot say (``<2|>3``, ``9e``) gives an unresolved problem about it.

    https://docs.conda.io/projects/conda/en/latest/user-guide/concepts/pkg-specs.html#package-match-specifications
    """
    from dmlint.requirements.pep508 import canonical_specifier, read_requirement

    value = word.value.strip()
    channel = _CHANNEL().match(value.text)
    value = value.slice(channel.end()) if channel else value
    written = redirection or word.span
    name = _NAME().match(value.text)
    if value.unresolved:
        return read_requirement(value, written, where=where, redirection=redirection)
    if name is None:
        return Problem(kind=ProblemKind.UNREADABLE, span=word.span, message=f"'{word.text[:80]}' is not a MatchSpec")
    rest = value.text[name.end() :]
    specifier = to_specifier(rest)
    canonical = None if specifier is None else canonical_specifier(specifier)
    if specifier is None or canonical is None:
        message = f"'{word.text[:80]}' says of its version what no Python specifier can"
        return Problem(kind=ProblemKind.UNRESOLVED, span=word.span, message=message, about=word.text)
    if name[0].startswith("_"):
        # Only conda has such packages (`_libgcc_mutex`), and PEP 508 no such name.
        return Dependency(name=name[0].lower(), span=written, where=where, specifier=canonical, via=value.via)
    version = value.slice(name.end() + len(rest) - len(rest.lstrip(" =<>!~")))
    text = join((value.slice(0, name.end()), respell(specifier, version, word)))
    found = read_requirement(text, written, where=where, redirection=redirection)
    return replace(found, via=word.value.via) if isinstance(found, Dependency) else found


def to_specifier(version: str) -> str | None:
    """What follows the name in a MatchSpec, as a PEP 440 specifier; None if that cannot say it."""
    if len(version) > _LONGEST:
        return None
    version = version.strip()
    brackets = _BRACKETS().search(version)
    if brackets:
        key = _VERSION_KEY().search(brackets[1])
        version = next(group for group in key.groups() if group is not None) if key else version[: brackets.start()]
    version = _LOOSE().sub(r"\1", version).strip()
    build = _WITH_BUILD().fullmatch(version)
    version = build[1] if build else version
    # After white space stands the build.
    version = version.split()[0] if version else ""
    if version in {"", "*", "=*", "==*"}:
        return ""
    clauses = [_clause(clause) for clause in version.split(",") if clause]
    return None if None in clauses else ",".join(clause for clause in clauses if clause)


def _clause(text: str) -> str | None:
    match = _CLAUSE().fullmatch(text)
    if match is None:
        return None
    operator, version, star = match[1] or "==", match[2], match[3]
    if operator == "=" or (star and operator in {"==", "!="}):
        return f"{'!=' if operator == '!=' else '=='}{version}.*"
    return f"{operator}{version}"
