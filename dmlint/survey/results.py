"""What a survey keeps of each repository, so that a second start goes on where the first one stopped."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.survey.addresses import Address

FOLDER = ".survey"
"""Where the results lie in the folder of a survey, until all of them are there."""


UNCHANGED = "unchanged"
"""The status of a repository whose earlier result still holds; no table has it."""


class Result(Struct, frozen=True, kw_only=True):
    """What is known of one repository: ``status`` is ``ok``, ``broken``, ``unknown``, or ``failed`` for a ``cause``.

    ``findings``, ``environments`` and ``installs`` are those of the JSON reports; ``page`` is its page in HTML. ``key``
    is what the result was made of: the commit, the rules and dmlint.
    """

    repository: str
    key: str = ""
    commit: str | None = None
    status: str = "failed"
    cause: str | None = None
    files: int = 0
    seconds: float = 0.0
    findings: list[dict[str, Any]] = field(default_factory=list)
    environments: list[dict[str, Any]] = field(default_factory=list)
    installs: list[dict[str, Any]] = field(default_factory=list)
    page: str = ""


class Results:
    """The results of a survey, one file each in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def keep(self, address: Address, result: Result) -> None:
        """Keep a result, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._place(address)
        draft = place.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(result))
        draft.replace(place)

    def find(self, address: Address) -> Result | None:
        """The result of an earlier start; None where there is none that can be read."""
        try:
            return msgspec.json.decode(self._place(address).read_bytes(), type=Result)
        except (OSError, msgspec.DecodeError):
            return None

    def _place(self, address: Address) -> Path:
        return self._folder / f"{sha256(address.text.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"
