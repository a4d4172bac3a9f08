"""The instructions of a file walked in order: stages, images, and what happens in each stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.facts import BaseImage, NewEnvironment, Stage
from dmlint.parsers.dockerfile.copies import StageFolder, join_path, read_copy, read_mount, split_fields
from dmlint.parsers.dockerfile.instructions import read_strings, split_blanks
from dmlint.parsers.dockerfile.refusals import BuilderPhase, Refusal, find_refusal
from dmlint.parsers.dockerfile.runs import Surroundings, read_run, read_start
from dmlint.parsers.dockerfile.scopes import BadAssignmentError, GlobalScope, StageScope, read_arg, read_env
from dmlint.parsers.dockerfile.variable_expansion import expand, is_malformed
from dmlint.syntax.shell.command import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmlint.facts import Action
    from dmlint.parsers.dockerfile.instructions import Instruction, Instructions
    from dmlint.text.problems import Problem
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced


class OpenStage(Struct, kw_only=True):
    """A stage while its instructions are read; ``cwd`` is None while it is not known."""

    name: str
    span: Span
    scope: StageScope
    image: BaseImage | None = None
    parent: str | None = None
    cwd: str | None = None
    shell: tuple[Word, ...] | None = None
    actions: list[Action] = field(default_factory=list)
    entrypoint: Instruction | None = None
    command: Instruction | None = None

    def close(self) -> Stage:
        """The finished fact."""
        return Stage(name=self.name, span=self.span, image=self.image, parent=self.parent, actions=tuple(self.actions))


class StageWalk:
    """All that the instructions say."""

    def __init__(self, instructions: Instructions, build_args: Mapping[str, Traced]) -> None:
        self.stages: list[OpenStage] = []
        self.images: list[BaseImage] = []
        self.problems: list[Problem] = []
        self.refusals: list[Refusal] = []
        self.comments: list[Span] = []
        self._escape = instructions.escape
        self._outside = GlobalScope(build_args)
        self._by_name: dict[str, OpenStage] = {}
        self._by_own_name: dict[str, OpenStage] = {}
        self._has_from = any(one.name == "FROM" and not one.onbuild for one in instructions.all)
        self._misplaced = False
        self._handlers: Mapping[str, Callable[[OpenStage, Instruction], None]] = {
            "ADD": self._copy,
            "ARG": self._arg,
            "CMD": self._command,
            "COPY": self._copy,
            "ENTRYPOINT": self._entrypoint,
            "ENV": self._env,
            "RUN": self._run,
            "SHELL": self._shell,
            "WORKDIR": self._workdir,
        }
        for instruction in instructions.all:
            self._visit(instruction)
        parents = {stage.parent for stage in self.stages}
        for stage in self.stages:
            if stage.name not in parents:
                stage.actions += read_start(stage.entrypoint, stage.command, self._around(stage))

    def _visit(self, instruction: Instruction) -> None:
        refusal = find_refusal(instruction, self._escape)
        if refusal is not None:
            self.refusals.append(refusal)
        if instruction.name == "FROM":
            self._from(instruction)
        elif instruction.name == "ARG" and self._has_from and not self.stages:
            self._global_arg(instruction)
        elif self.stages or not self._has_from:
            self._in_stage(instruction)
        elif not self._misplaced:
            self._misplaced = True
            message = f"{instruction.name} stands before the first FROM, where only ARG may"
            self.refusals.append(Refusal(BuilderPhase.TAKING, instruction.span, message))

    def _in_stage(self, instruction: Instruction) -> None:
        handle = self._handlers.get(instruction.name)
        if handle is None:
            return
        if not self.stages:
            # A file without FROM, to be included or completed: one stage on an image that is not known.
            self.stages.append(OpenStage(name="0", span=instruction.span, scope=StageScope(self._outside, None)))
        handle(self.stages[-1], instruction)

    def _global_arg(self, instruction: Instruction) -> None:
        for name, written in read_arg(instruction, self._escape):
            default = None if written is None else expand(written, self._outside.values, self._escape)
            self._outside.declare(name, default)

    def _from(self, instruction: Instruction) -> None:
        words = split_blanks(instruction.arguments)
        if instruction.onbuild or not words:
            return
        named = len(words) == 3 and words[1].text.lower() == "as"
        name = words[2].text if named else str(len(self.stages))
        value = expand(words[0], self._outside.values, self._escape)
        parent = self._by_name.get(value.text.lower())
        scope = StageScope(self._outside, parent.scope if parent else None)
        stage = OpenStage(name=name, span=instruction.span, scope=scope)
        if parent is not None:
            stage.parent, stage.cwd, stage.shell = parent.name, parent.cwd, parent.shell
        elif value.text == "scratch":
            stage.cwd = "/"
        elif not is_malformed(words[0], self._escape):
            stage.image = self._image(words[0], value, name, "FROM")
        self.stages.append(stage)
        self._by_own_name[name] = stage
        if named:
            self._by_name[name.lower()] = stage

    def _image(self, written: Traced, value: Traced, stage: str, role: str) -> BaseImage:
        image = BaseImage(written=_span(written), value=value, stage=stage, role=role)
        self.images.append(image)
        return image

    def _place(self, stage: OpenStage) -> StageFolder:
        return StageFolder(scope=stage.scope.values, escape=self._escape, cwd=stage.cwd)

    def _expand(self, stage: OpenStage, word: Traced) -> Traced:
        return expand(word, stage.scope.values, self._escape)

    def _origin(self, stage: OpenStage, written: Traced, role: str) -> str:
        """The name of the stage that ``from=`` means, else the image, which is noted."""
        value = self._expand(stage, written)
        named = self._by_name.get(value.text.lower())
        if named is not None:
            return named.name
        if value.text.isdecimal():
            index = int(value.text) if len(value.text) < 9 else len(self.stages)
            return self.stages[index].name if index < len(self.stages) else value.text
        self._image(written, value, stage.name, role)
        return value.text

    def _arg(self, stage: OpenStage, instruction: Instruction) -> None:
        found = read_arg(instruction, self._escape)
        # All defaults of one instruction see what held before it.
        values = [(name, None if value is None else self._expand(stage, value)) for name, value in found]
        for name, default in values:
            stage.scope.declare(name, default)

    def _env(self, stage: OpenStage, instruction: Instruction) -> None:
        try:
            found = read_env(instruction, self._escape)
        except BadAssignmentError:
            # What is refused has been said.
            return
        values = [(self._expand(stage, one.name).text, self._expand(stage, one.value)) for one in found]
        for name, value in values:
            stage.scope.set_env(name, value)

    def _workdir(self, stage: OpenStage, instruction: Instruction) -> None:
        path = join_path(stage.cwd, self._expand(stage, instruction.arguments))
        known = path is not None and path.startswith("/")
        stage.cwd = (path.rstrip("/") or "/") if path is not None and known else None

    def _shell(self, stage: OpenStage, instruction: Instruction) -> None:
        words = read_strings(instruction.arguments)
        if words:
            stage.shell = tuple(Word(value=word, span=word.span or instruction.span) for word in words)

    def _copy(self, stage: OpenStage, instruction: Instruction) -> None:
        written = instruction.find_flag("from")
        origin = self._origin(stage, written, f"{instruction.name} --from") if written and written.pieces else None
        copies = read_copy(instruction, self._place(stage), origin)
        stage.actions += copies
        copied = self._by_own_name.get(origin) if origin is not None else None
        if copied is not None and copied.scope.made:
            # An environment knows its own path: where it is copied to another one, PATH finds none that works.
            stage.scope.make(copied.scope.made)

    def _command(self, stage: OpenStage, instruction: Instruction) -> None:
        stage.command = instruction

    def _entrypoint(self, stage: OpenStage, instruction: Instruction) -> None:
        # The CMD of before belongs to what ran before.
        stage.entrypoint, stage.command = instruction, None

    def _around(self, stage: OpenStage) -> Surroundings:
        return Surroundings(environ=stage.scope.environ, cwd=stage.cwd, shell=stage.shell)

    def _run(self, stage: OpenStage, instruction: Instruction) -> None:
        for flag in instruction.flags:
            if flag.text.startswith("--mount="):
                self._mount(stage, flag.slice(len("--mount=")))
        reading = read_run(instruction, self._around(stage))
        stage.actions += reading.actions
        made = [str(action.interpreter) for action in reading.actions if isinstance(action, NewEnvironment)]
        if made:
            stage.scope.make(made)
        self.problems += reading.problems
        self.comments += reading.comments

    def _mount(self, stage: OpenStage, flag: Traced) -> None:
        written = split_fields(flag).get("from")
        origin = self._origin(stage, written, "RUN --mount") if written is not None and written.pieces else None
        copy = read_mount(flag, self._place(stage), origin)
        if copy is not None:
            stage.actions.append(copy)


def _span(written: Traced) -> Span:
    first, last = written.pieces[0].span, written.pieces[-1].span
    return first.source.span(first.start, last.end)
