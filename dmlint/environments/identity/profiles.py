"""What an environment needs, by the Isaac Sim in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.product_releases import read_product_asks
from dmlint.requirements.versions import Fit, fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmlint.environments.model import Install
    from dmlint.rulepacks.catalogue import Catalogue, Release

ISAAC_SIM = "isaac-sim"
EVERYWHERE = "<2.0.0"
"""The guide's range, which holds wherever no profile says otherwise."""


def needs_of(release: Release | None, *, own: bool) -> Mapping[str, str | None]:
    """The range of NumPy, by package name, that a release needs in its own interpreter.

    In another interpreter beside an Isaac Sim that needs NumPy 2 nobody can tell which is right: the entry is None.
    """
    if release is None or release.numpy is None:
        return {}
    if own:
        return {"numpy": release.numpy}
    return {} if fit(release.numpy, EVERYWHERE) is Fit.WITHIN else {"numpy": None}


def release_asked_for(catalogue: Catalogue, installs: Sequence[Install]) -> Release | None:
    """The one release of Isaac Sim that an environment's own requirements allow, None if there is none or are
    several.
    """
    releases: dict[str, Release] = {}
    for install in installs:
        for dependency, ask in read_product_asks(catalogue, ISAAC_SIM, install):
            if ask.decidable and ask.combined:
                for release in catalogue.admitted(dependency.name, ask.combined):
                    releases[release.version] = release
    if len(releases) == 1:
        return next(iter(releases.values()))
    # Several releases with one and the same need are as good as one for it.
    needs = {release.numpy for release in releases.values()}
    return max(releases.values(), key=lambda release: release.version) if len(needs) == 1 else None
