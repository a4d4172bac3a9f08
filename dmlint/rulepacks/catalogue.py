"""What rule packs know of the world: packages and versions, products and releases, and error messages."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.requirements.versions import Fit, admits, check_facts, contains, fit, intersect, read_specifiers
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable


_ESCAPES = lazy_regex(r"\x1b\[[0-9;]*[A-Za-z]")
_WORDS = lazy_regex(r"[^\W\d]+|\d+|[<>=!~]+|\*")
_GAP = "*"
_LONGEST_GAP = 24
"""How many words a gap stands for at most: enough for a list of bounds, too few to join two unrelated lines."""
_SHORTEST_FRAGMENT = 10
"""How many characters of a message somebody must give to mean it."""


class Signature(Struct, frozen=True, kw_only=True):
    """How a fault shows at run time.

    ``texts`` are its messages, in which ``*`` stands for what differs from one time to the next. ``rules`` are the
    ids of the rules that find where it comes from, the likeliest first.
    """

    texts: tuple[str, ...]
    cause: str
    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()


def recognize(message: str, signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    """The signatures that a message, or a whole log, shows: those first of which it says most.

    Letter case, white space, line breaks, quotes and terminal colors make no difference. A part of a text is enough
    where the message is nothing else.
    """
    words = _split(message)
    line = " ".join(("", *words, ""))
    weighed = [(max(_weigh(words, line, _split(text)) for text in entry.texts), entry) for entry in signatures]
    return tuple(entry for weight, entry in sorted(weighed, key=lambda pair: -pair[0]) if weight)


def _split(text: str) -> list[str]:
    return _WORDS().findall(_ESCAPES().sub("", text).casefold())


def _weigh(words: list[str], line: str, text: list[str]) -> int:
    """How many characters of a message tell that it is a text; 0 where it is not."""
    whole = _size(text)
    if _pattern(_without_class(text)).search(line):
        return whole
    # What is longer than a message with its gaps filled in is no part of it.
    if len(line) > 4 * whole:
        return 0
    starts = [start for start in range(len(text)) if text[start] in words[:1]]
    shared = max((_share(words, text[start:]) or 0 for start in starts), default=0)
    return shared if shared >= _SHORTEST_FRAGMENT else 0


def _without_class(text: list[str]) -> list[str]:
    """A text without the class of its exception: a warning or a log that passes it on names another, or none."""
    return text[1:] if text[0].endswith("error") else text


def _size(words: list[str]) -> int:
    return sum(len(word) for word in words if word != _GAP)


def _pattern(text: list[str]) -> re.Pattern[str]:
    """What finds a text among words that stand between single spaces."""
    gap = rf"(?:\S+ ){{0,{_LONGEST_GAP}}}?"
    return re.compile(" " + "".join(gap if word == _GAP else f"{re.escape(word)} " for word in text))


def _share(words: list[str], text: list[str]) -> int | None:
    """How many characters of these words stand in a text that begins with them; None where it does not. A gap in it is
    a number or a name here.
    """
    shared = 0
    while words and text and words[0] == text[0]:
        shared += len(words[0])
        words, text = words[1:], text[1:]
    if not words:
        return shared
    if not text or text[0] != _GAP:
        return None
    rests = [rest for taken in range(4) if (rest := _share(words[taken:], text[1:])) is not None]
    return shared + max(rests) if rests else None


_WILD = lazy_regex(r"\[[^\]]*\]|\*")
STATUSES = ("recommended", "legacy", "avoided", "future", "unlisted")


class Package(Struct, frozen=True, kw_only=True):
    """A package that rules speak of: its name for people, and the versions that exist, for naming a witness."""

    name: str
    title: str
    versions: tuple[str, ...] = ()
    first_on: str | None = None
    """The Pythons on which a version outside the guide's range exists at all, as PEP 440 text; None for all."""
    since: tuple[str, ...] = ()
    """From which version on it is for which Pythons, the oldest first: ``1.25.0 >=3.9,<3.12``."""
    older: tuple[str, ...] = ()
    """Releases of other packages that need an older version, the narrowest first: ``numba <0.57 <1.24``."""
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no version with its Pythons."""
        for entry in self.since:
            first, _, pythons = entry.partition(" ")
            check_facts([first], [pythons])
        for entry in self.older:
            _, *ranges = entry.split(" ")
            check_facts([], ranges)

    def has_within(self, specifiers: str, python: str) -> bool:
        """Whether a version within a range can be installed on a Python (``3.8``); yes where no versions are known."""
        return not self.versions or any(
            admits(specifiers, version) and self._is_for(version, python) for version in self.versions
        )

    def ceiling(self, others: Iterable[tuple[str, str]]) -> str:
        """What is left of the versions, as PEP 440 text, beside other packages, each with its specifier."""
        asked = dict(others)
        needed: dict[str, str] = {}
        for entry in self.older:
            name, releases, bound = entry.split(" ")
            if asked.get(name) and fit(asked[name], releases) is Fit.WITHIN:
                needed.setdefault(name, bound)
        return intersect(needed.values())

    def _is_for(self, version: str, python: str) -> bool:
        lines = [entry.partition(" ") for entry in self.since]
        reached = [pythons for first, _, pythons in lines if admits(f">={first}", version)]
        return not reached or admits(reached[-1], python)


class Product(Struct, frozen=True, kw_only=True):
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
    on_arm: str | None = None
    """The releases that there are for ARM, as PEP 440 text; None for all."""
    sources: tuple[str, ...] = ()


class Release(Struct, frozen=True, kw_only=True):
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


class Force(Struct, frozen=True, kw_only=True):
    """A package that needs another range of a watched package from some release on.

    ``package`` is a name, or one with an extra (``gymnasium[other]``). From ``first`` on it requires ``needs`` (a
    requirement on the watched package, such as ``numpy>=2``), itself or because it then brings ``by``; ``last`` is the
    last release that does not. ``pythons`` are the Pythons on which such a release exists, None for all. Where
    ``first`` is None it is ``through`` that forces, a requirement on another forcing package; without one of both the
    package merely needs the watched one, within ``needs``.
    """

    package: str
    first: str | None = None
    last: str | None = None
    needs: str | None = None
    by: str | None = None
    pythons: str | None = None
    through: str | None = None
    sources: tuple[str, ...] = ()


class Cap(Struct, frozen=True, kw_only=True):
    """A package that itself keeps a watched one within the guide's range in some of its releases.

    These start with ``first`` (None: with the oldest) and go up to ``last``, before ``end`` (None: there is none after
    it). ``needs`` is what they all require, such as ``numpy<2``.
    """

    package: str
    needs: str
    last: str
    first: str | None = None
    end: str | None = None
    sources: tuple[str, ...] = ()

    def holds(self, specifiers: str) -> bool:
        """Whether the newest release that a range admits is one of them, as far as is known."""
        bounds = ((">=", self.first), ("<", self.end))
        if contains(",".join(f"{operator}{version}" for operator, version in bounds if version), specifiers):
            return True
        later = self.end and fit(intersect([specifiers, f">={self.end}"]), "") is not Fit.UNSATISFIABLE
        return admits(specifiers, self.last) and not later


class Profile(Struct, frozen=True, kw_only=True):
    """What environments of a kind must have.

    ``packages`` and ``projects`` are the names by which such an environment is recognized: a package that is installed
    or cloned there, the project that a manifest describes. ``numpy_floor`` is a version, ``cuda`` a release; ``python``
    and ``uv`` are PEP 440 text. Product ``without`` has no place there; an ``unrestricted`` one may have any NumPy.
    """

    name: str
    title: str
    unrestricted: bool = False
    packages: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    numpy_floor: str | None = None
    python: str | None = None
    uv: str | None = None
    cuda: str | None = None
    without: str | None = None
    sources: tuple[str, ...] = ()


class BoundImage(Struct, frozen=True, kw_only=True):
    """Base images whose own pip is bound by a constraints file that they carry: what it holds is not known here.

    ``images`` are patterns of repositories, registry and all.
    """

    images: tuple[str, ...]
    sources: tuple[str, ...] = ()


IMAGE_KINDS = ("system", "own", "conda")


class ImagePython(Struct, frozen=True, kw_only=True):
    """The Python that a bare ``pip`` means in base images.

    ``images`` are patterns of a repository's last component, or of its last ones where they hold a slash; ``tags`` are
    patterns of tags, each with a Python (``*ubuntu22.04* 3.10``), of which the first that fits counts. ``kind`` says
    whose it is: a distribution's own (``system``), that of an image made for one Python (``own``), or that of conda's
    base environment. ``processor`` is the only one that there are such images for, None for any.
    """

    images: tuple[str, ...]
    tags: tuple[str, ...] = ()
    kind: str = "system"
    processor: str | None = None
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a kind that is none, and a tag without a Python."""
        if self.kind not in IMAGE_KINDS:
            raise ValueError(f"kind is one of {', '.join(IMAGE_KINDS)}, not '{self.kind}'")
        for entry in self.tags:
            check_facts([entry.partition(" ")[2]])

    def stands_for(self, repository: str) -> bool:
        """Whether a repository is one of these images."""
        component = repository.rpartition("/")[2]
        return any(
            fnmatchcase(f"/{repository}", f"*/{pattern}") if "/" in pattern else fnmatchcase(component, pattern)
            for pattern in self.images
        )

    def read_tag(self, tag: str) -> tuple[str, str] | None:
        """The Python of a tag, and the part of the tag that says so; None for one that is not known."""
        fitting = (entry.split(" ") for entry in self.tags if fnmatchcase(tag, entry.partition(" ")[0]))
        pattern, python = next(fitting, ("", ""))
        return (python, _WILD().sub("", pattern)) if python else None


class Catalogue(Struct, frozen=True, kw_only=True, dict=True):
    """All tables of the rule packs in force. (No slots: the product of a package is looked up once.)"""

    packages: tuple[Package, ...] = ()
    products: tuple[Product, ...] = ()
    releases: tuple[Release, ...] = ()
    forces: tuple[Force, ...] = ()
    caps: tuple[Cap, ...] = ()
    profiles: tuple[Profile, ...] = ()
    bound_images: tuple[BoundImage, ...] = ()
    image_pythons: tuple[ImagePython, ...] = ()
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
        if name not in self._owners:
            fitting = (entry for entry in self.products if _fits_any(name, entry.packages))
            self._owners[name] = next(fitting, None)
        return self._owners[name]

    @cached_property
    def forcing(self) -> dict[str, Force]:
        """The forcing table by package."""
        return {force.package: force for force in self.forces}

    @cached_property
    def capping(self) -> dict[str, Cap]:
        """The packages that keep a watched one within the guide's range, by name."""
        return {cap.package: cap for cap in self.caps}

    @cached_property
    def _owners(self) -> dict[str, Product | None]:
        """What was told of packages: each is asked for several times a requirement."""
        return {}

    def admitted(self, package: str, specifiers: str) -> list[Release]:
        """The releases that a range of a product's package admits, as those of the product inside; oldest first."""
        owner = self.of_package(package)
        if owner is None:
            return []
        listed = [entry for entry in self.releases if entry.product == owner.name]
        found = [
            self.inside(owner.name, entry.version)
            for entry in listed
            if any(admits(specifiers, version) for version in (entry.version, *entry.packages) if "*" not in version)
        ]
        return found or [self.inside(owner.name, version) for version in _pinned(specifiers)]

    def recommended(self, product: str) -> list[Release]:
        """The releases of a product that the guide recommends."""
        return [entry for entry in self.releases if entry.product == product and entry.status == "recommended"]


def _fits_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _pinned(specifiers: str) -> list[str]:
    """The release numbers ``N.N.N`` that exact pins name."""
    pins = [part.version for part in read_specifiers(specifiers) if part.operator == "=="]
    return [".".join(pin.removesuffix(".*").split(".")[:3]) for pin in pins[:1]]
