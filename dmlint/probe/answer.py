"""What an interpreter answered, written down as a reading: the TOML text that `dmlint.parsers.reading` reads."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmlint.probe.probed_python import ProbeError
from dmlint.probe.process import run
from dmlint.requirements.pep508 import normalize_name
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dmlint.probe.probed_python import ProbedPython
    from dmlint.probe.process import Ended

SCRIPT = Path(__file__).with_name("probe_script.py")
_START, _END = "<<<dmlint-answer", "dmlint-answer>>>"
_ANSWER = lazy_regex(f"{_START}(.*?){_END}", re.DOTALL)
_BARE = lazy_regex(r"[a-z0-9-]+")
_SHOWN = 300
"""Characters of what a program says about its end."""
_LONGEST = 4000
_FACTS = (("isaac_sim", "isaac-sim"), ("isaac_lab", "isaac-lab"), ("cuda", "cuda"), ("driver", "driver"), ("uv", "uv"))
_ABSENT = "ModuleNotFoundError: No module named 'numpy'"


def ask(target: ProbedPython, seconds: int, watched: Collection[str]) -> str:
    """Ask an interpreter what is in its environment; the text of the reading.

    ``watched`` are the packages (normalized names, ``*`` for any end) that are shown whether or not they require NumPy.
    ProbeError where no answer comes within the time.
    """
    ended = run((*target.command, "-B", "-", str(seconds)), SCRIPT, seconds)
    found = _ANSWER().findall(ended.out)
    if not found:
        raise ProbeError(f"{_called(target)} {_fault(ended, seconds)}")
    try:
        answer = json.loads(found[-1])
    except (ValueError, RecursionError):
        answer = None
    read = _Answer(answer)
    if not read.text("python"):
        raise ProbeError(f"{_called(target)} gives an answer that cannot be read")
    return "".join(f"{line}\n" for line in _lines(target, read, watched))


def _called(target: ProbedPython) -> str:
    return f"{target.name} in {target.container}" if target.container else target.name


def _fault(ended: Ended, seconds: int) -> str:
    if ended.late:
        return f"gives no answer within {seconds} seconds (--timeout)"
    if ended.flooded:
        return "writes without end"
    said = next((line.strip() for line in reversed(ended.err.splitlines()) if line.strip()), "")
    because = f": {said[:_SHOWN]}" if said else ""
    return f"is no Python from 3.7 on that answers (exit code {ended.code}){because}"


class _Answer:
    """JSON of which nothing is believed: what is not of the expected shape is not there."""

    def __init__(self, value: object) -> None:
        self._value = value

    def text(self, key: str) -> str:
        """A string, empty for anything else."""
        value = self._at(key)
        return value if isinstance(value, str) else ""

    def true(self, key: str) -> bool:
        """Whether it is ``true``."""
        return self._at(key) is True

    def texts(self, key: str) -> list[str]:
        """The strings of an array."""
        return [value for value in self._list(key) if isinstance(value, str)]

    def entries(self, key: str) -> list[_Answer]:
        """The elements of an array."""
        return [_Answer(value) for value in self._list(key)]

    def entry(self, key: str) -> _Answer:
        """What stands under a key."""
        return _Answer(self._at(key))

    def _at(self, key: str) -> Any:
        return self._value.get(key) if isinstance(self._value, dict) else None

    def _list(self, key: str) -> list[Any]:
        value = self._at(key)
        return value if isinstance(value, list) else []


def _lines(target: ProbedPython, answer: _Answer, watched: Collection[str]) -> Iterator[str]:
    yield f"# What `dmlint env` saw in {_plain(target.path)}."
    yield "reading = 1"
    yield f"interpreter = {_quoted(target.name)}"
    yield f"install = {_quoted(_installer(target, pip=answer.true('pip')))}"
    yield f"python = {_table(version=answer.text('python'), place=answer.text('executable'))}"
    yield f"platform = {_quoted(answer.text('platform'))}"
    for key, name in _FACTS:
        said = answer.texts(key)
        if said:
            yield f"{name} = {_table(version=said[0], place=said[-1])}"
    error = answer.entry("import").text("error")
    copies = list(_copies(answer))
    yield from ("numpy = [", *(f"    {copy}," for copy in copies), "]") if copies else ("numpy = []",)
    if error and not (error == _ABSENT and not copies):
        yield f"import-error = {_quoted(' '.join((error, answer.entry('import').text('text'))).strip())}"
    yield ""
    yield "[packages]"
    for entry in answer.entries("distributions"):
        name, needs = normalize_name(entry.text("name")), entry.texts("needs")
        if entry.text("version") and (needs or _is_watched(name, watched)) and name != "numpy":
            needed = {"needs": needs} if needs else {}
            key = name if _BARE().fullmatch(name) else _quoted(name)
            yield f"{key} = {_table(version=entry.text('version'), **needed)}"


def _is_watched(name: str, watched: Collection[str]) -> bool:
    return any(name == entry or (entry.endswith("*") and name.startswith(entry[:-1])) for entry in watched)


def _copies(answer: _Answer) -> Iterator[str]:
    """A table for each copy of NumPy: the one that an import gives first of all."""
    told = answer.entry("import")
    imported = told.text("file").replace("\\", "/").partition("/numpy/__init__.py")[0]
    entries = answer.entries("copies")
    installed = {
        entry.text("folder"): entry.text("version")
        for entry in answer.entries("distributions")
        if entry.text("name").lower() == "numpy"
    }
    places = [entry.text("folder").replace("\\", "/").rstrip("/") for entry in entries]
    if imported and imported not in places:
        yield _table(version=told.text("version"), use="imported", place=imported)
    tried = bool(told.text("error"))
    for entry, place in zip(entries, places, strict=True):
        version = entry.text("version") or installed.get(entry.text("folder"), "")
        use = "kit" if entry.text("where") == "kit" else "shadowed"
        if place == imported:
            version, use = told.text("version") or version, "imported"
        elif tried and use == "shadowed":
            use, tried = "tried", False
        replaceable = {"replaceable": True} if entry.true("replaceable") else {}
        yield _table(version=version, use=use, place=place, **replaceable)


def _installer(target: ProbedPython, *, pip: bool) -> str:
    """How a person installs into the environment."""
    reach = f"{target.engine} exec {target.container} " if target.container else ""
    python = shlex.quote(target.name)
    return reach + (f"{python} -m pip install" if pip else f"uv pip install --python {python}")


def _table(**fields: object) -> str:
    return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in fields.items() if value != '')} }}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_quoted(str(item)) for item in value)}]"
    return "true" if value is True else _quoted(str(value))


def _quoted(text: str) -> str:
    """A TOML string on one line."""
    return json.dumps(_plain(text[:_LONGEST]), ensure_ascii=False)


def _plain(text: str) -> str:
    """The text with a space or ``?`` for what neither TOML nor a terminal takes."""
    return "".join(one if one.isprintable() else " " if one.isspace() else "?" for one in text)
