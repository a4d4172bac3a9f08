"""Whether something is for ARM: by an image's platform or name, by the condition of a command, by a marker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.environments.identity.image_pythons import find_image
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.environments.model import Install, Scene
    from dmlint.facts import BaseImage, Dependency
    from dmlint.rulepacks.catalogue import Catalogue

_ARM = lazy_regex(r"aarch64|arm64|jetson|\bl4t\b|dgx[-_ ]?spark|\bigpu\b|\bsbsa\b", re.IGNORECASE)
_ROLE = "FROM"
_LEAD = 400
"""Characters before a command among which the condition is looked for under which it runs."""


def is_arm_image(catalogue: Catalogue, image: BaseImage) -> bool:
    """Whether an image is for ARM, by its name, by what the packs know of it, or by the platform that is asked for."""
    source, written = image.written.source, image.written
    before = source.text[source.text.rfind("\n", 0, written.start) + 1 : written.start]
    entry = find_image(catalogue, image)
    known = entry is not None and entry.processor == "aarch64"
    return known or _ARM().search(f"{before}{image.value.text}") is not None


def is_arm_install(scene: Scene, install: Install, dependency: Dependency) -> bool:
    """Whether a requirement is asked for on ARM: where it says so itself, under such a condition, on such an image."""
    step = install.step
    lead = step.span.source.text[max(step.span.start - _LEAD, 0) : step.span.start] if step is not None else ""
    path, _, rest = (install.environment.id or "").partition("#")
    on = [use.image for use in scene.images if use.image.role == _ROLE and use.image.written.source.path == path]
    stage = [image for image in on if rest.startswith(f"{image.stage}:")] or on
    return (
        _ARM().search(dependency.span.text) is not None
        or (install.conditional and _ARM().search(lead) is not None)
        or (bool(rest) and any(is_arm_image(scene.catalogue, image) for image in stage))
    )
