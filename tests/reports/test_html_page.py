"""The page as text: what it says and where it leads. Whether a browser shows it is asked in ``tests/browser``."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.linting.engine import Report, judge, report
from dmlint.linting.observation import Case
from dmlint.reports import REPORTERS
from dmlint.reports.page.about import read_about
from dmlint.reports.page.image_graph import ImageEdge, ImageGraph, ImageNode
from dmlint.reports.view import View
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SIM = "FROM isaac-sim:5.0.0 AS sim\n"
PIP = "RUN /isaac-sim/python.sh -m pip install "


class Read(HTMLParser):
    """A page as a browser reads it: its tags with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += [data] * (self.tags[-1:] != [("style", {})])

    @property
    def text(self) -> str:
        """All text, with one space for any white space."""
        return " ".join("".join(self.words).split())

    def values(self, name: str) -> list[str]:
        """What attributes of a name hold."""
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


def page(root: Path, files: Mapping[str, str], *, pattern: str | None = None, docs: str | None = None) -> str:
    """The page of a tree."""
    write_tree(root, files)
    case = Case(files=tuple(sorted(files)), settings=Settings(), pack=SHIPPED)
    found = report(judge(Repository(root), case), case.files, SHIPPED)
    view = View(root=root, cwd=root, environment_pattern=pattern, docs=docs)
    return "\n".join(REPORTERS["html"](found, view))


BROKEN = {
    "docker/Dockerfile": f"ARG T=5.1.0\nFROM isaac-sim:${{T}} AS sim\n{PIP}'numpy<2'\n{PIP}-r /requirements.txt\n",
    "docker/requirements.txt": "numpy>=1.26\n",
    "pyproject.toml": '[project]\nname="x"\ndependencies=[\n  "scipy",\n  "numpy",\n]\n'
    '[project.optional-dependencies]\nsim=["isaacsim[all]>=5.0"]\n',
}


def test_the_policy_forbids_all_but_the_page_s_own_style(tmp_path: Path) -> None:
    text = page(tmp_path, BROKEN)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert wanted in Read(text).values("content")


def test_every_link_is_of_the_page_and_leads_somewhere(tmp_path: Path) -> None:
    read = Read(page(tmp_path, BROKEN))
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in read.values("href")} <= set(ids)


def test_what_breaks_an_environment_is_said_with_what_to_write(tmp_path: Path) -> None:
    text = Read(page(tmp_path, BROKEN)).text
    for part in (
        "4 environments broken",
        "this is Isaac Sim 5.1.0; the team's guide avoids it",
        "What to do: use Isaac Sim 5.0.0",
        "- ARG T=5.1.0+ ARG T=5.0.0",
        "NumPy leaves what this environment needs at pyproject.toml:5.",
        "It breaks pyproject.toml[project], pyproject.toml[sim].",
        "written by dmlint --fix --unsafe-fixes",
    ):
        assert part in text


def test_nothing_to_show_is_a_page_too(tmp_path: Path) -> None:
    assert "There is no environment here." in Read(page(tmp_path, {"Dockerfile": "FROM u\n"})).text
    assert (
        "There is no environment here."
        in Read("\n".join(REPORTERS["html"](Report(findings=(), files=0), View(root=tmp_path, cwd=tmp_path)))).text
    )


def test_what_cannot_be_judged_says_why(tmp_path: Path) -> None:
    text = Read(page(tmp_path, {"Dockerfile": f"{SIM}ARG V\n{PIP}numpy==$V\n"})).text
    assert "It cannot be judged: which NumPy this asks for cannot be told." in text
    assert "1 environment could not be judged" in text


def test_only_the_chosen_environments_are_shown(tmp_path: Path) -> None:
    read = Read(page(tmp_path, BROKEN, pattern="*[sim]"))
    assert [link for link in read.values("href") if link.startswith("#e")] == ["#environments", "#e0"]


def test_a_long_file_is_shown_around_what_is_told(tmp_path: Path) -> None:
    lines = "".join(f"RUN echo {number}\n" for number in range(1, 400))
    text = Read(page(tmp_path, {"Dockerfile": f"{SIM}{lines}{PIP}numpy\n# the end\n{lines}"})).text
    assert "389 lines left out" in text
    assert "RUN echo 394" not in text
    assert "RUN echo 395" in text
    between = "RUN echo\n" * 11
    assert "1 line left out" in Read(page(tmp_path, {"Dockerfile": f"{SIM}{between}{PIP}numpy\n{lines}"})).text


def test_a_rule_s_page_is_linked_and_hidden_characters_are_shown(tmp_path: Path) -> None:
    read = Read(page(tmp_path, {"requirements.txt": "numpy # \u202e\x07\n"}, docs="https://example.org/rules"))
    assert "https://example.org/rules/DM101.md" in read.values("href")
    assert "\\u202e\\x07" in read.text


def test_images_are_joined_by_what_is_built_of_them(tmp_path: Path) -> None:
    files = {
        "lab/Dockerfile": f"FROM python:3.11 AS tools\nFROM isaac-sim:5.0.0 AS lab\nCOPY --from=tools /a /b\n"
        f"COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /\n{PIP}'numpy<2'\nFROM lab\n",
        "ros/Dockerfile": f"FROM team/lab\n{PIP}'numpy<2'\n",
        "other/Dockerfile": "FROM ubuntu\n",
        "compose.yml": "services: {lab: {build: {context: lab, target: lab}, image: team/lab}, ros: {build: ros}, "
        "other: {build: other}}\n",
    }
    text = Read(page(tmp_path, files)).text
    for part in (
        "stage lab is FROM image isaac-sim:5.0.0",
        "stage lab copies from stage tools",
        "stage lab copies from image ghcr.io/astral-sh/uv:0.9",
        "stage Dockerfile is FROM stage lab",
        "service lab builds stage lab",
        "stage Dockerfile is FROM service lab",
        "service ros builds stage Dockerfile",
    ):
        assert part in text


def test_a_circle_of_images_has_layers_all_the_same() -> None:
    place = Source(path="Dockerfile", text="").span(0, 0)
    nodes = {key: ImageNode(key=key, kind="stage", label=key, place=place) for key in "abc"}
    graph = ImageGraph(nodes=nodes, edges=dict.fromkeys(map(ImageEdge, "ab", "ba", "FF")))
    assert sorted(key for layer in graph.layers() for key in layer) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("epoch", "date"),
    [pytest.param("0", r"1970-01-01 00:00 UTC", id="told"), pytest.param("soon", r"20\d\d-.*", id="now")],
)
def test_the_date_is_that_of_now_or_the_one_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str, date: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    found = read_about(View(root=tmp_path, cwd=tmp_path), None)
    assert re.fullmatch(date, found.date)
    assert (found.commit, found.repository) == ("", tmp_path.name)
