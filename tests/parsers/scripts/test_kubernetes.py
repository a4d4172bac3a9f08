"""Manifests of clusters: images, wherever they stand."""

from __future__ import annotations

import pytest
from other_formats import images, read

from dmlint.parsers import claim
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("image: a/isaac-sim:5.1.0", ["0 image a/isaac-sim:5.1.0 [a/isaac-sim:5.1.0]"], id="plain"),
        pytest.param("tasks: [{name: t, image: 'isaac:1'}]", ["t image isaac:1 [isaac:1]"], id="in a list"),
        pytest.param("image: isaac:1\n---\nimage: b", ["0 image isaac:1 [isaac:1]", "0 image b [b]"], id="documents"),
        pytest.param("a: &a {image: isaac:1}\nb: *a", ["0 image isaac:1 [isaac:1]"], id="alias"),
        pytest.param("image: {repository: isaac, tag: 5.1}", ["0 image isaac:5.1 [5.1]"], id="chart"),
        pytest.param("image: {registry: n, repository: isaac}", ["0 image n/isaac [isaac]"], id="chart with registry"),
        pytest.param("images: [{name: isaac, newTag: 5.1}, {name: x}]", ["0 image isaac:5.1 [5.1]"], id="kustomize"),
        pytest.param("image: 'isaac:{{v}}'", ["0 image isaac:{{v}}? [isaac:{{v}}]"], id="reference"),
        pytest.param("image: 'isaac:{{v'", ["0 image isaac:{{v? [isaac:{{v]"], id="reference without end"),
        pytest.param("image: {x: isaac}\nimages: isaac", [], id="other shapes"),
        pytest.param("image: a:1", [], id="no word of Isaac"),
        pytest.param("# isaac", [], id="empty"),
        pytest.param("isaac: {{ x }}\n  {{- end }}", [], id="template"),
    ],
)
def test_images(text: str, expected: list[str]) -> None:
    document = read("deploy/x.yaml", text)
    assert images("deploy/x.yaml", text) == expected
    assert document.problems == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("isaac: [", [ProblemKind.UNREADABLE], id="malformed"),
        pytest.param("other: [", [], id="not looked into"),
    ],
)
def test_malformed(text: str, kinds: list[ProblemKind]) -> None:
    assert [problem.kind for problem in read("k8s/x.yml", text).problems] == kinds


def test_comments() -> None:
    (comment,) = read("osmo/x.yml", "image: isaac # dmlint: ignore[DM203] x").comments
    assert comment.text == "# dmlint: ignore[DM203] x"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("a.sh", "shell scripts", id="script"),
        pytest.param("a/Makefile", "Makefiles", id="makefile"),
        pytest.param("rules.mk", "Makefiles", id="included makefile"),
        pytest.param(".github/workflows/ci.yaml", "GitHub workflows", id="workflow"),
        pytest.param(".devcontainer.json", "devcontainer.json", id="devcontainer"),
        pytest.param(".devcontainer/gpu/devcontainer.json", "devcontainer.json", id="one of several devcontainers"),
        pytest.param("hpc/sim.def", "Apptainer and Singularity definition files", id="definition"),
    ],
)
def test_claims(path: str, name: str) -> None:
    claimed = claim(path)
    assert claimed is not None
    assert claimed.name == name


@pytest.mark.parametrize("path", ["config/x.yml.in", "deploy/x.json", "a.sh.bak", "Makefile.md", "devcontainer.json"])
def test_leaves(path: str) -> None:
    assert claim(path) is None


def test_a_file_with_a_name_of_its_own_is_no_manifest() -> None:
    names = [claim(path) for path in ("deploy/environment.yml", "deploy/compose.yaml")]
    assert ["Kubernetes" in (entry.name if entry else "Kubernetes") for entry in names] == [False, False]


ISAAC = "image: nvcr.io/nvidia/isaac-sim:5.1.0"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "charts/x.yaml", f"{{{{- if x }}}}\na:\n  - {ISAAC} # c\n{{{{ end }}}}\n", ["5.1.0"], id="template"
        ),
        pytest.param("charts/x.yaml", f"{{{{ x }}}}\n{ISAAC}-{{{{ y }}}}\n", [], id="a template in the reference"),
        pytest.param("workflows/x.yaml", f"main:\n  steps:\n  - {ISAAC}\n", [], id="a workflow of another service"),
        pytest.param("deploy/x.yaml", f"main:\n  steps:\n  - {ISAAC}\n", [], id="the same in another folder"),
        pytest.param("workflows/x.yaml", f"jobs:\n  a:\n    {ISAAC}\n", [], id="a pipeline"),
        pytest.param("workflows/x.yaml", f"workflow:\n  a:\n    {ISAAC}\n", ["5.1.0"], id="of OSMO"),
        pytest.param("workflows/x.yaml", f"apiVersion: a\nspec:\n  {ISAAC}\n", ["5.1.0"], id="of Argo"),
    ],
)
def test_other_yaml_in_folders_of_manifests(path: str, text: str, expected: list[str]) -> None:
    claimed = claim(path)
    assert claimed is not None
    document = claimed.parse(Source(path=path, text=text))
    assert [image.value.text.rpartition(":")[2] for image in document.images] == expected
    assert document.problems == ()


def test_comments_of_a_template_are_kept() -> None:
    source = Source(path="charts/x.yaml", text="{{ if x }}\n# isaac\na: b # dmlint: ignore[DM201] c  \n{{ end }}\n")
    claimed = claim(source.path)
    assert claimed is not None
    assert [span.text for span in claimed.parse(source).comments] == ["# dmlint: ignore[DM201] c"]


def test_an_environment_of_conda_among_manifests() -> None:
    source = Source(path="deploy/x.yaml", text="channels: [a]\ndependencies:\n- numpy=2\n")
    claimed = claim(source.path)
    assert claimed is not None
    assert [one.name for one in claimed.parse(source).dependencies] == ["numpy"]
