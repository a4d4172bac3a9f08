"""GitHub workflows: the containers of each job, and what its steps run."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import BaseImage
from dmlint.installers.relevance import SHELLS
from dmlint.parsers.scripts.script_facts import read_text
from dmlint.parsers.scripts.work_units import HERE, Units, WorkUnit, bring_checkout
from dmlint.parsers.workflow.build_action import read_builds
from dmlint.parsers.workflow.expressions import Context, alternatives, expand, read_inputs, read_matrix
from dmlint.syntax.shell.start import Start
from dmlint.syntax.yaml import read_comments, read_yaml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Document
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source
    from dmlint.text.traced import Traced

_DOCKER = "docker://"
_SHELLS = SHELLS | {"micromamba-shell"}


def parse(source: Source) -> Document:
    """Read a workflow as one stage for each job."""
    units = Units(source=source)
    nodes = read_yaml(source)
    if isinstance(nodes, Problem):
        units.problems.append(nodes)
        return units.close()
    units.comments.extend(read_comments(source, nodes))
    for root in nodes[:1]:
        inputs = read_inputs(root)
        outer = Context(env={}, inputs=inputs, matrix={})
        env = _read_env(root, outer)
        jobs = root.get("jobs")
        for key, job in jobs.items() if jobs is not None else ():
            context = Context(env=env, inputs=inputs, matrix=read_matrix(job))
            unit = WorkUnit(name=key.value or "", span=key.span, actions=[bring_checkout(key.span)])
            units.units.append(unit)
            _Job(units, unit, context, (job, root)).read()
    return units.close()


def _read_env(node: YamlNode, context: Context) -> Mapping[str, Traced]:
    """The variables in force with those that a workflow, job or step sets itself."""
    own = node.get("env")
    values = {key.value or "": expand(value.traced(), context) for key, value in own.items()} if own else {}
    return {**context.env, **values}


class _Job(Struct):
    """One job while it is read; ``levels`` are where its defaults stand, the closest first."""

    units: Units
    unit: WorkUnit
    context: Context
    levels: tuple[YamlNode, YamlNode]

    def read(self) -> None:
        """Its images, then its steps."""
        job, _ = self.levels
        self.context = self._inside(job)
        container = job.get("container")
        if container is not None:
            images = self._images(container.get("image") or container, "container")
            # On several images it is several environments, of which none is the job's own.
            self.unit.image = images[0] if len(images) == 1 else None
        services = job.get("services")
        for _, service in services.items() if services is not None else ():
            self._images(service.get("image"), "services")
        steps = job.get("steps")
        for step in steps.elements() if steps is not None else ():
            self._step(step)

    def _inside(self, node: YamlNode) -> Context:
        return Context(env=_read_env(node, self.context), inputs=self.context.inputs, matrix=self.context.matrix)

    def _images(self, node: YamlNode | None, role: str) -> list[BaseImage]:
        text = node.traced() if node is not None else None
        if node is None or text is None or not text.pieces:
            return []
        if text.text.startswith(_DOCKER):
            text = text.slice(len(_DOCKER))
        found = [
            BaseImage(written=text.span or node.span, value=value, stage=self.unit.name, role=role)
            for value in alternatives(text, self.context)
        ]
        self.units.images.extend(found)
        return found

    def _step(self, step: YamlNode) -> None:
        uses, run = step.get("uses"), step.get("run")
        if uses is not None and (uses.value or "").startswith(_DOCKER):
            self._images(uses, "uses")
        self.units.builds.extend(read_builds(step, self.context))
        if run is None or not self._is_for_shell(step):
            return
        context = self._inside(step)
        start = Start(environ=context.env, cwd=self._folder(step, context), conditional=step.get("if") is not None)
        text = expand(run.traced(), context)
        self.units.add(self.unit, read_text(text, start, "run", self.unit.name))

    def _setting(self, step: YamlNode, name: str) -> YamlNode | None:
        """A setting of the step, else the default of its job, else that of the workflow."""
        found = (step.get(name), *(level.get("defaults", "run", name) for level in self.levels))
        return next((node for node in found if node is not None), None)

    def _is_for_shell(self, step: YamlNode) -> bool:
        shell = self._setting(step, "shell")
        if shell is None or not shell.value:
            runner = self.levels[0].get("runs-on")
            return runner is None or not (runner.value or "").startswith("windows")
        return shell.value.split(maxsplit=1)[0].rpartition("/")[2] in _SHELLS if shell.value.strip() else False

    def _folder(self, step: YamlNode, context: Context) -> str | None:
        folder = self._setting(step, "working-directory")
        path = expand(folder.traced(), context) if folder is not None else None
        if path is None:
            return HERE
        return None if path.unresolved else normpath(join(HERE, path.text))
