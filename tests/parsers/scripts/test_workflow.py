"""GitHub workflows: containers, services, steps, expressions."""

from __future__ import annotations

import pytest
from other_formats import images, read, show

from dmlint.text.problems import ProblemKind

PATH = ".github/workflows/ci.yml"


def job(text: str) -> str:
    """A workflow of one job."""
    return "jobs:\n  j:\n" + "".join(f"    {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(job("container: a:1"), ["j container a:1 [a:1]"], id="string"),
        pytest.param(job("container:\n  image: 'a:1'"), ["j container a:1 [a:1]"], id="map"),
        pytest.param(job("container:\n  options: x"), [], id="no image"),
        pytest.param(job("services:\n  s: {image: a:1}\n  t: {}"), ["j services a:1 [a:1]"], id="services"),
        pytest.param(job("steps:\n  - uses: docker://a:1\n  - uses: b@v1"), ["j uses a:1 [a:1]"], id="uses"),
        pytest.param(
            "env: {T: '1'}\n" + job("container: a:${{ env.T }}"), ["j container a:1 [a:${{ env.T }}]"], id="env"
        ),
        pytest.param(
            job("container: a:${{ vars.T }}"), ["j container a:${{ vars.T }}? [a:${{ vars.T }}]"], id="unknown"
        ),
        pytest.param(
            "on: {workflow_call: {inputs: {t: {default: 1}, u: {type: string}}}}\n"
            + job("container: a:${{ inputs.t }}"),
            ["j container a:1 [a:${{ inputs.t }}]"],
            id="input",
        ),
        pytest.param(
            job("container: a:${{ inputs.t || '1' }}"), ["j container a:1 [a:${{ inputs.t || '1' }}]"], id="or else"
        ),
        pytest.param(
            job(
                "strategy:\n  matrix:\n    t: [1, 2]\n    exclude: [{t: 1}]\n    include: [{t: 3}]\n"
                "container: a:${{ matrix.t }}"
            ),
            [f"j container a:{n} [a:${{{{ matrix.t }}}}]" for n in (1, 2, 3)],
            id="matrix",
        ),
        pytest.param(
            job("container: a:${{ matrix.t }}"), ["j container a:${{ matrix.t }}? [a:${{ matrix.t }}]"], id="no matrix"
        ),
        pytest.param(job("container: a:${{ x"), ["j container a:${{ x [a:${{ x]"], id="no end"),
        pytest.param("", [], id="empty"),
        pytest.param("jobs: [a]\n", [], id="other shape"),
        pytest.param(job("steps: {run: pip install a}"), [], id="other shape inside"),
    ],
)
def test_images(text: str, expected: list[str]) -> None:
    assert images(PATH, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- run: pip install numpy", ["j:pip numpy"], id="plain"),
        pytest.param(
            "- run: |\n    cd x\n    pip install \\\n      numpy -r r.txt",
            ["j:pip numpy requirements=r.txt"],
            id="block",
        ),
        pytest.param("- run: pip install numpy\n  if: always()", ["?j:pip numpy"], id="if"),
        pytest.param("- run: pip install numpy\n  shell: bash -el {0}", ["j:pip numpy"], id="bash"),
        pytest.param("- run: pip install numpy\n  shell: python", [], id="python"),
        pytest.param("- run: pip install numpy\n  shell: '  '", [], id="blank shell"),
        pytest.param("- run: pip install $N ${{ env.N }}\n  env: {N: numpy}", ["j:pip numpy numpy"], id="env"),
        pytest.param("- run: pip install ${{ matrix.n }}", ["j:pip "], id="unknown"),
        pytest.param("- run: pip install ${{ 'numpy' }}", ["j:pip numpy"], id="literal"),
        pytest.param(
            "- run: pip install -r ${{ github.workspace }}/r.txt", ["j:pip requirements=./r.txt"], id="workspace"
        ),
        pytest.param("- name: nothing", [], id="no run"),
    ],
)
def test_installs(text: str, expected: list[str]) -> None:
    assert show(PATH, job("runs-on: ubuntu-latest\nsteps:\n" + text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("defaults: {run: {shell: pwsh}}\nsteps: [{run: pip install a}]", [], id="default shell"),
        pytest.param("runs-on: windows-2022\nsteps: [{run: pip install a}]", [], id="windows"),
        pytest.param("runs-on: windows-2022\nsteps: [{run: pip install a, shell: bash}]", ["j:pip a"], id="bash there"),
        pytest.param("runs-on: [self-hosted]\nsteps: [{run: pip install a}]", ["j:pip a"], id="own runner"),
    ],
)
def test_shells(text: str, expected: list[str]) -> None:
    assert show(PATH, job(text)) == expected


@pytest.mark.parametrize(
    ("folder", "cwd"),
    [
        pytest.param("working-directory: ./sub/", "sub", id="step"),
        pytest.param("working-directory: ${{ vars.X }}", None, id="unknown"),
        pytest.param("name: x", "jobs-own", id="default"),
    ],
)
def test_folders(folder: str, cwd: str | None) -> None:
    text = job(f"defaults: {{run: {{working-directory: jobs-own}}}}\nsteps:\n- run: pip install a\n  {folder}")
    assert [step.cwd for step in read(PATH, text).steps] == [cwd]


def test_the_container_is_the_stage_of_a_job() -> None:
    one = read(PATH, job("container: a:1\nsteps: [{run: pip install a}]"))
    several = read(
        PATH, job("strategy: {matrix: {t: [1, 2]}}\ncontainer: 'a:${{ matrix.t }}'\nsteps: [{run: pip install a}]")
    )
    assert [stage.image for stage in one.stages] == list(one.images)
    assert ([stage.image for stage in several.stages], len(several.images)) == ([None], 2)


def test_malformed() -> None:
    assert [problem.kind for problem in read(PATH, "a: [").problems] == [ProblemKind.UNREADABLE]


def test_comments() -> None:
    text = job("steps:\n  # dmlint: ignore[DM101] a\n- run: |\n    # dmlint: ignore[DM102] b\n    pip install a")
    assert [span.text[10:] for span in read(PATH, text).comments] == ["ignore[DM101] a", "ignore[DM102] b"]


def uses(inputs: str, action: str = "docker/build-push-action@v6") -> str:
    """A job that builds an image."""
    step = "".join(f"\n      {line}" for line in inputs.split("\n")) if inputs else ""
    return job(f"strategy: {{matrix: {{s: ['1', '2'], o: [a, b]}}}}\nsteps:\n  - uses: {action}\n    with:{step}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(uses(""), ["build-push-action: . Dockerfile None {} ()"], id="nothing-said"),
        pytest.param(
            uses("context: sim\ntarget: run"), ["build-push-action: sim sim/Dockerfile run {} ()"], id="context"
        ),
        pytest.param(
            uses("context: sim\nfile: docker/x"),
            ["build-push-action: sim docker/x None {} ()"],
            id="file-from-root",
        ),
        pytest.param(
            uses("context: '{{defaultContext}}:sim'\nfile: x"),
            ["build-push-action: sim sim/x None {} ()"],
            id="a-folder-of-the-repository",
        ),
        pytest.param(
            uses("context: '{{defaultContext}}'"), ["build-push-action: . Dockerfile None {} ()"], id="the-repository"
        ),
        pytest.param(
            uses("context: https://example.org/x.git"), ["build-push-action: None None None {} ()"], id="an-address"
        ),
        pytest.param(
            uses("context: ${{ vars.X }}\nfile: ${{ vars.X }}/x\ntarget: ${{ vars.X }}"),
            ["build-push-action: None None None {} ()"],
            id="unknown",
        ),
        pytest.param(
            uses("tags: |\n  a:1, b:1\n  c:${{ vars.X }}\nbuild-args: |\n  A=1, 2\n\n  B=${{ vars.X }}\n  C\n  D="),
            ["a:1: . Dockerfile None {'A': '1, 2', 'D': ''} ('B', 'C')"],
            id="lists",
        ),
        pytest.param(
            uses("build-args: A=${{ matrix.s }}"),
            [f"build-push-action: . Dockerfile None {{'A': '{value}'}} ()" for value in "12"],
            id="a-matrix",
        ),
        pytest.param(
            uses("build-args: A=${{ matrix.s }}\ntarget: ${{ matrix.o }}"),
            ["build-push-action: . Dockerfile None {} ('A',)"],
            id="two-variables-of-a-matrix",
        ),
        pytest.param(uses("context: sim", "docker/build-push-action-fork@v6"), [], id="another-action"),
    ],
)
def test_builds_by_an_action(text: str, expected: list[str]) -> None:
    assert [
        f"{build.service}: {build.context} {build.dockerfile} {build.target} "
        f"{ {name: value.text for name, value in build.args.items()} } {build.given}"
        for build in read(PATH, text).builds
    ] == expected
