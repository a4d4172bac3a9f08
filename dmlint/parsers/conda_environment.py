"""conda's environment.yml: what conda installs, and what pip installs after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.facts import Dependency, Document, FileReference, Group, Role
from dmlint.parsers.requirements_txt import read_logical_line
from dmlint.parsers.requirements_txt.requirement_lines import mark_variables
from dmlint.requirements.conda_matchspec import read_matchspec
from dmlint.syntax.shell.command import Word
from dmlint.syntax.yaml import read_comments, read_yaml
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from dmlint.requirements.pip_location import Fact
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source


class _Read(Struct):
    """What was found so far."""

    facts: list[Fact] = field(default_factory=list)
    name: str = ""


def parse(source: Source) -> Document:
    """Read one environment file: one group by the environment's name, with its Python."""
    documents = read_yaml(source)
    if isinstance(documents, Problem):
        return Document(source=source, problems=(documents,))
    read = _Read()
    for root in documents:
        name = root.get("name")
        read.name = read.name or (name.value if name else None) or ""
        listed = root.get("dependencies")
        if listed is not None:
            _read_list(listed, read)
    dependencies = tuple(fact for fact in read.facts if isinstance(fact, Dependency))
    references = tuple(fact for fact in read.facts if isinstance(fact, FileReference))
    python = next((entry for entry in dependencies if entry.name == "python" and entry.specifier), None)
    group = Group(
        name=read.name or "project",
        dependencies=dependencies,
        references=references,
        python=python.specifier if python else None,
        python_span=python.span if python else None,
    )
    return Document(
        source=source,
        dependencies=dependencies,
        groups=(group,) if dependencies or references else (),
        problems=tuple(fact for fact in read.facts if isinstance(fact, Problem)),
        comments=read_comments(source, documents),
    )


def _read_list(listed: YamlNode, read: _Read) -> None:
    if listed.kind != "sequence":
        message = "dependencies must be a list of packages"
        read.facts += [Problem(kind=ProblemKind.UNREADABLE, span=listed.span, message=message)] if listed.value else []
    for node in listed.elements():
        pip = node.get("pip")
        if pip is not None:
            read.facts += [fact for entry in pip.elements() for fact in _read_pip(entry)]
        elif node.value is not None:
            text = node.traced().strip()
            if text.text:
                word = Word(value=text, span=text.span or node.span)
                read.facts.append(read_matchspec(word, "environment.yml dependencies"))


def _read_pip(node: YamlNode) -> list[Fact]:
    """An entry is a line of a requirements file, which conda writes for pip and has it install at the end."""
    text = node.traced().strip()
    read = read_logical_line(mark_variables(text), "environment.yml pip", Role.REQUIREMENT) if text.text else []
    return [fact if isinstance(fact, Problem) else replace(fact, later=True) for fact in read]
