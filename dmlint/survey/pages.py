"""The pages of a survey: one over all repositories, worst first, from which each opens to its own."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from dmlint import __version__
from dmlint.reports.html_report import STYLE_FILES
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dmlint.survey.results import Result

FOLDER = "pages"
"""Where the pages of the repositories lie, beside ``index.html``."""
WORST_FIRST = ("broken", "failed", "unknown", "ok")


class ShownRepository(Struct, frozen=True, kw_only=True):
    """A repository as the page has it; ``page`` is empty where it could not be examined."""

    name: str
    page: str
    commit: str
    status: str
    environments: int
    errors: int
    said: str


def write_pages(results: Sequence[Result], folder: Path, day: date) -> None:
    """Write ``index.html`` and a page for each repository that was examined into a folder."""
    (folder / FOLDER).mkdir(exist_ok=True)
    shown = [_show(result) for result in results]
    for result, entry in zip(results, shown, strict=True):
        if entry.page:
            (folder / entry.page).write_text(result.page, encoding="utf-8", errors="backslashreplace")
    shown.sort(key=lambda entry: (WORST_FIRST.index(entry.status), -entry.errors, entry.name))
    styles = "".join(path.read_text(encoding="utf-8") for path in STYLE_FILES)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("index.html.j2").render(
        repositories=shown,
        counts=[(status, sum(entry.status == status for entry in shown)) for status in WORST_FIRST],
        date=day.isoformat(),
        dmlint=__version__,
        styles=Markup(styles),
        digest=b64encode(sha256(styles.encode()).digest()).decode(),
    )
    (folder / "index.html").write_text(page, encoding="utf-8", errors="backslashreplace")


def _show(result: Result) -> ShownRepository:
    name = sha256(result.repository.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    errors = [entry for entry in result.findings if entry["severity"] == "error"]
    first = f"{errors[0]['path']}:{errors[0]['line']}: {errors[0]['message']}" if errors else ""
    return ShownRepository(
        name=visible(result.repository),
        page=f"{FOLDER}/{name}.html" if result.page else "",
        commit=(result.commit or "")[:12],
        status=result.status,
        environments=len(result.environments),
        errors=len(errors),
        said=visible(result.cause or first),
    )
