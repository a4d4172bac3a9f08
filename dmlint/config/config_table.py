"""One layer of settings as it was written, and what each of its values must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.discovery.ignore_patterns import readable, rebased
from dmlint.facts import Severity
from dmlint.rulepacks.toml_tables import suggest
from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class ConfigError(DmlintError):
    """A configuration file or an option that cannot be followed; the message names the file and the key."""


ADDRESS = r"https?://[A-Za-z0-9\-._~:@\[\]]+(/([A-Za-z0-9\-._~!\x24&'()*+,;=:@]|%[0-9A-Fa-f]{2})*)*"
"""With a host and maybe a path (RFC 3986), without a query and a fragment, behind which no path can go on.

The dollar is written as an escape: fastjsonschema takes each one in a pattern for the end of the text.
"""
_ADDRESS = lazy_regex(ADDRESS)
_LARGEST = 10**12
_SEVERITIES = tuple(severity.value for severity in Severity)


class ConfigTable(Struct, frozen=True, kw_only=True):
    """The keys and values of a configuration file, or of the command line.

    ``origin`` names it in errors, ``prefix`` stands before each key there (``tool.dmlint.``, ``--``). ``directory``
    is where relative paths start, ``folder`` the same for patterns (POSIX, relative to the root). ``formats`` are
    the words that ``output-format`` knows. ``file`` is the configuration file, ``shown`` its path relative to the
    root, ``section`` the keys that lead to its settings; of the command line, which has no file, its directory.
    """

    origin: str
    prefix: str
    values: Mapping[str, object]
    directory: Path
    folder: str
    formats: tuple[str, ...]
    file: Path
    shown: str = ""
    section: tuple[str, ...] = ()

    def wrong(self, key: str, message: str) -> ConfigError:
        """The error that names where the key stands."""
        return ConfigError(f"{self.origin}: {self.prefix}{key} {message}")

    def refuse_nul(self, key: str, text: str) -> None:
        """Raise ConfigError for a text with a character that no name of a file has."""
        if "\0" in text:
            raise self.wrong(key, "holds the character NUL, which no name has")

    def refuse_others(self, keys: tuple[str, ...]) -> None:
        """Raise ConfigError if there is a key that is not among ``keys``."""
        for key in self.values:
            if key not in keys:
                raise ConfigError(f"{self.origin}: unknown key '{self.prefix}{key}'{suggest(key, keys)}")

    def strings(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of strings."""
        return _strings(self, key, self.values[key]) if key in self.values else default

    def patterns(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of file patterns, made relative to the root."""
        return tuple(self._pattern(key, text) for text in self.strings(key, ())) if key in self.values else default

    def paths(self, key: str, default: tuple[Path, ...]) -> tuple[Path, ...]:
        """A list of paths, made absolute."""
        return tuple(self.directory / text for text in self.strings(key, ())) if key in self.values else default

    def path(self, key: str, default: Path | None) -> Path | None:
        """A path, made absolute."""
        text = self.text(key)
        return default if text is None else self.directory / text

    def flag(self, key: str, *, default: bool) -> bool:
        """A truth value."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def size(self, key: str, default: int) -> int:
        """A number of bytes."""
        value = self.values.get(key, default)
        if type(value) is not int or not 1 <= value <= _LARGEST:
            raise self.wrong(key, f"must be a number of bytes, from 1 to {_LARGEST:,}")
        return value

    def address(self, key: str, default: str | None) -> str | None:
        """An http(s) address below which others stand, without the slash at its end."""
        text = self.text(key)
        if text is not None and not _ADDRESS().fullmatch(text):
            raise self.wrong(key, f"must be an address such as https://example.org/rules, not '{text}'")
        return default if text is None else text.rstrip("/")

    def severity(self, key: str, default: Severity) -> Severity:
        """A severity by its name."""
        return Severity(_choice(self, key, self.values[key], _SEVERITIES)) if key in self.values else default

    def severities(self, key: str) -> dict[str, Severity]:
        """A table from rule ids to severities."""
        entries = self._table(key).items()
        return {rule: Severity(_choice(self, f"{key}.{rule}", value, _SEVERITIES)) for rule, value in entries}

    def ids_by_pattern(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table from file patterns, made relative to the root, to lists of rule ids."""
        entries = self._table(key).items()
        return {self._pattern(key, text): _strings(self, f"{key}.'{text}'", value) for text, value in entries}

    def entries(self, key: str) -> Iterator[ConfigTable]:
        """The tables of an array of tables, each like this one."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.wrong(key, "must be an array of tables")
        for index, entry in enumerate(value):
            yield replace(self, prefix=f"{self.prefix}{key}[{index}].", values=entry)

    def text(self, key: str) -> str | None:
        """A string that says something; None where there is none."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.wrong(key, "must be a string that is not empty")
        self.refuse_nul(key, value or "")
        return value

    def needed_text(self, key: str) -> str:
        """The same, of a key that must be there."""
        value = self.text(key)
        if value is None:
            raise self.wrong(key, "is missing")
        return value

    def place(self, key: str) -> str | None:
        """A pattern that starts with a path, made relative to the root."""
        pattern = self.text(key)
        if pattern is None or not self.folder:
            return pattern and pattern.removeprefix("./")
        return f"{self.folder}/{pattern.removeprefix('./')}"

    def _table(self, key: str) -> Mapping[str, object]:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a table")
        return value

    def _pattern(self, key: str, text: str) -> str:
        pattern = rebased(text, self.folder)
        if not readable(pattern):
            raise self.wrong(key, f"has a pattern that cannot be read: '{text}'")
        return pattern


def _strings(table: ConfigTable, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(entry, str) for entry in value):
        raise table.wrong(key, "must be a list of strings")
    for entry in value:
        table.refuse_nul(key, entry)
    return tuple(value)


def _choice(table: ConfigTable, key: str, value: object, words: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in words:
        hint = suggest(value, words) if isinstance(value, str) else ""
        raise table.wrong(key, f"must be one of {', '.join(words)}{hint}")
    return value
