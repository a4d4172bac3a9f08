"""What is known of an environment before its installs are run: its name, its Python, its Isaac Sim, what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.environments.identity.image_facts import find_profile, read_image_facts, read_install_facts
from dmlint.environments.identity.isaac_interpreters import is_isaac
from dmlint.environments.identity.profiles import needs_of, release_asked_for
from dmlint.environments.model import Environment, Known
from dmlint.environments.wildcards import fits
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.requirements.versions import intersect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmlint.environments.model import Install, ProfileAssignment
    from dmlint.facts import BaseImage, InstallStep
    from dmlint.rulepacks.catalogue import Catalogue, Profile, Release
    from dmlint.rulepacks.product_images import Recognized
    from dmlint.text.source import Span


class Ground(Struct, frozen=True, kw_only=True):
    """What an environment stands on: the stage (``PATH#STAGE``), its base image, and what that image is.

    ``place`` is the FROM, or where a manifest starts; ``opening`` says in words what the stage is FROM. ``service`` is
    the name of the build, with ``@`` before it, empty where no other file asks for it. ``made`` are the Pythons of its
    environments as far as they are known (see ``read_made``).
    """

    stage: str
    place: Span
    opening: str = ""
    image: BaseImage | None = None
    recognized: Recognized | None = None
    service: str = ""
    made: Mapping[Interpreter, Known | None] = field(default_factory=dict)


class Identity(Struct, frozen=True, kw_only=True):
    """An environment, what is known of it, and the profile that it has."""

    environment: Environment
    known: Mapping[str, Known]
    profile: Profile | None = None
    configured: bool = False


def name_environment(step: InstallStep) -> Interpreter:
    """What a step says that it installs into: an interpreter, or a folder of its own (``--target``)."""
    target = next((value for name, value in step.options if name == "--target"), None)
    if target is not None:
        return Interpreter(InterpreterKind.TARGET, target)
    return step.interpreter


def identify(
    catalogue: Catalogue,
    ground: Ground,
    name: Interpreter,
    installs: Sequence[Install],
    assignments: Sequence[ProfileAssignment] = (),
) -> Identity:
    """The environment ``name`` of a stage, given all installs into it."""
    recognized = ground.recognized
    own = recognized is not None and is_isaac(name)
    inside = None
    if recognized is not None and recognized.release is not None:
        inside = catalogue.inside(recognized.product.name, recognized.release)
    known = read_image_facts(catalogue, ground.image, recognized)
    if not own:
        # What the image brings is in its own interpreter alone; its CUDA is there for all.
        known = {key: fact for key, fact in known.items() if key == "cuda"}
    known |= read_install_facts(catalogue, installs)
    python = None if own else ground.made.get(name)
    if python is not None:
        known.setdefault("python", python)
    environment = Environment(
        id=f"{ground.stage}:{name}{ground.service}",
        python=known["python"].value if "python" in known else _own_python(inside if own else None, name, installs),
        isaac_sim=inside.version or None if inside and own else None,
        linux=True,
        needs=needs_of(inside, own=own),
    )
    environment = with_packages(catalogue, environment, installs)
    assigned = assign(catalogue, assignments, environment.id or "", ground)
    profile = assigned or find_profile(catalogue.profiles, installs)
    return Identity(
        environment=with_profile(environment, profile), known=known, profile=profile, configured=assigned is not None
    )


def _own_python(release: Release | None, name: Interpreter, installs: Sequence[Install]) -> str | None:
    """The Python of Isaac Sim or of the interpreter's name; else one on which all its projects can be installed."""
    if release is not None:
        return release.python
    return name.release or intersect(python for install in installs for python in install.pythons) or None


def with_packages(catalogue: Catalogue, environment: Environment, installs: Sequence[Install]) -> Environment:
    """The same with the Isaac Sim that comes as a package, and with what that one needs."""
    release = release_asked_for(catalogue, installs) if environment.isaac_sim is None else None
    if release is None:
        return environment
    return replace(
        environment,
        isaac_sim=release.version,
        python=environment.python or release.python,
        needs=needs_of(release, own=True),
    )


def with_profile(environment: Environment, profile: Profile | None) -> Environment:
    """The same with the floor that its profile has; an Isaac Sim in it has the last word.

    Of an environment that the guide is not about nobody says which NumPy it needs.
    """
    if profile is not None and profile.unrestricted:
        return replace(environment, needs={"numpy": None}, floors={"numpy": "0"})
    if profile is None or profile.numpy_floor is None or environment.isaac_sim is not None:
        return environment
    return replace(environment, floors={"numpy": profile.numpy_floor})


def assign(
    catalogue: Catalogue, assignments: Sequence[ProfileAssignment], environment: str, ground: Ground
) -> Profile | None:
    """The profile that the configuration gives to an environment, by the first entry that fits."""
    path, _, stage = ground.stage.rpartition("#")
    image = ground.image.value.text if ground.image is not None else ""
    for entry in assignments:
        patterns = ((entry.path, path or environment), (entry.image, image), (entry.environment, environment))
        named = all(fits(pattern, text) for pattern, text in patterns)
        if named and entry.stage in (None, stage):
            return next((profile for profile in catalogue.profiles if profile.name == entry.profile), None)
    return None
