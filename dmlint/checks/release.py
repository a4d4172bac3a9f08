"""Checks of a product's release, in images and in packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.demands import describe, read_evidence
from dmlint.environments.identity.processors import is_arm_image, is_arm_install
from dmlint.environments.model import Hit
from dmlint.environments.product_releases import read_locked_releases, read_product_asks, read_product_presences
from dmlint.fixes.bounds import command_of
from dmlint.fixes.recommended_release import repin, retag
from dmlint.requirements.versions import admits
from dmlint.rulepacks.catalogue import STATUSES
from dmlint.rulepacks.product_images import recognize
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.demands import Ask
    from dmlint.environments.model import Install, Scene
    from dmlint.facts import BaseImage, Dependency, Proposal
    from dmlint.rulepacks.catalogue import Catalogue, Release
    from dmlint.rulepacks.product_images import Recognized
    from dmlint.text.source import Span

_AVOIDED = "avoided"
_CARRIERS = ("image", "package")


class ReleaseStatus(Struct, frozen=True, kw_only=True):
    """Whether the release of a product has one of the named statuses.

    ``product`` names one, ``status`` the guide's words for a release. ``of`` narrows the check to images or packages.
    ``when`` decides for a requirement that admits several releases: ``any`` of them, or ``all`` of them.
    """

    kind: ClassVar[str] = "release-status"
    words: ClassVar[tuple[str, ...]] = ("found", "admits", "release", "status", "instead", "doubt")
    product: str
    status: tuple[str, ...]
    of: tuple[str, ...] = _CARRIERS
    when: str = "any"

    def __post_init__(self) -> None:
        """Refuse words that mean nothing here."""
        for word, known in (*((word, STATUSES) for word in self.status), *((word, _CARRIERS) for word in self.of)):
            if word not in known:
                raise ValueError(f"'{word}' is not one of {', '.join(known)}")
        if self.when not in ("any", "all"):
            raise ValueError(f"when is 'any' or 'all', not '{self.when}'")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each image, requirement, lock and environment that was looked into with such a release."""
        if "image" in self.of:
            yield from self._images(scene)
        if "package" in self.of:
            for install in scene.installs:
                for dependency, ask in read_product_asks(scene.catalogue, self.product, install):
                    yield from self._package(scene, install, dependency, ask)
            yield from self._locked(scene)
        yield from self._installed(scene)

    def _installed(self, scene: Scene) -> Iterator[Hit]:
        """One hit for each environment that was looked into: an image says its release in a file, else packages do."""
        for inspection in scene.inspections:
            fact = inspection.reading.facts.get(self.product)
            carrier = "image" if fact is not None else "package"
            presences = read_product_presences(scene.catalogue, self.product, inspection)
            found = inspection.environment.isaac_sim
            release = scene.catalogue.release(self.product, found or "")
            if found is not None and presences and carrier in self.of and release.status in self.status:
                title = scene.catalogue.product(self.product).title
                first = presences[0]
                yield Hit(
                    span=first.span,
                    environment=inspection.environment.id,
                    values={
                        **self._values(
                            scene.catalogue, f"{first.name} {first.version}", f"{title} {release.version}", release
                        ),
                        "admits": "is",
                    },
                )

    def _images(self, scene: Scene) -> Iterator[Hit]:
        for use in scene.images:
            found = recognize(scene.catalogue, use.image)
            if found is None or found.release is None:
                continue
            release = scene.catalogue.inside(found.product.name, found.release)
            if release.product == self.product and release.status in self.status:
                doubt = self._doubt(scene.catalogue) if is_arm_image(scene.catalogue, use.image) else ""
                name = _name_image(scene.catalogue, found)
                yield Hit(
                    span=found.span,
                    environment=use.environment,
                    evidence=read_image_evidence(use.image, found),
                    values={**self._values(scene.catalogue, use.image.value.text, name, release), "doubt": doubt},
                    proposal=None if doubt else self._retag(scene.catalogue, use.image, found, release),
                )

    def _package(self, scene: Scene, install: Install, dependency: Dependency, ask: Ask) -> Iterator[Hit]:
        catalogue = scene.catalogue
        if not ask.combined or not ask.decidable or not dependency.specifier:
            return
        admitted = catalogue.admitted(dependency.name, ask.combined)
        meant = [release for release in admitted if release.status in self.status]
        if meant and (self.when == "any" or len(meant) == len(admitted)):
            doubt = self._doubt(catalogue) if is_arm_install(scene, install, dependency) else ""
            yield Hit(
                span=dependency.span,
                environment=install.environment.id,
                evidence=read_evidence(dependency, ask, install),
                values={
                    **self._values(
                        catalogue,
                        describe(dependency),
                        f"{catalogue.product(self.product).title} {meant[-1].version}",
                        meant[-1],
                    ),
                    "doubt": doubt,
                },
                proposal=None if doubt else self._repin(catalogue, install, dependency, meant[-1]),
            )

    # An avoided release has one right answer; one that is merely not recommended may be meant.

    def _retag(self, catalogue: Catalogue, image: BaseImage, found: Recognized, release: Release) -> Proposal | None:
        return retag(catalogue, image, found, self.product) if release.status == _AVOIDED else None

    def _repin(
        self, catalogue: Catalogue, install: Install, dependency: Dependency, release: Release
    ) -> Proposal | None:
        command = command_of(install.step)
        return repin(catalogue, dependency, self.product, within=command) if release.status == _AVOIDED else None

    def _locked(self, scene: Scene) -> Iterator[Hit]:
        """One hit for each lock and release, however many packages a release is made of."""
        for release, entries in read_locked_releases(scene, self.product):
            if release.status in self.status:
                title = scene.catalogue.product(self.product).title
                yield Hit(
                    span=entries[0].span,
                    evidence=tuple(Note(span=entry.span, message="recorded with it") for entry in entries[1:4]),
                    values=self._values(scene.catalogue, describe(entries[0]), f"{title} {release.version}", release),
                )

    def _doubt(self, catalogue: Catalogue) -> str:
        """Why on ARM the recommended releases are none to take; empty where one is."""
        product = catalogue.product(self.product)
        range_ = product.on_arm or ""
        if any(admits(range_, entry.version) for entry in catalogue.recommended(self.product)):
            return ""
        return f"; on ARM there is no {product.title} but {range_}: none that the guide recommends runs here"

    def _values(self, catalogue: Catalogue, found: str, name: str, release: Release) -> dict[str, str]:
        return {
            "found": found,
            "admits": "admits",
            "doubt": "",
            "release": name,
            "status": _STATUS_WORDS[release.status],
            "instead": ", ".join(entry.version for entry in catalogue.recommended(self.product)),
        }


_STATUS_WORDS = {
    "recommended": "recommends",
    "legacy": "lists as legacy",
    "avoided": "avoids",
    "future": "lists as future, not ready",
    "unlisted": "does not know",
}


def _name_image(catalogue: Catalogue, found: Recognized) -> str:
    """``Isaac Sim 5.1.0``, or ``Isaac Lab 2.3.0, which is built on Isaac Sim 5.1.0``."""
    release = found.release or ""
    outer = f"{found.product.title} {release}"
    inner = catalogue.inside(found.product.name, release)
    if inner.product == found.product.name:
        return outer
    inside = catalogue.product(inner.product).title
    return f"{outer}, which is built on {inside} {inner.version or '(which one is not known)'}"


class ReleaseOpen(Struct, frozen=True, kw_only=True):
    """Whether the version of a product is left open: no tag, a tag that is no version, no specifier."""

    kind: ClassVar[str] = "release-open"
    words: ClassVar[tuple[str, ...]] = ("found", "product")
    product: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such image and requirement."""
        for use in scene.images:
            found = recognize(scene.catalogue, use.image)
            if found is not None and found.open and self.product in (found.product.name, found.product.brings):
                yield Hit(
                    span=found.span,
                    environment=use.environment,
                    evidence=read_image_evidence(use.image, found),
                    values=self._values(scene.catalogue, use.image.value.text),
                )
        for install in scene.installs:
            asks = read_product_asks(scene.catalogue, self.product, install)
            # One package of the family that is pinned pins the others, which require each other exactly.
            if not any(ask.combined for _, ask in asks):
                for dependency, ask in asks:
                    if ask.decidable:
                        yield Hit(
                            span=dependency.span,
                            environment=install.environment.id,
                            evidence=read_evidence(dependency, ask, install),
                            values=self._values(scene.catalogue, describe(dependency)),
                        )

    def _values(self, catalogue: Catalogue, found: str) -> dict[str, str]:
        return {"found": found, "product": catalogue.product(self.product).title}


def read_image_evidence(image: BaseImage, found: Recognized) -> tuple[Note, ...]:
    """The reference that uses a version which is written elsewhere, and the references in between."""
    if found.span == image.written:
        return ()
    use = Note(span=image.written, message=f"makes the {image.role} reference {image.value.text}")
    passed = dict.fromkeys(span for piece in image.value.pieces if _holds(found.span, piece.span) for span in piece.via)
    between = [span for span in passed if not _holds(image.written, span) and not _holds(found.span, span)]
    return (use, *(Note(span=span, message="hands the value on") for span in between))


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end
