"""What a survey writes as Parquet: repositories, findings, environments and installs, in a schema with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dmlint.survey.results import Result

VERSION = "1"
"""Stands in each file's metadata under ``dmlint.survey``; a key that is added keeps it, one that goes or changes its
meaning raises it."""

_TEXTS = pa.list_(pa.string())
_NOTE = pa.struct({"path": pa.string(), "line": pa.int64(), "column": pa.int64(), "message": pa.string()})
_CAUSE = pa.struct({"path": pa.string(), "line": pa.int64(), "message": pa.string()})
_WHERE = {"repository": pa.string(), "commit": pa.string()}
_PLACE = {"path": pa.string(), "line": pa.int64(), "column": pa.int64()}

SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "repositories": {
        **_WHERE,
        "status": pa.string(),
        "cause": pa.string(),
        "files": pa.int64(),
        "seconds": pa.float64(),
    },
    "findings": {
        **_WHERE,
        "rule": pa.string(),
        "name": pa.string(),
        "severity": pa.string(),
        "message": pa.string(),
        **_PLACE,
        "end_line": pa.int64(),
        "end_column": pa.int64(),
        "environment": pa.string(),
        "environments": _TEXTS,
        "evidence": pa.list_(_NOTE),
        "fixable": pa.bool_(),
        "help": pa.string(),
    },
    "environments": {
        **_WHERE,
        "id": pa.string(),
        "path": pa.string(),
        "line": pa.int64(),
        **dict.fromkeys(("stage", "interpreter", "isaac_sim", "isaac_lab", "python", "cuda"), pa.string()),
        "numpy": _TEXTS,
        "status": pa.string(),
        "because": pa.list_(_CAUSE),
    },
    "installs": {
        **_WHERE,
        **_PLACE,
        "tool": pa.string(),
        "interpreter": pa.string(),
        "conditional": pa.bool_(),
        **dict.fromkeys(("requirements", "requirement_files", "constraint_files", "flags"), _TEXTS),
    },
}
"""The columns of each table: the keys of the JSON reports, and which repository and commit they are of."""


def write_tables(results: Sequence[Result], folder: Path) -> None:
    """Write each table into ``NAME.parquet``, whole or not at all."""
    for name, columns in SCHEMAS.items():
        schema = pa.schema(columns, metadata={"dmlint.survey": VERSION})
        rows = [{column: row.get(column) for column in columns} for row in _rows(name, results)]
        draft = folder / f".{name}.parquet"
        parquet.write_table(pa.Table.from_pylist(rows, schema=schema), draft)
        draft.replace(folder / f"{name}.parquet")


def _rows(table: str, results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    for result in results:
        where = {"repository": result.repository, "commit": result.commit}
        if table == "repositories":
            yield {
                **where,
                "status": result.status,
                "cause": result.cause,
                "files": result.files,
                "seconds": result.seconds,
            }
        else:
            yield from ({**where, **row} for row in getattr(result, table))
