"""The recommended release of a product in place of another: in an image's tag, in a package's specifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Proposal
from dmlint.fixes.bounds import propose, read_written, rewrite
from dmlint.rulepacks.product_images import read_image
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import BaseImage, Dependency
    from dmlint.rulepacks.catalogue import Catalogue, Product, Release
    from dmlint.rulepacks.product_images import Recognized
    from dmlint.text.source import Span

_EXACT = lazy_regex(r"(?P<before>(?:==[ \t]*|v)?)(?P<version>\d+(?:\.\d+)+[A-Za-z0-9.]*(?P<line>\.\*)?)")


def retag(catalogue: Catalogue, image: BaseImage, found: Recognized, product: str) -> Proposal | None:
    """Another release in an image's tag, where its literal is; None where the tag does not name the release, or the
    guide recommends none.

    A suffix, a digest or a name of one's own make it unsafe: whether there is such an image of the other release
    nobody can tell.
    """
    target, name = _target(catalogue, found.product, product), read_image(image)
    release = found.release or ""
    if target is None or name.tag is None or not release or not name.tag.text.startswith(release):
        return None
    start = len(name.repository) + 1
    whole = image.value.slice(start, start + len(release))
    safe = name.tag.text == release and name.digest is None and name.component.lower() in found.product.images
    if name.digest is not None:
        whole = image.value.slice(start)
    span = whole.span
    if span is None or span.text != whole.text:
        return None
    return Proposal(span=span, spellings=(_plain(target),), safe=safe)


def repin(catalogue: Catalogue, dependency: Dependency, product: str, *, within: Span | None) -> Proposal | None:
    """Another release in a requirement on a product's package; safe where one exact version is written."""
    owner = catalogue.of_package(dependency.name)
    target = _target(catalogue, owner, product) if owner is not None else None
    written = read_written(dependency)
    if target is None or written is None:
        return None
    exact = _EXACT().fullmatch(written.specifier)
    if exact is None:
        return rewrite(dependency, f"=={_line(target)}", within=within)
    version = _like(exact["version"], target)
    operator = dependency.specifier[: -len(exact["version"])]
    if operator != "==":
        return None
    return propose(dependency, written.put(f"{exact['before']}{version}"), f"=={version}", within=within)


def _target(catalogue: Catalogue, owner: Product, product: str) -> Release | None:
    """The release of ``owner`` that is, or brings, the one recommended release of ``product``."""
    recommended = catalogue.recommended(product)
    if len(recommended) != 1:
        return None
    if owner.name == product:
        return recommended[0]
    wanted = recommended[0].version
    bringing = [entry for entry in catalogue.releases if entry.product == owner.name and entry.brings == wanted]
    return bringing[-1] if bringing else None


def _plain(release: Release) -> str:
    """A release number, the first of a line: ``2.2.0`` for ``2.2.*``."""
    return release.version.replace(".*", ".0")


def _line(release: Release) -> str:
    return release.version if release.version.endswith(".*") else f"{release.version}.*"


def _like(version: str, release: Release) -> str:
    """A release in the manner of a version that is written: as a line, as its package's version, or as its number."""
    if version.endswith(".*"):
        return _line(release)
    return release.packages[-1] if release.packages and version.count(".") > 2 else _plain(release)
