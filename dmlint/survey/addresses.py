"""Which repositories are meant: folders, addresses of git, and files that list them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.problems import DmlintError, cause_of
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_URL = lazy_regex(r"(https?|ssh|git|file)://[^\s\0]+")
_SCP = lazy_regex(r"[\w.-]+@[\w.-]+:[^\s\0]+")
_SECRET = lazy_regex(r"(?<=://)[^/@\s]*@")


class AddressError(DmlintError):
    """A word that names no repository."""


class Address(Struct, frozen=True):
    """One repository: ``text`` is a folder's absolute path, or what git understands."""

    text: str
    local: bool

    @property
    def shown(self) -> str:
        """The address without the name and the password that may stand in it."""
        return self.text if self.local else _SECRET().sub("", self.text)


def read_addresses(words: Iterable[str]) -> tuple[Address, ...]:
    """The repositories that words name, each once: a folder (a work tree or a bare mirror), an address, or a file with
    one of these a line (``#`` starts a comment). Raises AddressError for a word that is none of them.
    """
    found: dict[str, Address] = {}
    for word in words:
        listed = _read_list(Path(word)) if Path(word).is_file() else ((word, Path(), word),)
        for text, folder, place in listed:
            address = _read_address(text, folder, place)
            found.setdefault(address.text, address)
    return tuple(found.values())


def _read_list(path: Path) -> Iterator[tuple[str, Path, str]]:
    """The words of a file, the folder that its relative paths start from, and where each stands."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        cause = cause_of(error) if isinstance(error, OSError) else "it is not UTF-8"
        raise AddressError(f"{path}: the list of repositories cannot be read: {cause}") from error
    for number, line in enumerate(lines, 1):
        word = line.partition(" #")[0].strip()
        if word and not word.startswith("#"):
            yield word, path.parent, f"{path}:{number}: {word}"


def _read_address(word: str, folder: Path, place: str) -> Address:
    if _URL().fullmatch(word) or _SCP().fullmatch(word):
        return Address(word, local=False)
    path = folder / word
    if path.is_dir():
        return Address(str(path.resolve()), local=True)
    raise AddressError(f"{place} is neither a folder, an address of git nor a file that lists them")
