"""Images that one build of the repository makes and another one stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.environments.builds.image_files import Build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmlint.discovery.repository import Repository
    from dmlint.environments.builds.build_requests import BuildJob
    from dmlint.environments.model import Install, Known, Outcome
    from dmlint.facts import BaseImage, Stage
    from dmlint.facts.interpreter import Interpreter

_NEWEST = ":latest"


def bare_name(image: str) -> str:
    """An image by the name that it has too where nothing is said of its tag."""
    return image.removesuffix(_NEWEST)


class End(Struct, frozen=True, kw_only=True):
    """What a stage comes to: its environments by name, what it stands on, and what else is known of it (see
    ``StageLinker``).
    """

    image: BaseImage | None = None
    outcomes: Mapping[Interpreter, Outcome] = field(default_factory=dict)
    telling: Mapping[Interpreter, tuple[Install, ...]] = field(default_factory=dict)
    made: Mapping[Interpreter, Known | None] = field(default_factory=dict)
    uv: Known | None = None
    links: Mapping[str, str | None] = field(default_factory=dict)


class Bases:
    """Finds the build that makes an image, where exactly one of the repository's does by that very name."""

    def __init__(self, jobs: Sequence[BuildJob], repository: Repository) -> None:
        self._repository = repository
        self._makers: dict[str, list[BuildJob]] = {}
        for job in jobs:
            for name in dict.fromkeys(bare_name(tag) for tag in job.tags):
                self._makers.setdefault(name, []).append(job)
        self._ends: dict[int, End] = {}

    def in_order(self, jobs: Sequence[BuildJob]) -> Iterator[BuildJob]:
        """The jobs, each behind those that make what it stands on; of a circle the first one found comes last."""
        entered: set[int] = set()
        done: set[int] = set()
        for job in jobs:
            stack = [job]
            while stack:
                top = stack[-1]
                before = [need for need in self._needs(top) if id(need) not in entered]
                entered.add(id(top))
                if before and id(top) not in done:
                    stack += before
                    continue
                stack.pop()
                if id(top) not in done:
                    done.add(id(top))
                    yield top

    def keep(self, job: BuildJob, ends: Mapping[str, End]) -> None:
        """Remember what a job's stages came to."""
        stage = self._last(job)
        if job.tags and stage is not None and stage.name in ends:
            self._ends[id(job)] = ends[stage.name]

    def find(self, image: BaseImage | None) -> End | None:
        """What the image is that a stage is FROM, None where no other build makes it, or several do."""
        maker = self._maker(image)
        return self._ends.get(id(maker)) if maker is not None else None

    def _needs(self, job: BuildJob) -> list[BuildJob]:
        makers = (self._maker(stage.image) for stage in job.document.stages)
        return [maker for maker in makers if maker is not None and maker is not job]

    def _maker(self, image: BaseImage | None) -> BuildJob | None:
        if image is None or image.value.unresolved:
            return None
        makers = self._makers.get(bare_name(image.value.text), [])
        alike = {(id(job.document), job.target, job.context) for job in makers}
        return makers[0] if len(alike) == 1 else None

    def _last(self, job: BuildJob) -> Stage | None:
        named = Build(job.document, self._repository).stage(job.target) if job.target is not None else None
        return named or next(reversed(job.document.stages), None)
