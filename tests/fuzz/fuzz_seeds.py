"""What fuzzing starts from: the fixtures, file by file for each format and tree by tree."""

from __future__ import annotations

import re
from pathlib import Path

from dmlint.parsers import FORMATS, Format, claim

FIXTURES = Path(__file__).parents[2] / "fixtures"
_GROUPS = ("across", "fixes", "rules")
_SIDECAR = ".expect"
_LONGEST = 8_000
_FILE = re.compile(r"^=== (.+)\n", re.MULTILINE)

EXAMPLES = {
    "Dockerfile": "Dockerfile",
    "pyproject.toml": "pyproject.toml",
    "requirements and constraints files": "requirements.txt",
    "compose files": "compose.yaml",
    "docker-bake files": "docker-bake.hcl",
    ".env files": ".env",
    "readings of `dmlint env`": "sim.dmlint-env",
    "shell scripts": "install.sh",
    "SLURM batch scripts": "train.sbatch",
    "uv.lock": "uv.lock",
    "poetry.lock": "poetry.lock",
    "pdm.lock": "pdm.lock",
    "pylock.toml": "pylock.toml",
    "Pipfile.lock": "Pipfile.lock",
    "pixi.lock": "pixi.lock",
    "conda-lock.yml": "conda-lock.yml",
    "requirements.lock": "requirements.lock",
    "Makefiles": "Makefile",
    "devcontainer.json": ".devcontainer/devcontainer.json",
    "Apptainer and Singularity definition files": "sim.def",
    "GitHub workflows": ".github/workflows/ci.yml",
    "GitLab pipelines": ".gitlab-ci.yml",
    "conda environment files": "environment.yml",
    "pixi.toml": "pixi.toml",
    "Pipfile": "Pipfile",
    "setup.cfg": "setup.cfg",
    "setup.py": "setup.py",
    "extension.toml of Omniverse": "extension.toml",
    "Python scripts with inline metadata": "tool.py",
}
"""A path of each format, by its name; the last formats, whose names are sentences, have those below, in order."""
LAST = ("k8s/pod.yaml", "sim_env.yml", "any.yml")


def paths() -> tuple[str, ...]:
    """A path for each format, in the order of the table."""
    return (*(EXAMPLES[entry.name] for entry in FORMATS[: -len(LAST)]), *LAST)


def read(path: Path) -> str:
    """The characters of a file, such that encoding them the same way gives its bytes."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def files_of(path: str) -> tuple[str, ...]:
    """The texts of all fixtures that have the format of a path."""
    wanted = claim(path)
    found = (file for file in sorted(FIXTURES.rglob("*")) if file.is_file() and not file.name.endswith(_SIDECAR))
    texts = (read(file) for file in found if wanted in (_claim(file, folder) for folder in _around(file)))
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= _LONGEST))


def _around(file: Path) -> list[Path]:
    """The folders of the fixtures that a file lies in: some names count at the root of a repository alone."""
    return [folder for folder in file.parents if folder.is_relative_to(FIXTURES)]


def _claim(file: Path, folder: Path) -> Format | None:
    return claim(file.relative_to(folder).as_posix())


def join_tree(files: dict[str, str]) -> str:
    """A tree as one text, each file under its path."""
    return "".join(f"=== {path}\n{text}\n" for path, text in files.items())


def split_tree(text: str, known: frozenset[str]) -> dict[str, str]:
    """The files of such a text; a path that is not known is no path, and what stands before the first belongs to none.

    Known paths alone: none of them leads out of a folder, and none is a folder of another.
    """
    files: dict[str, str] = {}
    parts = _FILE.split(text)
    path = ""
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        path = name if name in known else path
        files[path] = files.get(path, "") + body
    files.pop("", None)
    return files


def trees() -> tuple[str, ...]:
    """Every fixture that is a repository of its own, as one text."""
    return tuple(text for text in map(_tree, _folders()) if 0 < len(text) <= 2 * _LONGEST)


def tree_paths() -> frozenset[str]:
    """The paths of all files in all trees that are seeds, but for those that are folders of another tree."""
    names = {name for text in trees() for name in _FILE.findall(text)}
    folders = {parent.as_posix() for name in names for parent in Path(name).parents}
    return frozenset(names - folders)


def _folders() -> list[Path]:
    grouped = [*FIXTURES.glob("across/*"), *FIXTURES.glob("fixes/*/*"), *FIXTURES.glob("rules/*/*")]
    return sorted(path for path in (*FIXTURES.iterdir(), *grouped) if path.is_dir() and path.name not in _GROUPS)


def _tree(folder: Path) -> str:
    found = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.endswith(_SIDECAR))
    named = {file.relative_to(folder).as_posix(): file for file in found}
    return join_tree({name: read(file) for name, file in named.items() if not name.startswith("fixed/")})
