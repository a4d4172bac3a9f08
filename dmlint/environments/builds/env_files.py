"""The files that a repository's own scripts give to ``docker compose --env-file``."""

from __future__ import annotations

import re
from posixpath import join
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.discovery.repository import Repository

_ENV = lazy_regex(r"\.env\.[^/]+|[^/]+\.env")
_SCRIPT = lazy_regex(r".*\.(?:py|sh|bash|md|rst)|Makefile|makefile|GNUmakefile|justfile", re.IGNORECASE)
_MOST = 300
"""How many scripts are looked through for one compose file."""
_LONGEST = 200_000
"""The largest script that is looked through, in bytes."""
_DEEPEST = 2
_SOURCED = lazy_regex(r"^[ \t]*(?:source|\.)[ \t]", re.MULTILINE)


def find_env_files(repository: Repository, folder: str) -> list[str]:
    """The paths of the files in ``folder`` that some script names together with ``--env-file``, or sources before it
    calls compose; in the order of the first one that does so.

    Looked through are scripts, and pages that tell what to run: in the folder, at most two folders below it, and
    at the repository's root.
    """
    names = [name for name in repository.names(folder) if _ENV().fullmatch(name)]
    if not names:
        return []
    for text in _scripts(repository, folder):
        given = "--env-file" in text or ("compose" in text and _SOURCED().search(text) is not None)
        found = {name: _find_name(text, name) for name in names} if given else {}
        kept = sorted((at, name) for name, at in found.items() if at >= 0)
        if kept:
            return [join(folder, name) for _, name in kept]
    return []


def _find_name(text: str, name: str) -> int:
    match = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text)
    return match.start() if match else -1


def _scripts(repository: Repository, folder: str) -> Iterator[str]:
    """The texts of the scripts near a folder, nearest first."""
    places = [(folder, 0)]
    seen: set[str] = set()
    read = 0
    for place, depth in places:
        names = () if place in seen else repository.names(place)
        seen.add(place)
        for name in names:
            path = join(place, name)
            if _SCRIPT().fullmatch(name) and read < _MOST:
                read += 1
                source = repository.glance(path, _LONGEST)
                if isinstance(source, Source):
                    yield source.text
            elif "." not in name and depth < _DEEPEST and len(places) < _MOST:
                places.append((path, depth + 1))
        if place == folder and folder:
            places.append(("", _DEEPEST))
