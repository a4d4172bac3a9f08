"""The one table of what is fuzzed: where each target starts from, and what must hold of whatever comes of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING

from fuzz_mutation import Mutator
from fuzz_places import check_document, check_places
from fuzz_reports import check_reports
from fuzz_seeds import files_of, paths, trees
from fuzz_trees import check_fixes, check_links

from dmlint.checks import load_rules
from dmlint.config import ConfigError
from dmlint.config.configuration import Call, configure
from dmlint.discovery.decoding import decode, encode
from dmlint.facts import Edit, Finding, Severity
from dmlint.linting.baseline import BaselineError, load
from dmlint.linting.engine import Report
from dmlint.parsers import claim
from dmlint.reports.view import View
from dmlint.rulepacks.packs import RulePackError, find_shipped_packs
from dmlint.syntax.shell.run import read_script
from dmlint.text.problems import Problem
from dmlint.text.source import Note, Source
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable

SLOWEST = 5.0
"""Seconds of CPU time that no text of a fuzzer's length may take, coverage measured or not."""
_ROOT = Path("/a folder")
_RULES = load_rules()
_RECORD = b"\x1e"
_SCRIPTS = ("install.sh", "Dockerfile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that reads what others wrote: ``run`` raises for whatever it should not make of some bytes."""

    name: str
    seeds: Callable[[], tuple[str, ...]]
    run: Callable[[bytes], None]

    def check(self, data: bytes) -> None:
        """Run it, within its time."""
        before = process_time()
        self.run(data)
        taken = process_time() - before
        assert taken < SLOWEST, f"{taken:.1f} s for {len(data)} bytes"


@cache
def mutator(target: Target) -> Mutator:
    """What makes texts for a target."""
    return Mutator(seeds=target.seeds())


def _parse(path: str, data: bytes) -> None:
    claimed, source = claim(path), decode(data, path, coding_line=not path.endswith(".toml"))
    assert claimed is not None
    if isinstance(source, Problem):
        check_places(source)
    else:
        check_document(claimed.parse(source))


def _decode(data: bytes) -> None:
    """What is read can be written back, and is then the same."""
    found = decode(data, "x", coding_line=True)
    check_places(found)
    if isinstance(found, Source):
        again = decode(encode(found, data), "x", coding_line=True)
        assert isinstance(again, Source)
        assert again.text == found.text


def _shell(data: bytes) -> None:
    source = Source(path="x.sh", text=data.decode("utf-8", "replace"))
    whole = Traced.of(source.span(0, len(source.text)))
    environ = {"A": Traced.of(Source(path="A", text="b c").span(0, 3)), "E": Traced()}
    check_places(read_script(whole, environ, "/w"))


def _tree(check: Callable[[str], None], data: bytes) -> None:
    check(data.decode("utf-8", "surrogateescape"))


def _reports(data: bytes) -> None:
    """Findings whose every word is given: in turns a path, a text and four sentences."""
    fields = [part.decode("utf-8", "surrogateescape") for part in data.split(_RECORD)]
    findings = tuple(_finding(fields[at : at + 6]) for at in range(0, len(fields) - 5, 6))
    for view in (View(root=_ROOT, cwd=_ROOT / "a"), View(root=_ROOT, cwd=_ROOT, color=True, quiet=True)):
        check_reports(Report(findings=findings, files=len(findings), pack=_RULES), view)


def _finding(fields: list[str]) -> Finding:
    path, text, message, advice, environment, reason = fields
    source = Source(path=path.strip("/\0") or "x", text=text.encode("utf-8", "replace").decode())
    start = len(message) % (len(source.text) + 1)
    span = source.span(start, start + len(advice) % (len(source.text) - start + 1))
    return Finding(
        rule="DM101",
        name="numpy-unpinned",
        severity=tuple(Severity)[len(reason) % 3],
        message=message,
        span=span,
        environment=environment or None,
        evidence=(Note(span=source.span(0, start), message=reason),) if reason else (),
        edit=Edit(span=span, replacement=reason) if advice else None,
        help=advice,
    )


def _configuration(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dmlint.toml"
        path.write_bytes(data)
        (path.parent / "base.toml").write_bytes(b"")
        with suppress(ConfigError):
            configure(Call(first=path.parent, cwd=path.parent, options={}, formats=("text",), named=path))


def _baseline(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "baseline.json"
        path.write_bytes(data)
        with suppress(BaselineError):
            load(path)


def _rules(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "team.toml"
        path.write_bytes(data)
        with suppress(RulePackError):
            load_rules((path,))


def _scripts() -> tuple[str, ...]:
    return tuple(text for path in _SCRIPTS for text in files_of(path))


def _written_reports() -> tuple[str, ...]:
    first = [
        "docker/Dockerfile",
        "FROM x\nRUN pip install numpy\n",
        "NumPy 2 fits",
        "write it",
        "docker/x#0:pip",
        "from here",
    ]
    hostile = ["a,b:c%\n", "::error::x\n\x1b[31m\r", "a\n::warning::%0A]]>|`<b>", "\u2028&amp;", "x[", "100 %\x07"]
    return ("\x1e".join(first), "\x1e".join([*first, *hostile]), "\x1e".join([*hostile, *hostile, *first]))


_CONFIGURATION = """select = ["DM1"]
extend-ignore = ["DM203"]
fail-on = "warning"
output-format = "text"
exclude = ["third_party/", "*.in"]
force-exclude = true
extend = "base.toml"
extend-rules = ["team.toml"]
[severities]
DM101 = "warning"
[per-file-ignores]
"docs/**" = ["DM101"]
[[environments]]
path = "docker/*"
profile = "groot-finetune"
[[waivers]]
rule = "DM101"
path = "requirements.txt"
reason = "x"
until = 2030-01-01
"""
_BASELINE = """{"version": 1, "findings": [
{"path": "requirements.txt", "rule": "DM101", "text": "numpy", "occurrence": 1}
]}
"""
_PACK = """[[package]]
name = "mujoco"
title = "MuJoCo"
versions = ["2.3.7", "3.0.0"]
sources = ["PyPI"]
[[rule]]
id = "TEAM001"
name = "mujoco-too-new"
severity = "error"
title = "x"
message = "{found} admits {witness}; {needs}"
why = "y"
check = { kind = "requirement-within", package = "mujoco", within = "<3" }
"""


def _packs() -> tuple[str, ...]:
    return (_PACK, *(path.read_text(encoding="utf-8")[:4000] for path in find_shipped_packs()))


TARGETS = (
    *(Target(name=path, seeds=partial(files_of, path), run=partial(_parse, path)) for path in paths()),
    Target(name="decoding", seeds=partial(files_of, "requirements.txt"), run=_decode),
    Target(name="shell", seeds=_scripts, run=_shell),
    Target(name="link", seeds=trees, run=partial(_tree, check_links)),
    Target(name="fix", seeds=trees, run=partial(_tree, check_fixes)),
    Target(name="reports", seeds=_written_reports, run=_reports),
    Target(name="configuration", seeds=lambda: (_CONFIGURATION,), run=_configuration),
    Target(name="baseline", seeds=lambda: (_BASELINE,), run=_baseline),
    Target(name="rules", seeds=_packs, run=_rules),
)
