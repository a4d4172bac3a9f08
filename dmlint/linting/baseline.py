"""The baseline: findings that a team has known since it took dmlint up, by what is wrong and never by the line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.discovery.repository import UnreadFileError, read_own
from dmlint.facts import Fingerprint
from dmlint.rulepacks.toml_tables import suggest
from dmlint.text.problems import DmlintError, cause_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from dmlint.facts import Finding

DEFAULT = ".dmlint-baseline.json"
"""The name of the file at the root."""
VERSION = 1
LONGEST = 200
"""Of a longer text, in characters, a digest stands in the file."""
_KEYS = ("version", "findings")


class BaselineError(DmlintError):
    """A baseline file that cannot be followed; the message names the file, the place in it and the cause."""


class Divided(Struct, frozen=True, kw_only=True):
    """Findings divided into those that are new and those that are known; ``met`` are the entries that were found."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    met: frozenset[Fingerprint]


def identify(findings: Iterable[Finding]) -> list[tuple[Finding, Fingerprint]]:
    """Findings, in the order of their places, with what each is known by; those at one place are known by the same."""
    numbers: Counter[tuple[str, str, str]] = Counter()
    known: dict[tuple[str, str, int, int], Fingerprint] = {}
    identified: list[tuple[Finding, Fingerprint]] = []
    for finding in findings:
        span, rule = finding.span, finding.rule
        place = (rule, span.source.path, span.start, span.end)
        if place not in known:
            triple = (span.source.path, rule, _text(span.text))
            numbers[triple] += 1
            known[place] = Fingerprint(*triple, numbers[triple])
        identified.append((finding, known[place]))
    return identified


def divide(findings: Iterable[Finding], baseline: Collection[Fingerprint]) -> Divided:
    """Divide findings, in the order of their places, by a baseline."""
    identified = identify(findings)
    return Divided(
        new=tuple(finding for finding, entry in identified if entry not in baseline),
        known=tuple(finding for finding, entry in identified if entry in baseline),
        met=frozenset(entry for _, entry in identified if entry in baseline),
    )


def dump(entries: Iterable[Fingerprint]) -> bytes:
    """The file: an entry a line, sorted, so that one more or less is one line of a diff."""
    import json

    lines = [json.dumps(_entry(entry)) for entry in sorted(set(entries))]
    body = "".join(f"\n{line}{',' if number < len(lines) else ''}" for number, line in enumerate(lines, start=1))
    return f'{{"version": {VERSION}, "findings": [{body}\n]}}\n'.encode()


def load(path: Path) -> frozenset[Fingerprint]:
    """The entries of a file; BaselineError where it cannot be read or is not a baseline."""
    import json

    try:
        data = json.loads(read_own(path).decode("utf-8-sig"))
    except OSError as error:
        raise BaselineError(f"{path}: {cause_of(error)}") from None
    except UnreadFileError as error:
        raise BaselineError(f"{path} is not read: {error}") from None
    except json.JSONDecodeError as error:
        raise _broken(path, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise _broken(path, str(error)) from None
    if not isinstance(data, dict):
        raise _broken(path, "it holds no object")
    _refuse_others(path, data, _KEYS, "")
    version, entries = data.get("version"), data.get("findings")
    if type(version) is not int or version != VERSION:
        raise _broken(path, f"'version' is {json.dumps(version)}, and this dmlint reads {VERSION}")
    if not isinstance(entries, list):
        raise _broken(path, "'findings' is no list")
    return frozenset(_read(path, entry, f"findings[{index}]") for index, entry in enumerate(entries))


def _read(path: Path, entry: object, place: str) -> Fingerprint:
    if not isinstance(entry, dict):
        raise _broken(path, f"{place}: it is no object")
    _refuse_others(path, entry, Fingerprint._fields, f"{place}: ")
    texts = []
    for key in ("path", "rule", "text"):
        value = entry.get(key)
        if not isinstance(value, str):
            raise _broken(path, f"{place}: '{key}' must be a string")
        texts.append(value)
    number = entry.get("occurrence")
    if type(number) is not int or number < 1:
        raise _broken(path, f"{place}: 'occurrence' must be a number from 1 on")
    return Fingerprint(texts[0], texts[1], texts[2], number)


def _refuse_others(path: Path, table: Iterable[str], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys:
            raise _broken(path, f"{place}unknown key '{key}'{suggest(key, keys)}")


def _broken(path: Path, cause: str) -> BaselineError:
    return BaselineError(f"{path}: this is no baseline: {cause}; delete it and run `dmlint baseline`")


def _entry(entry: Fingerprint) -> dict[str, str | int]:
    return {"path": entry.path, "rule": entry.rule, "text": entry.text, "occurrence": entry.occurrence}


def _text(text: str) -> str:
    """The text itself, or of a long one its start and a digest."""
    if len(text) <= LONGEST:
        return text
    from hashlib import sha256

    return f"{text[: LONGEST // 2]}… sha256:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
