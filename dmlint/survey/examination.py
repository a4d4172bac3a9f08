"""The program that examines one repository, in a process of its own.

The folder holds ``request.json``, and gets ``result.json``; the repository's files are written below it.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from dmlint import __version__
from dmlint.config import Call, configure
from dmlint.discovery import discover
from dmlint.discovery.progress import silent
from dmlint.facts import Document, Severity
from dmlint.linting import policy as policing
from dmlint.linting import preparation
from dmlint.linting.engine import judge, report
from dmlint.linting.observation import Case
from dmlint.reports import REPORTERS, json_report, listing
from dmlint.reports.matrix import matrix_tables
from dmlint.reports.matrix.rows import read_rows
from dmlint.reports.view import View
from dmlint.rulepacks.packs import find_shipped_packs
from dmlint.survey.checkout import check_out, find_commit
from dmlint.survey.results import UNCHANGED, Result
from dmlint.survey.task import OUT_OF_MEMORY, ExaminationRequest
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.config import Configuration
    from dmlint.discovery.repository import Repository
    from dmlint.linting.engine import Judgement
    from dmlint.rulepacks.packs import RulePack


def examine(request: ExaminationRequest, folder: Path) -> Result:
    """What dmlint finds in a repository at its newest commit, or why that cannot be said."""
    shown = request.address.shown
    try:
        commit = find_commit(request.address, request.seconds)
        key = f"{commit} {identify_rules(request.policy)}"
        if key == request.known:
            return Result(repository=shown, commit=commit, key=key, status=UNCHANGED)
        tree = check_out(request.address, folder, request.seconds)
        return replace(_examine(tree, request.policy), repository=shown, commit=commit, key=key)
    except DmlintError as error:
        return Result(repository=shown, cause=str(error).replace(str(folder), shown))


def identify_rules(policy: str | None) -> str:
    """What stands for this dmlint, its rules and a policy: with another of them there is another result."""
    texts = [path.read_bytes() for path in (*find_shipped_packs(), *([Path(policy)] if policy else ()))]
    return f"{__version__} {sha256(b'|'.join(texts)).hexdigest()[:16]}"


def _examine(tree: Repository, policy: str | None) -> Result:
    call = Call(
        first=tree.root,
        cwd=tree.root,
        options={},
        formats=tuple(REPORTERS),
        policy=None if policy is None else Path(policy),
    )
    configuration = preparation.with_known(configure(call))
    files = discover(preparation.policed(configuration).tree, (tree.root,), tree.root).files
    pack = preparation.known_rules(configuration)
    judged = _judge(configuration, tree, files, pack)
    view = View(root=tree.root, cwd=tree.root, color=False, quiet=True, docs=configuration.settings.docs_url)
    told = report(judged, dict.fromkeys(files), pack)
    found = _read(json_report.lines(told, view))
    environments = _read(matrix_tables.json_lines(read_rows(judged, pack.catalogue, frozenset(files)), view))
    documents = (entry for path in files if isinstance(entry := judged.documents.get(path), Document))
    result = Result(
        repository="",
        files=found["files"],
        findings=found["findings"],
        environments=environments["environments"],
        installs=_read(listing.json_lines(documents, view))["steps"],
        page="\n".join(REPORTERS["html"](told, view)),
    )
    return replace(result, status=_status(result))


def _judge(configuration: Configuration, tree: Repository, files: tuple[str, ...], pack: RulePack) -> Judgement:
    settings, policy = replace(configuration.settings, today=date.today()), configuration.policy
    if policy is None:
        return judge(tree, Case(files=files, settings=settings, pack=pack))
    rules = policing.load(policy, settings)
    seen = set(discover(configuration.tree, (tree.root,), tree.root).files)
    own = Case(
        files=tuple(path for path in files if path in seen),
        settings=policing.of_repository(policy, rules, settings),
        pack=rules.pack,
    )
    required = Case(
        files=files, settings=policing.of_policy(policy, rules, settings), pack=policing.of_policy_pack(rules)
    )
    return policing.judge_both(tree, own, required, policy, silent)


def _read(lines: Iterator[str]) -> Mapping[str, Any]:
    """A report for programs, as the objects that it is made of."""
    told: Mapping[str, Any] = msgspec.json.decode("".join(lines))
    return told


def _status(result: Result) -> str:
    found = {row["status"] for row in result.environments}
    if "broken" in found or any(entry["severity"] == Severity.ERROR.value for entry in result.findings):
        return "broken"
    return "unknown" if "unknown" in found else "ok"


def _limit_memory(most: int) -> None:
    """Let this process hold no more bytes, where the system knows such a limit."""
    try:
        import resource
    except ImportError:
        return
    if most:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(name: str) -> int:
    """Examine what the folder of that name asks for; the exit code says whether there is a result."""
    folder = Path(name)
    request = msgspec.json.decode((folder / "request.json").read_bytes(), type=ExaminationRequest)
    _limit_memory(request.memory)
    tree = folder / "tree"
    tree.mkdir()
    try:
        result = examine(request, tree)
    except MemoryError:
        return OUT_OF_MEMORY
    (folder / "result.json").write_bytes(msgspec.json.encode(result))
    return 0
