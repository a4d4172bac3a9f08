"""Images of clusters, and GitLab's pipelines."""

from __future__ import annotations

import pytest
from other_formats import images, read, show


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("apptainer pull a.sif docker://x/y:1", ["0 apptainer pull x/y:1 [x/y:1]"], id="apptainer"),
        pytest.param("singularity exec docker://a docker://b", ["0 singularity exec a [a]"], id="the first alone"),
        pytest.param(
            "enroot import 'docker://$u@r.io#x/y:1'", ["0 enroot import r.io/x/y:1 [r.io#x/y:1]"], id="enroot"
        ),
        pytest.param("srun --container-image=r.io#x:1 a", ["0 srun --container-image r.io/x:1 [r.io#x:1]"], id="srun"),
        pytest.param("sbatch --container-image x:1 a", ["0 sbatch --container-image x:1 [x:1]"], id="sbatch"),
        pytest.param("srun --container-image", [], id="no value"),
        pytest.param("srun --container-image=", [], id="an empty value"),
        pytest.param("srun --container-image=/a/x.sqsh a", [], id="a file"),
        pytest.param("srun --container-mounts=/a a", [], id="another option"),
        pytest.param("T=1\nIMG=docker://x:$T\napptainer run $IMG", ["0 apptainer run x:1 [$IMG]"], id="by a variable"),
        pytest.param("#SBATCH -N 1 --container-image 'x:1'", ["0 #SBATCH --container-image x:1 [x:1]"], id="header"),
        pytest.param("#SBATCH --container-image=./x.sqsh", [], id="a file in a header"),
    ],
)
def test_images_of_clusters(line: str, expected: list[str]) -> None:
    assert images("a.sbatch", f"#!/bin/bash\n{line}\npip --version docker\n") == expected


PIPELINE = """\
image: {name: "python:${V}"}
variables:
  V: {value: "3.11", description: x}
  W:
before_script: [pip install a]
.base:
  script:
    - pip install b
    - - pip install c
  services: [{name: "db:1"}, ""]
job:
  extends: [.base, .none]
  after_script: !reference [.after]
.after: pip install d
other:
  extends: .base
  image: ""
  before_script: []
  script: [!reference [.none], {a: b}]
stages: [x]
text: x
"""


def test_a_pipeline() -> None:
    assert show(".gitlab-ci.yml", PIPELINE) == ["job:pip a", "job:pip b", "job:pip c", "job:pip d"]
    assert images("ci/x.gitlab-ci.yml", PIPELINE) == [
        "job image python:3.11 [python:${V}]", "job image db:1 [db:1]", "other image db:1 [db:1]",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "a: [", "- a\n"])
def test_no_pipeline(text: str) -> None:
    assert read(".gitlab-ci.yml", text).stages == ()


def test_a_pipeline_with_inputs_and_circles() -> None:
    jobs = "a: {extends: b, script: [pip install x]}\nb: {extends: a, script: !reference [b, script]}\n"
    text = f"spec: {{inputs: {{a: {{}}}}}}\n---\n{jobs}"
    assert show(".gitlab-ci.yml", text) == ["a:pip x"]
