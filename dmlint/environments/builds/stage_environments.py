"""A Dockerfile's stages as environments, and the installs into them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.environments.builds.base_builds import End
from dmlint.environments.builds.command_installs import InstallReader
from dmlint.environments.builds.image_files import Build
from dmlint.environments.identity.clones import place_clones
from dmlint.environments.identity.environment_names import Ground, identify
from dmlint.environments.identity.image_facts import read_made, tells
from dmlint.environments.identity.image_pythons import read_own_pythons
from dmlint.environments.identity.isaac_interpreters import StageInterpreters, is_isaac, isaac_of
from dmlint.environments.identity.uv_version import UvReader
from dmlint.environments.model import ImageUse, Install, Outcome
from dmlint.environments.outcome.copied_environments import carry
from dmlint.environments.outcome.history import doubt, extend, note_moment, start, without_numpy
from dmlint.facts import Copy, InstallStep, Removal, RunScript
from dmlint.facts.interpreter import BARE
from dmlint.rulepacks.product_images import recognize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.environments.builds.base_builds import Bases
    from dmlint.environments.builds.build_requests import BuildJob
    from dmlint.environments.identity.environment_names import Identity
    from dmlint.environments.model import Known, ProfileAssignment
    from dmlint.environments.requirement_files.included_files import Bundle, RequirementFiles
    from dmlint.facts import BaseImage, Stage
    from dmlint.facts.interpreter import Interpreter
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.rulepacks.product_images import Recognized


class Linked(Struct):
    """What a Dockerfile comes to; filled stage by stage. ``outcomes`` are by stage and by the environment's name."""

    installs: list[Install] = field(default_factory=list)
    images: list[ImageUse] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    outcomes: dict[str, dict[Interpreter, Outcome]] = field(default_factory=dict)


class StageLinker:
    """Turns the stages of one Dockerfile into installs and outcomes."""

    def __init__(
        self,
        job: BuildJob,
        files: RequirementFiles,
        catalogue: Catalogue,
        assignments: Sequence[ProfileAssignment] = (),
        bases: Bases | None = None,
    ) -> None:
        document = job.document
        self._document = document
        self._service = f"@{job.service}" if job.service else ""
        self._stages = job.stages
        self._catalogue = catalogue
        self._assignments = assignments
        self._build = Build(document, files.repository, job.context)
        self._reader = InstallReader(self._build, files, catalogue)
        self._images_of: dict[str, list[BaseImage]] = {}
        for image in document.images:
            self._images_of.setdefault(image.stage, []).append(image)
        self._bases = bases
        self._uv = UvReader(self._build.stage, lambda name: self._images_of.get(name, ()))
        self.ends: dict[str, End] = {}

    def link(self) -> Linked:
        """Everything of the file, or of its stages that are built."""
        linked = Linked(images=self._images())
        aside = Linked(outcomes=linked.outcomes)
        for stage in self._document.stages:
            linked.outcomes[stage.name] = self._run(stage, linked if self._is_built(stage.name) else aside)
        for name in [name for name in linked.outcomes if not self._is_built(name)]:
            del linked.outcomes[name]
        parents = {stage.parent for stage in self._document.stages if self._is_built(stage.name)}
        for name, outcomes in linked.outcomes.items():
            if name in parents:
                linked.outcomes[name] = {key: replace(entry, final=False) for key, entry in outcomes.items()}
        return linked

    def _is_built(self, stage: str) -> bool:
        return self._stages is None or stage in self._stages

    def _run(self, stage: Stage, linked: Linked) -> dict[Interpreter, Outcome]:
        """The environments of a stage after its actions, those of its parent before them."""
        below = self._below(stage)
        ground = self._ground(stage, below)
        found = [self._reader.read(stage, at, ground) for at in range(len(stage.actions))]
        interpreters = StageInterpreters(
            catalogue=self._catalogue,
            recognized=ground.recognized,
            links=dict(below.links),
            below=tuple(below.outcomes),
            simulators=tuple(key for key, one in below.outcomes.items() if one.environment.isaac_sim is not None),
        )
        named = interpreters.place(stage.actions, [(name, install) for name, install, _ in found])
        installs = [install for _, install, _ in found]
        names = place_clones(self._catalogue, list(zip(named, installs, strict=True)), ground.recognized)
        prepared = [
            (action, name, install, bundle)
            for action, name, (_, install, bundle) in zip(stage.actions, names, found, strict=True)
        ]
        outcomes = dict(below.outcomes)
        mine: dict[Interpreter, list[Install]] = {name: [] for name in (*outcomes, *_own_names(ground.recognized))}
        for _, name, install, _ in prepared:
            if install is not None:
                mine.setdefault(name, []).append(install)
        uv = self._uv.read(stage, below.uv)
        telling = self._tell(below, mine)
        for name in mine:
            identity = identify(self._catalogue, ground, name, telling[name], self._assignments)
            outcomes[name] = self._open(outcomes.get(name), identity, ground, name, uv)
        for action, name, install, bundle in prepared:
            if install is not None:
                placed = replace(install, environment=outcomes[name].environment)
                outcomes[name] = extend(outcomes[name], placed, self._catalogue)
                linked.bundles.append(bundle)
                linked.installs += [] if isinstance(action, InstallStep) and action.removes else [placed]
            elif isinstance(action, Copy):
                for moved in carry(action, linked.outcomes.get(action.origin or "", {}), outcomes, ground):
                    telling[moved] = self._select(outcomes[moved].installs)
            elif isinstance(action, Removal):
                _remove(action, outcomes)
            elif isinstance(action, RunScript):
                outcomes = {name: doubt(outcome, action) for name, outcome in outcomes.items()}
        outcomes = _own(outcomes)
        self.ends[stage.name] = End(
            image=ground.image, outcomes=outcomes, telling=telling, made=ground.made, uv=uv, links=interpreters.links
        )
        return outcomes

    def _tell(self, below: End, mine: dict[Interpreter, list[Install]]) -> dict[Interpreter, tuple[Install, ...]]:
        """The installs that say something of their environment, those of the stages below among them.

        Only these are asked again in every stage, so that a long chain costs no more than its steps.
        """
        return {name: (*below.telling.get(name, ()), *self._select(installs)) for name, installs in mine.items()}

    def _select(self, installs: Sequence[Install]) -> tuple[Install, ...]:
        return tuple(install for install in installs if tells(self._catalogue, install))

    def _parent(self, stage: Stage) -> Stage | None:
        return self._build.stage(stage.parent) if stage.parent is not None else None

    def _below(self, stage: Stage) -> End:
        """What a stage goes on from: an earlier one, an image that another build makes, or any other image."""
        parent = self._parent(stage)
        if parent is not None:
            return self.ends.get(parent.name, End())
        made = self._bases.find(stage.image) if self._bases is not None else None
        if made is None or stage.image is None:
            return End(image=stage.image)
        # What is missing in the environment is missing here, where it could be put.
        here = stage.image.written
        moved = {key: replace(one, origin=None if one.origin is None else here) for key, one in made.outcomes.items()}
        return replace(made, outcomes=moved)

    def _ground(self, stage: Stage, below: End) -> Ground:
        image = below.image
        recognized = recognize(self._catalogue, image) if image is not None else None
        base = stage.parent or (stage.image.value.text if stage.image is not None else "no known image")
        return Ground(
            stage=f"{self._document.source.path}#{stage.name}",
            image=image,
            recognized=recognized,
            place=stage.span,
            opening=f"FROM {base}",
            service=self._service,
            made=read_made(
                stage.actions,
                read_own_pythons(self._catalogue, image, stage, self._document, below.made),
                below.made,
            ),
        )

    def _open(
        self, inherited: Outcome | None, identity: Identity, ground: Ground, name: Interpreter, uv: Known | None
    ) -> Outcome:
        """An environment at the start of a stage."""
        facts = {**({"uv": uv} if uv is not None else {}), **identity.known}
        recognized = ground.recognized
        outcome = inherited
        if outcome is None and recognized is not None and (is_isaac(name) or name == BARE):
            own = is_isaac(name) and recognized.release is not None
            release = self._catalogue.inside(recognized.product.name, recognized.release or "") if own else None
            outcome = start(identity.environment, release, recognized.span)
        return replace(
            note_moment(outcome or start(identity.environment), ground.place, ground.opening),
            environment=identity.environment,
            interpreter=name,
            stage=ground.stage,
            service=ground.service,
            place=ground.place,
            known=facts,
            profile=identity.profile,
            configured=identity.configured,
            base=inherited.base if inherited is not None else identity.environment.id,
        )

    def _images(self) -> list[ImageUse]:
        uses: list[ImageUse] = []
        path = self._document.source.path
        grounds = {stage.image for stage in self._document.stages}
        for image in self._document.images:
            if not self._is_built(image.stage):
                continue
            recognized = recognize(self._catalogue, image) if image in grounds else None
            interpreter = isaac_of(recognized)
            environment = f"{path}#{image.stage}:{interpreter}{self._service}" if interpreter else None
            uses.append(ImageUse(image=image, environment=environment))
        return uses


def _own(outcomes: dict[Interpreter, Outcome]) -> dict[Interpreter, Outcome]:
    """Marks the environments that are Isaac Sim's or GR00T's own.

    The bare ``pip`` of an Isaac image is taken for it only where nothing is installed into Isaac Sim's own
    interpreter: then it is what its author took for Isaac's.
    """
    served = any(
        not install.fetches for name, outcome in outcomes.items() if is_isaac(name) for install in outcome.installs
    )
    marked: dict[Interpreter, Outcome] = {}
    for name, outcome in outcomes.items():
        bare = name == BARE and outcome.origin is not None and not served
        own = is_isaac(name) or bare or outcome.environment.isaac_sim is not None or outcome.profile is not None
        marked[name] = replace(outcome, own=own)
    return marked


def _own_names(recognized: Recognized | None) -> tuple[Interpreter, ...]:
    """The environments that an image has before anything is installed."""
    isaac = isaac_of(recognized)
    return (isaac,) if isaac is not None else ()


def _remove(removal: Removal, outcomes: dict[Interpreter, Outcome]) -> None:
    """Isaac Sim's own NumPy lies in its ``pip_prebundle`` folders: gone with them."""
    for path in removal.paths:
        if path is not None and "pip_prebundle" in path and fnmatchcase("numpy", path.rpartition("/")[2]):
            for name, outcome in outcomes.items():
                if is_isaac(name):
                    outcomes[name] = without_numpy(outcome, removal)
