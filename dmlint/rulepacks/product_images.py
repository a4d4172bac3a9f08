"""Image references taken apart, and recognized as those of a product."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import BaseImage
    from dmlint.rulepacks.catalogue import Catalogue, Product
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_RELEASE = lazy_regex(r"(\d{1,4})\.\d+\.\d+(?!\.?\d)")


class ImageName(Struct, frozen=True, kw_only=True):
    """A reference taken apart: ``repository`` without tag and digest, and its parts with their origins.

    ``known`` is False where a variable with no known value stands in the repository or the tag.
    """

    repository: str
    component: str
    tag: Traced | None
    digest: str | None
    known: bool


class Recognized(Struct, frozen=True, kw_only=True):
    """An image that is a product's: which release, as written in the tag, None where the tag tells none.

    ``open`` says that the version is left open: no tag and no digest, or a tag that is no version. ``span`` is
    the innermost literal that holds the version.
    """

    product: Product
    release: str | None
    open: bool
    span: Span


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
    match = _RELEASE().match(tag)
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
    match = _RELEASE().match(name.tag.text) if name.tag else None
    candidates = [whole]
    if name.tag:
        candidates += [name.tag, name.tag.slice(0, match.end() if match else None)]
    for candidate in candidates:
        span = candidate.span
        if span is not None and candidate.via:
            return span
    pieces = name.tag.pieces[:1] if name.tag else whole.pieces[-1:]
    return next((piece.span for piece in pieces if piece.via), image.written)
