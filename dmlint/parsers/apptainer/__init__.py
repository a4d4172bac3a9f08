"""Apptainer (Singularity) definition files: stages with their images, what is copied into them, what ``%post`` does."""

from __future__ import annotations

import shlex
from posixpath import join
from typing import TYPE_CHECKING

from dmlint.facts import BaseImage, Copy
from dmlint.installers.relevance import SHELLS
from dmlint.parsers.apptainer.definition_file import body_lines, expand, read_arguments, read_recipes
from dmlint.parsers.scripts.script_facts import read_text
from dmlint.parsers.scripts.work_units import Units, WorkUnit
from dmlint.syntax.shell.start import Start
from dmlint.text.source import Span
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.facts import Document
    from dmlint.parsers.apptainer.definition_file import Recipe, RecipeSection
    from dmlint.text.source import Source

_AGENTS = frozenset({"docker", "docker-daemon", "oras"})
"""Values of ``Bootstrap`` for which ``From`` is an image's reference."""

_SCHEME = "docker://"


def parse(source: Source) -> Document:
    """Read a definition file; a file without ``Bootstrap`` is one of another kind, in which nothing is found."""
    recipes = read_recipes(source)
    arguments = read_arguments(recipes)
    units = Units(source=source, comments=list(_comments(source, recipes)))
    for number, recipe in enumerate(recipes):
        stage = recipe.header.get("stage")
        unit = WorkUnit(name=stage.text if stage is not None and stage.text else str(number), span=recipe.span)
        units.units.append(unit)
        unit.image = _image(recipe, unit.name, arguments)
        units.images.extend([unit.image] if unit.image is not None else [])
        # Files are brought in before anything is run, wherever they stand.
        for section in recipe.sections:
            if section.name == "files":
                unit.actions += _copies(section, arguments)
        for section in recipe.sections:
            if section.name == "post" and _is_for_shell(section):
                text = expand(Traced.of(section.body), arguments)
                units.add(unit, read_text(text, Start(cwd="/"), "%post", unit.name))
    return units.close()


def _image(recipe: Recipe, stage: str, arguments: Mapping[str, Traced]) -> BaseImage | None:
    agent, written = recipe.header.get("bootstrap"), recipe.header.get("from")
    if agent is None or written is None or agent.text.lower() not in _AGENTS or not written.pieces:
        return None
    if written.text.startswith(_SCHEME):
        written = written.slice(len(_SCHEME))
    first, last = written.pieces[0].span, written.pieces[-1].span
    place = Span(first.source, first.start, last.end)
    return BaseImage(written=place, value=expand(written, arguments), stage=stage, role="From")


def _copies(section: RecipeSection, arguments: Mapping[str, Traced]) -> Iterator[Copy]:
    """``SOURCE [TARGET]`` on each line; behind ``from STAGE`` sources are those of an earlier stage."""
    words = section.options.split()
    origin = words[1] if len(words) > 1 and words[0] == "from" else None
    for line in body_lines(section):
        text = expand(line, arguments)
        paths = [] if text.unresolved else _split(text.text)
        if paths:
            target = join("/", paths[1] if len(paths) > 1 else paths[0])
            yield Copy(span=line.span or section.body, sources=(paths[0],), target=target, origin=origin)


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _is_for_shell(section: RecipeSection) -> bool:
    """``%post -c /bin/python3`` is no shell script."""
    words = section.options.split()
    return len(words) < 2 or words[0] != "-c" or words[1].rpartition("/")[2] in SHELLS


def _comments(source: Source, recipes: list[Recipe]) -> Iterator[Span]:
    """Comments outside of scripts that mention dmlint; in scripts they are the shell's."""
    scripts = [section.body for recipe in recipes for section in recipe.sections if section.name == "post"]
    at = 0
    for start in source.line_starts:
        line = source.text[start : start + 2_000].partition("\n")[0]
        begin = len(line) - len(line.lstrip())
        while at < len(scripts) and scripts[at].end <= start:
            at += 1
        inside = at < len(scripts) and scripts[at].start <= start
        if line.startswith("#", begin) and "dmlint" in line and not inside and recipes:
            yield source.span(start + begin, start + len(line.rstrip()))
