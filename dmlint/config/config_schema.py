"""The JSON schema of a configuration, for editors and for validate-pyproject, generated from the settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmlint.config.config_table import ADDRESS
from dmlint.config.settings import ENVIRONMENTS, KEYS, OUTPUTS, WAIVERS, Settings
from dmlint.facts import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(__file__).with_name("dmlint.schema.json")
_DRAFT = "http://json-schema.org/draft-07/schema#"

_TEXT: dict[str, Any] = {"type": "string", "pattern": r"\S"}
_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_SEVERITY: dict[str, Any] = {"enum": [severity.value for severity in Severity]}
# TOML has days of its own; JSON has only the text.
_DAY: dict[str, Any] = {"type": "string", "format": "date"}

_MEANINGS = {
    "select": "Ids of rules, or prefixes of them, to run",
    "ignore": "Ids of rules, or prefixes of them, to leave out",
    "extend-select": "Rules to run beside those that are selected",
    "extend-ignore": "Rules to leave out beside those that are ignored",
    "severities": "Another severity for a rule, by its id",
    "fail-on": "The least severity that fails a run",
    OUTPUTS: "How findings are printed: formats, each on its own or with a file (FORMAT:FILE)",
    "docs-url": "The address below which each rule has a page, DM101.md",
    "exclude": "Files to leave out, as in .gitignore",
    "extend-exclude": "Further files to leave out, as in .gitignore",
    "force-exclude": "Leave out excluded files even where the command line names them",
    "max-file-size": "The largest file that is read, in bytes; a larger one is reported (DM900)",
    "extend-rules": "Rule packs, as paths",
    "per-file-ignores": "Rules to leave out for files, by patterns as in .gitignore",
    ENVIRONMENTS: "Profiles for environments",
    WAIVERS: "Findings that are agreed upon",
    "baseline": "The file of findings that are known",
    "extend": "A configuration that this one adds to",
}


def generate(formats: Iterable[str]) -> dict[str, Any]:
    """The schema; ``formats`` are the words that ``output-format`` knows."""
    shapes = {"extend": _TEXT}
    for name, annotation in Settings.__annotations__.items():
        key = name.replace("_", "-")
        if key in KEYS:
            shapes[key] = _shape(annotation, list(formats))
    return {
        "$schema": _DRAFT,
        "$id": "urn:dmlint:configuration",
        "title": "dmlint",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {"description": _MEANINGS[key], **shapes[key]} for key in sorted(KEYS)},
    }


def load_schema(_tool: str = "dmlint") -> dict[str, Any]:
    """The schema as it is shipped: what validate-pyproject holds ``[tool.dmlint]`` against."""
    schema: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return schema


def _shape(annotation: str, formats: list[str]) -> dict[str, Any]:
    """What a setting of a type looks like in TOML."""
    return {
        "tuple[str, ...]": _TEXTS,
        "tuple[Path, ...]": _TEXTS,
        "bool": {"type": "boolean"},
        "int": {"type": "integer", "minimum": 1},
        "Severity": _SEVERITY,
        "str | None": {"type": "string", "pattern": f"^{ADDRESS}$"},
        "tuple[Output, ...]": _outputs(formats),
        "Path | None": _TEXT,
        "Mapping[str, Severity]": {"type": "object", "additionalProperties": _SEVERITY},
        "Mapping[str, tuple[str, ...]]": {"type": "object", "additionalProperties": _TEXTS},
        "tuple[ProfileAssignment, ...]": _entries(("profile",), ("path", "stage", "image", "environment")),
        "tuple[Waiver, ...]": _entries(("rule", "reason"), ("environment", "path"), until=_DAY),
    }[annotation]


def _outputs(formats: list[str]) -> dict[str, Any]:
    """A format, by itself or with a file, or a list of such."""
    one = {"anyOf": [{"enum": formats}, {"type": "string", "pattern": rf"^({'|'.join(formats)}):.*\S"}]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one}]}


def _entries(needed: tuple[str, ...], one_of: tuple[str, ...], **further: dict[str, Any]) -> dict[str, Any]:
    """An array of tables that each have the keys that are needed, and at least one of the others."""
    return {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": list(needed),
            "anyOf": [{"required": [key]} for key in one_of],
            "properties": {**dict.fromkeys((*needed, *one_of), _TEXT), **further},
        },
    }
