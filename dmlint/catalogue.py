"""What rule packs know of the world: packages and their versions, products, their releases and the images they
come in.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.expressions import expression
from dmlint.records import dataclass
from dmlint.versions import admits, check_facts

if TYPE_CHECKING:
    from dmlint.model import BaseImage, Span
    from dmlint.signatures import Signature
    from dmlint.traced import Traced

STATUSES = ("recommended", "legacy", "avoided", "future", "unlisted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that rules speak of: its name for people, and the versions that exist, for naming a witness."""

    name: str
    title: str
    versions: tuple[str, ...] = ()
    first_on: str | None = None
    """The Pythons on which a version outside the guide's range exists at all, as PEP 440 text; None for all."""
    since: tuple[str, ...] = ()
    """From which version on it is for which Pythons, the oldest first: ``1.25.0 >=3.9``."""
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no version with its Pythons."""
        for entry in self.since:
            first, _, pythons = entry.partition(" ")
            check_facts([first], [pythons])

    def has_within(self, specifiers: str, python: str) -> bool:
        """Whether a version within a range can be installed on a Python (``3.8``); yes where no versions are known."""
        return not self.versions or any(
            admits(specifiers, version) and self._is_for(version, python) for version in self.versions
        )

    def _is_for(self, version: str, python: str) -> bool:
        lines = [entry.partition(" ") for entry in self.since]
        reached = [pythons for first, _, pythons in lines if admits(f">={first}", version)]
        return not reached or admits(reached[-1], python)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something that comes as an image or as packages and has releases.

    ``images`` are the last components of repository names that stand for it, ``derived`` patterns of those that
    are built on it. ``packages`` are patterns of package names; ``extra`` is the extra that they need to bring
    it (``isaaclab`` brings Isaac Sim only as ``isaaclab[isaacsim]``). ``brings`` is the product inside;
    ``interpreter`` the Python of its images.
    """

    name: str
    title: str
    images: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    not_images: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    extra: str | None = None
    brings: str | None = None
    interpreter: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of a product, or a line of them (``version = "2.3.*"``).

    ``status`` is the guide's word: recommended, legacy, avoided, future, or unlisted where the guide is silent.
    ``packages`` are the versions under which it is published; ``digests`` image digests known to be it; ``brings`` the
    release of the product inside. ``numpy`` and ``python`` are what it needs, as PEP 440 text.
    """

    product: str
    version: str
    status: str = "unlisted"
    packages: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    brings: str | None = None
    numpy: str | None = None
    python: str | None = None
    ships: tuple[str, ...] = ()
    """What its images hold, as requirements (``numpy==1.26.0``)."""
    sources: tuple[str, ...] = ()

    def covers(self, version: str) -> bool:
        """Whether a release number is this one, or of this line."""
        if self.version.endswith(".*"):
            return version.startswith(self.version[:-1])
        return version == self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """A package that needs another range of a watched package from some release on.

    From ``first`` on ``package`` requires ``needs`` (a requirement on the watched package, such as
    ``numpy>=2``); ``last`` is the last release that does not. ``pythons`` are the Pythons on which such a
    release exists, None for all. Where ``first`` is None it is ``through`` that forces: a requirement on
    another forcing package.
    """

    package: str
    first: str | None = None
    last: str | None = None
    needs: str | None = None
    pythons: str | None = None
    through: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What environments of a kind must have.

    ``packages`` and ``projects`` are the names by which such an environment is recognized: a package that is
    installed or cloned there, the project that a manifest describes. ``numpy_floor`` is a version; ``python``
    and ``uv`` are PEP 440 text, ``cuda`` is a release. ``without`` names a product that has no place there.
    """

    name: str
    title: str
    packages: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    numpy_floor: str | None = None
    python: str | None = None
    uv: str | None = None
    cuda: str | None = None
    without: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundImage:
    """Base images whose own pip is bound by a constraints file that they carry: what it holds is not known here.

    ``images`` are patterns of repositories, registry and all.
    """

    images: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageName:
    """A reference taken apart: ``repository`` without tag and digest, and its parts with their origins.

    ``known`` is False where a variable with no known value stands in the repository or the tag.
    """

    repository: str
    component: str
    tag: Traced | None
    digest: str | None
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized:
    """An image that is a product's: which release, as written in the tag, None where the tag tells none.

    ``open`` says that the version is left open: no tag and no digest, or a tag that is no version. ``span`` is
    the innermost literal that holds the version.
    """

    product: Product
    release: str | None
    open: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All tables of the rule packs in force."""

    packages: tuple[Package, ...] = ()
    products: tuple[Product, ...] = ()
    releases: tuple[Release, ...] = ()
    forces: tuple[Force, ...] = ()
    profiles: tuple[Profile, ...] = ()
    bound_images: tuple[BoundImage, ...] = ()
    signatures: tuple[Signature, ...] = ()

    def package(self, name: str) -> Package:
        """The entry of a package, or a bare one that knows no more than its name."""
        return next((entry for entry in self.packages if entry.name == name), Package(name=name, title=name))

    def product(self, name: str) -> Product:
        """The entry of a product; KeyError for one that no pack names."""
        found = next((entry for entry in self.products if entry.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def release(self, product: str, version: str) -> Release:
        """The entry of a release; exact ones win over lines, and one that no pack lists is ``unlisted``."""
        covering = [entry for entry in self.releases if entry.product == product and entry.covers(version)]
        covering.sort(key=lambda entry: (entry.version.endswith(".*"), -len(entry.version)))
        return covering[0] if covering else Release(product=product, version=version)

    def inside(self, product: str, version: str) -> Release:
        """The release that a release comes down to: Isaac Lab's is that of the Isaac Sim it is built on."""
        entry = self.release(product, version)
        brought = self.product(product).brings
        if brought is None:
            return entry
        return self.release(brought, entry.brings) if entry.brings else Release(product=brought, version="")

    def of_package(self, name: str) -> Product | None:
        """The product that a package belongs to."""
        return next((entry for entry in self.products if _fits_any(name, entry.packages)), None)


@lru_cache(maxsize=65536)
def _fits_any(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name fits one of some patterns; each is asked for several times a requirement."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


_RELEASE = expression(r"(\d{1,4})\.\d+\.\d+(?!\.?\d)")


def read_image(image: BaseImage) -> ImageName:
    """Take a reference apart at its last slash, ``@`` and ``:``, as the image specification's grammar has it."""
    # An unknown reference (`${TAG:?}`) may hold these characters itself, so its text is masked.
    masked = "".join(piece.text if piece.known else "\0" * len(piece.text) for piece in image.value.pieces)
    name, _, digest = masked.partition("@")
    slash = name.rfind("/")
    colon = name.find(":", slash + 1)
    end = len(name) if colon < 0 else colon
    text = image.value.text
    return ImageName(
        repository=text[:end],
        component=text[slash + 1 : end],
        tag=None if colon < 0 else image.value.slice(colon + 1, len(name)),
        digest=digest or None,
        known=not image.value.unresolved,
    )


def recognize(catalogue: Catalogue, image: BaseImage) -> Recognized | None:
    """The product that an image is of, by the last component of its repository, and its release by its tag."""
    name = read_image(image)
    component = name.component.lower()
    for product in catalogue.products:
        exact = component in product.images
        if not exact and not any(fnmatchcase(component, pattern) for pattern in product.derived):
            continue
        if any(pattern in name.repository.lower() for pattern in product.not_images):
            continue
        release = _release(catalogue, product, name)
        left_open = exact and name.known and release is None and _is_open(name) and not _is_context(image, name)
        return Recognized(product=product, release=release, open=left_open, span=_version_span(image, name))
    return None


def _is_context(image: BaseImage, name: ImageName) -> bool:
    """Whether a name that is copied from may be a build context (``--build-context NAME=FOLDER``) and no image."""
    return image.role != "FROM" and name.repository == name.component and not (name.tag or name.digest)


def _release(catalogue: Catalogue, product: Product, name: ImageName) -> str | None:
    for entry in catalogue.releases:
        if name.digest and entry.product == product.name and name.digest in entry.digests:
            return entry.version
    tag = name.tag.text if name.tag else ""
    match = _RELEASE.match(tag)
    # Releases have numbers below 10 or years; 36.4.0 on a Jetson image is its Linux release.
    if match is None or 10 <= int(match[1]) < 2000:
        return None
    pre_release = re.match(r"-(beta\d+(?:[-.](?:post|patch)\d+)?|dev\d*)", tag[match.end() :])
    return match[0] + (pre_release[0] if pre_release else "")


def _is_open(name: ImageName) -> bool:
    if name.tag is None:
        return name.digest is None
    return name.digest is None and not name.tag.text[:1].isdigit()


def _version_span(image: BaseImage, name: ImageName) -> Span:
    """A variable's value alone where the version came through one, else the whole reference."""
    whole = image.value
    match = _RELEASE.match(name.tag.text) if name.tag else None
    candidates = [whole]
    if name.tag:
        candidates += [name.tag, name.tag.slice(0, match.end() if match else None)]
    for candidate in candidates:
        span = candidate.span
        if span is not None and candidate.via:
            return span
    pieces = name.tag.pieces[:1] if name.tag else whole.pieces[-1:]
    return next((piece.span for piece in pieces if piece.via), image.written)
