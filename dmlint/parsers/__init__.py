"""The one table of formats: which files are claimed, and what reads each.

Read first ``dockerfile``, ``requirements_txt`` and ``pyproject``; the other formats stand alone, on ``manifest``,
``interpolation`` and ``docker_command``.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.facts import Document
    from dmlint.text.problems import Problem


def _dockerfile(source: Source) -> Document:
    from dmlint.parsers import dockerfile

    return dockerfile.parse(source)


def _compose(source: Source) -> Document:
    from dmlint.parsers import compose

    return compose.parse(source)


def _dotenv(source: Source) -> Document:
    from dmlint.parsers import dotenv

    return dotenv.parse(source)


def _pyproject(source: Source) -> Document:
    from dmlint.parsers import pyproject

    return pyproject.parse(source)


def _requirements(source: Source) -> Document:
    from dmlint.parsers import requirements_txt

    return requirements_txt.parse(source)


def _script(source: Source) -> Document:
    from dmlint.parsers import scripts

    return scripts.parse(source)


def _by(module: str) -> Callable[[Source], Document]:
    """What a module of this package parses, imported with the first file of its."""

    def parse(source: Source) -> Document:
        document: Document = import_module(f"dmlint.parsers.{module}").parse(source)
        return document

    return parse


class Format(Struct, frozen=True, kw_only=True):
    """One kind of file: the pattern that its path (POSIX) matches in whole, and what parses it.

    ``markers`` are beginnings of lines without which a file of that name is not of this kind: it is read, and
    nothing is said of it.
    Parsers are imported when the first file of theirs is met: a run pays only for the formats that it reads.
    """

    name: str
    pattern: str
    parse: Callable[[Source], Document]
    markers: tuple[str, ...] = ()

    def takes(self, source: Source | Problem) -> bool:
        """Whether a file with such a name, as it was read, is of this kind."""
        if not self.markers or not isinstance(source, Source):
            return not self.markers
        return all(source.text.startswith(marker) or f"\n{marker}" in source.text for marker in self.markers)


FORMATS = (
    Format(
        name="Dockerfile",
        # What is written in another language, or makes a Dockerfile, is none.
        pattern=r"(.*/)?(?i:(?![^/]+\.(py|pyi|ipynb|go|[cm]?[jt]sx?|rs|rb|java|kt|c|cc|cpp|h|hpp|cs|php|pl|lua|sh|bash|ps1|bat"
        r"|md|rst|adoc|html?|css|svg|ya?ml|json|toml|ini|cfg|lock|log|diff|patch|j2|jinja2?|tmpl|tpl|template|erb|mustache|hbs"
        r"|bak|orig|swp)$)((Dockerfile|Containerfile)([._-][^/]*)?|[^/]+\.(dockerfile|containerfile)))",
        parse=_dockerfile,
    ),
    Format(name="pyproject.toml", pattern=r"(.*/)?pyproject\.toml", parse=_pyproject),
    Format(
        name="requirements and constraints files",
        pattern=r"(.*/)?(([^/]*[-_.])?(requirements|constraints)([-_.][^/]*)?\.(txt|in)|requirements/(.*/)?[^/]+\.(txt|in))",
        parse=_requirements,
    ),
    Format(name="compose files", pattern=r"(.*/)?(docker-)?compose([-_.][^/]*)?\.ya?ml", parse=_compose),
    Format(name="docker-bake files", pattern=r"(.*/)?docker-bake([-_.][^/]*)?\.(hcl|json)", parse=_by("bake")),
    Format(name=".env files", pattern=r"(.*/)?(\.env(\.[^/]+)?|[^/]+\.env)", parse=_dotenv),
    # What `dmlint env` sees is called by its interpreter: `env:/isaac-sim/python.sh`.
    Format(name="readings of `dmlint env`", pattern=r"env:.*|(.*/)?[^/]+\.dmlint-env", parse=_by("inventory")),
    Format(name="shell scripts", pattern=r"(.*/)?[^/]+\.(sh|bash)", parse=_script),
    Format(name="SLURM batch scripts", pattern=r"(.*/)?[^/]+\.(slurm|sbatch)", parse=_script),
    Format(name="uv.lock", pattern=r"(.*/)?uv\.lock", parse=_by("locks.toml_locks")),
    Format(name="poetry.lock", pattern=r"(.*/)?poetry\.lock", parse=_by("locks.toml_locks")),
    Format(name="pdm.lock", pattern=r"(.*/)?pdm\.lock", parse=_by("locks.toml_locks")),
    Format(name="pylock.toml", pattern=r"(.*/)?pylock(\.[^/]+)?\.toml", parse=_by("locks.toml_locks")),
    Format(name="Pipfile.lock", pattern=r"(.*/)?Pipfile\.lock", parse=_by("locks.pipfile_lock")),
    Format(name="pixi.lock", pattern=r"(.*/)?pixi\.lock", parse=_by("locks.yaml_locks")),
    Format(name="conda-lock.yml", pattern=r"(.*/)?([^/]*[-_.])?conda-lock\.ya?ml", parse=_by("locks.yaml_locks")),
    Format(
        name="requirements.lock",
        pattern=r"(.*/)?([^/]*[-_.])?requirements[^/]*\.lock",
        parse=_by("locks.requirements_lock"),
    ),
    Format(name="Makefiles", pattern=r"(.*/)?((GNU)?[Mm]akefile([._-][^/]*)?|[^/]+\.(mk|make))", parse=_by("makefile")),
    Format(
        name="devcontainer.json",
        pattern=r"(.*/)?(\.devcontainer/([^/]+/)?devcontainer|\.devcontainer)\.json",
        parse=_by("devcontainer"),
    ),
    Format(
        name="Apptainer and Singularity definition files",
        pattern=r"(.*/)?([^/]+\.def|Singularity([._-][^/]*)?)",
        parse=_by("apptainer"),
    ),
    Format(name="GitHub workflows", pattern=r"\.github/workflows/[^/]+\.ya?ml", parse=_by("workflow")),
    Format(
        name="GitLab pipelines",
        pattern=r"(.*/)?(\.gitlab-ci([-_.][^/]*)?|[^/]+\.gitlab-ci|\.gitlab/(.*/)?[^/]+)\.ya?ml",
        parse=_by("gitlab_pipeline"),
    ),
    Format(
        name="conda environment files",
        pattern=r"(.*/)?(environment|conda)([-_.][^/]*)?\.ya?ml",
        parse=_by("conda_environment"),
    ),
    Format(name="pixi.toml", pattern=r"(.*/)?pixi\.toml", parse=_by("pixi_toml")),
    Format(name="Pipfile", pattern=r"(.*/)?Pipfile", parse=_by("pipfile")),
    Format(name="setup.cfg", pattern=r"(.*/)?setup\.cfg", parse=_by("setup_cfg")),
    Format(name="setup.py", pattern=r"(.*/)?setup\.py", parse=_by("setup_py")),
    Format(name="extension.toml of Omniverse", pattern=r"(.*/)?extension\.toml", parse=_by("extension_toml")),
    Format(
        name="Python scripts with inline metadata",
        pattern=r"(.*/)?[^/]+\.py",
        parse=_by("inline_script"),
        markers=("# /// script",),
    ),
    # Any YAML in these folders: after all formats that go by a file's name.
    Format(
        name="Kubernetes and OSMO manifests, charts' values (YAML in folders like `k8s`, `deploy`, `charts`, `osmo`)",
        pattern=r"(?!(.*/)?\.github/)(.*/)?(k8s|kubernetes|kustomize|deploy|deployments?|manifests|helm|charts|osmo|workflows?)"
        r"/(.*/)?[^/]+\.ya?ml",
        parse=_by("kubernetes"),
    ),
    # Simulators call their settings env.yaml too.
    Format(
        name="conda environment files like `sim_env.yml`, where they hold `dependencies:`",
        pattern=r"(.*/)?[^/]*env(ironment)?\.ya?ml",
        parse=_by("conda_environment"),
        markers=("dependencies:",),
    ),
    Format(
        name="conda environment files of any name (YAML that holds `channels:` and `dependencies:`)",
        pattern=r"(.*/)?[^/]+\.ya?ml",
        parse=_by("conda_environment"),
        markers=("channels:", "dependencies:"),
    ),
)
UNCLAIMED = r"(?i:.*\.(md|dockerignore))"

_NONE = lazy_regex(UNCLAIMED, re.DOTALL)
_TABLE = tuple((lazy_regex(entry.pattern, re.DOTALL), entry) for entry in FORMATS)


def claim(path: str) -> Format | None:
    """The format that a path (POSIX, of any depth) belongs to by its name, or None."""
    if _NONE().fullmatch(path):
        return None
    return next((entry for pattern, entry in _TABLE if pattern().fullmatch(path)), None)
