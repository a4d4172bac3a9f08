"""A survey from its first repository to its tables and pages; a second start goes on where the first one stopped."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.survey.cluster import examine_all
from dmlint.survey.pages import write_pages
from dmlint.survey.results import UNCHANGED, Result, Results
from dmlint.survey.tables import write_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmlint.survey.cluster import Workers
    from dmlint.survey.task import ExaminationRequest

    Tell = Callable[[Result], None]
    """Is told of each result when it is there."""


def survey(requests: Sequence[ExaminationRequest], folder: Path, workers: Workers, tell: Tell) -> list[Result]:
    """Examine repositories, write what comes of it into ``folder``, and return it in the order of the requests."""
    kept = Results(folder)
    earlier = {request.address: kept.find(request.address) for request in requests}
    asked = [replace(request, known=_key(earlier[request.address])) for request in requests]
    found: dict[str, Result] = {}
    for request, result in examine_all(asked, workers):
        before = earlier[request.address]
        whole = before if result.status == UNCHANGED and before is not None else result
        kept.keep(request.address, whole)
        found[request.address.text] = whole
        tell(whole)
    results = [found[request.address.text] for request in requests]
    write_tables(results, folder)
    write_pages(results, folder, date.today())
    return results


def _key(result: Result | None) -> str | None:
    return None if result is None or result.status == "failed" else result.key
