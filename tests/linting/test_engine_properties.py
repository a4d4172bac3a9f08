"""What holds for every repository: one finding a place, sorted, inside its file, and suppressible."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from small_tree import OF_WHAT_IS_ASKED, lint_tree

if TYPE_CHECKING:
    from dmlint.linting.engine import Report

REQUIREMENTS = (
    *("numpy", "numpy>=1.26", "numpy<2", "numpy<3", "numpy>=2", "numpy==1.26.4", "numpy!=2.0.*", "numpy<1,>1"),
    *("isaacsim", "isaacsim>=5", "isaacsim==6.*", "isaaclab[isaacsim]==2.3.0", "torch", "numpy @ file:///x"),
    *("numpy<2; python_version < '3.10'", "numpy; sys_platform == 'win32'", "numpy==", "numpy${X}", "numpy<${X}"),
)
LINES = st.sampled_from(
    (*REQUIREMENTS, "-c constraints.txt", "-r requirements.txt", "-r base", "-c gone", "-e .", "", "\\", "# dmlint:")
)
IMAGES = st.sampled_from(
    ["ubuntu", "isaac-sim:5.0.0", "isaac-sim:5.1.0", "isaac-sim:${TAG}", "isaac-lab", "isaac-sim:6.0.1", "a", "${X}"]
)
INSTRUCTIONS = st.one_of(
    IMAGES.map("FROM {}".format),
    IMAGES.map("FROM {} AS a".format),
    IMAGES.map("COPY --from={} /a /b".format),
    st.sampled_from(
        [
            *("ARG TAG=5.1.0", "ARG TAG", "ARG X=>=2", "COPY . /", "WORKDIR /", "ENV PIP_CONSTRAINT=/constraints.txt"),
            *("RUN pip install -r requirements.txt", "RUN pip install -r /base -c constraints.txt", "RUN if", "NOPE"),
            *("RUN echo 'numpy<2' > /constraints.txt", "RUN pip install numpy>=2", "RUN pip install numpy<2 \\"),
            *(
                "RUN <<EOF",
                "EOF",
                "# dmlint: ignore[DM101] x",
                "SHELL [",
                "RUN /isaac-sim/python.sh -m pip install numpy",
            ),
        ]
    ),
    st.lists(st.sampled_from(REQUIREMENTS), min_size=1, max_size=3).map(
        lambda words: "RUN pip install " + " ".join(f'"{word}"' for word in words)
    ),
)
TREES = st.fixed_dictionaries(
    {
        "Dockerfile": st.lists(INSTRUCTIONS, max_size=8).map("\n".join),
        "requirements.txt": st.lists(LINES, max_size=5).map("\n".join),
        "constraints.txt": st.lists(LINES, max_size=3).map("\n".join),
        "base": st.lists(LINES, max_size=3).map("\n".join),
    }
)
NUMPY_RULES = ("DM101", "DM102", "DM103", "DM104", "DM106")


def lint_once(files: dict[str, str], paths: list[str] | None = None) -> Report:
    with TemporaryDirectory() as folder:
        return lint_tree(Path(folder), files, paths=paths, settings=OF_WHAT_IS_ASKED)


@settings(max_examples=150, deadline=None)
@given(files=TREES)
def test_findings_are_in_order_in_their_files_and_told_once(files: dict[str, str]) -> None:
    found = lint_once(files).findings
    places = [(entry.span.source.path, entry.span.start, entry.rule, entry.span.end) for entry in found]
    assert places == sorted(set(places))
    assert all(0 <= entry.span.start <= entry.span.end <= len(entry.span.source.text) for entry in found)
    assert all(entry.message and "{" not in entry.help for entry in found)


@settings(max_examples=80, deadline=None)
@given(files=TREES)
def test_one_fault_is_one_finding(files: dict[str, str]) -> None:
    found = [entry for entry in lint_once(files).findings if entry.rule in NUMPY_RULES]
    redirected = [entry.span for entry in found if entry.rule == "DM106"]
    others = [entry.span for entry in found if entry.rule != "DM106"]
    assert not [
        (one, other)
        for one in redirected
        for other in others
        if one.source is other.source and one.start < other.end and other.start < one.end
    ]


@settings(max_examples=80, deadline=None)
@given(files=TREES)
def test_the_order_of_the_paths_changes_no_place(files: dict[str, str]) -> None:
    forward, backward = lint_once(files), lint_once(files, paths=sorted(files, reverse=True))
    assert [(entry.rule, entry.span.source.path, entry.span.start) for entry in forward.findings] == [
        (entry.rule, entry.span.source.path, entry.span.start) for entry in backward.findings
    ]
