"""What holds of fixing any tree: it ends, does no harm, leaves nothing to do, and its patch says the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fix_trees import apply, contents, facts, judge, mend
from hypothesis import given, settings
from hypothesis import strategies as st

from dmlint.discovery.repository import Repository

REQUIREMENTS = st.sampled_from(
    (
        *("numpy", "numpy>=1.26", "numpy >= 1.26", "numpy<3", "numpy<=2.0, >=1.25", "numpy==2.1.0", "numpy!=2.0.*"),
        *("numpy~=2.0", "numpy[x]", "numpy<2", "numpy>1.99", "NumPy>=1.26,<2.5,<3", "numpy>=2,<2", "numpy==1.26.*"),
        *(
            "isaacsim>=5",
            "isaacsim==5.1.0",
            "isaacsim[all]==5.1.*",
            "isaaclab[isaacsim]==2.3.0",
            "isaacsim-rl==5.1.0.0",
        ),
        *("opencv-python", "opencv-python>=4.5", "rerun-sdk", "torch", "gymnasium>=1", "pin", "gr00t"),
    )
)
MARKED = st.tuples(REQUIREMENTS, st.sampled_from(["", "; python_version>='3.10'", ' ; sys_platform == "linux"'])).map(
    "".join
)
PIP = st.sampled_from(
    [
        "pip install",
        "/isaac-sim/python.sh -m pip install",
        "uv pip install --system",
        "conda install -y",
        "/v/bin/pip install",
    ]
)
QUOTED = st.tuples(st.sampled_from(["{}", '"{}"', "'{}'"]), REQUIREMENTS).map(lambda pair: pair[0].format(pair[1]))
COMMANDS = st.tuples(PIP, st.lists(QUOTED, min_size=1, max_size=3)).map(lambda pair: f"{pair[0]} {' '.join(pair[1])}")
BARE = st.tuples(PIP, st.lists(REQUIREMENTS, min_size=1, max_size=2)).map(lambda pair: f"{pair[0]} {' '.join(pair[1])}")
LINES = st.one_of(
    COMMANDS.map("RUN {}".format),
    COMMANDS.map("RUN set -e; {} && echo done > log".format),
    COMMANDS.map("RUN apt-get update && \\\n    # a comment\n    {}".format),
    COMMANDS.map("RUN <<EOF\n{}\nEOF".format),
    BARE.map("RUN bash -c '{}'".format),
    BARE.map('RUN bash -c "{}"'.format),
    BARE.map("RUN if true; then {}; fi".format),
    REQUIREMENTS.map('RUN ["pip", "install", "{}"]'.format),
    REQUIREMENTS.map("ARG WHAT={}".format),
    QUOTED.map("ENV WHAT={}".format),
    st.sampled_from(
        [
            *(
                "RUN pip install $WHAT",
                'RUN pip install "${WHAT}"',
                "RUN pip install -r requirements.txt",
                "USER robot",
            ),
            *("ARG TAG=5.1.0", "FROM isaac-sim:5.1.0", "FROM nvcr.io/nvidia/isaac-sim:${TAG} AS b", "FROM b"),
            *("FROM nvcr.io/nvidia/isaac-lab:2.3.1-x", "FROM python:3.11", "COPY requirements.txt pyproject.toml ./"),
            *(
                "# dmlint: ignore[DM101] why",
                "# dmlint: ignore[DM201,DM106] why",
                "# dmlint: ignore-file[DM107] why",
                "",
            ),
            *("RUN pip install .", "ONBUILD RUN pip install numpy", "WORKDIR /w", "RUN pip uninstall -y numpy"),
        ]
    ),
)
PYPROJECT = st.tuples(
    st.lists(REQUIREMENTS, max_size=3), st.lists(MARKED, max_size=2), st.sampled_from([", ", ",\n    "])
).map(
    lambda parts: (
        f'[project]\nname = "gr00t"\nversion = "1"\ndependencies = [{parts[2].join(map(repr, parts[0]))}]\n'
        f"[dependency-groups]\ndev = [{parts[2].join(map(repr, parts[0]))}]\n"
    )
)
TREES = st.fixed_dictionaries(
    {
        "Dockerfile": st.lists(LINES, max_size=8).map(lambda lines: "\n".join(["FROM isaac-sim:5.0.0", *lines])),
        "docker/b c.dockerfile": st.lists(LINES, max_size=4).map("\n".join),
        "requirements.txt": st.lists(MARKED, max_size=4).map("\n".join),
        "pyproject.toml": PYPROJECT,
    }
)


def plant(files: dict[str, str], root: Path, end: str) -> Path:
    """Write a tree with the line ends that it should have."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.replace("\n", end).encode())
    return root


@pytest.mark.parametrize("unsafe", [pytest.param(False, id="safe"), pytest.param(True, id="unsafe")])
@settings(deadline=None, max_examples=25)
@given(files=TREES, end=st.sampled_from(["\n", "\r\n"]), last=st.sampled_from(["", "\n"]))
def test_fixing(unsafe: bool, files: dict[str, str], end: str, last: str) -> None:
    files = {path: text + last for path, text in files.items()}
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        made, patched = plant(files, Path(one), end), plant(files, Path(other), end)
        before, stated = judge(Repository(made)), facts(made)
        outcome, patch = mend(made, unsafe=unsafe)

        after = judge(Repository(made))
        assert len(after.findings) <= len(before.findings)
        assert [entry.message for entry in after.findings] == [entry.message for entry in outcome.report.findings]

        apply(patch, patched)
        assert contents(patched) == contents(made)
        assert mend(made, unsafe=unsafe)[0].changes == ()
        assert [path for path, there in facts(made).items() if stated[path] - there != Counter()] == []
        assert bool(outcome.changes) == (outcome.report.fixed > 0)
