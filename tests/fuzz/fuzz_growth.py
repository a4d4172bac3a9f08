"""For each format a valid text of any size: what stands above, lines that may be many, and what stands below."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """A text that grows by ``line``, in which ``#N`` is a number that is another one each time."""

    line: str
    head: str = ""
    tail: str = ""

    def text(self, size: int) -> str:
        """A text of about ``size`` characters."""
        return self.head + "".join(self._lines(size - len(self.head) - len(self.tail))) + self.tail

    def _lines(self, room: int) -> Iterator[str]:
        for number in count():
            line = self.line.replace("#N", str(number))
            room -= len(line)
            if room < 0:
                return
            yield line


_LOCKED = Growing(line='[[package]]\nname = "numpy-#N"\nversion = "1.26.4"\n\n', head="version = 1\n")
_SCRIPT = '#!/bin/bash\nA="numpy<2"\n'

GROWING = {
    "Dockerfile": Growing(
        line='RUN if [ -f /x#N ]; then pip install "numpy<2" $A; fi && \\\n    apt-get update\nENV B#N=${A}\n',
        head="FROM nvcr.io/nvidia/isaac-sim:5.0.0\nARG A=scipy\n",
    ),
    "pyproject.toml": Growing(line='    "numpy-#N>=1.26,<2",\n', head="[project]\ndependencies = [\n", tail="]\n"),
    "requirements.txt": Growing(line="numpy-#N>=1.26,<2 ; python_version < '3.12'  # why\n"),
    "compose.yaml": Growing(
        line="  s#N:\n    build:\n      context: .\n      args:\n        TAG: ${TAG:-5.0.0}\n", head="services:\n"
    ),
    "docker-bake.hcl": Growing(line='target "t#N" {\n  dockerfile = "Dockerfile"\n  args = { TAG = "5.0.0" }\n}\n'),
    ".env": Growing(line="A#N=5.0.0 # why\n"),
    "sim.dmlint-env": Growing(
        line='numpy-#N = { version = "1.26.4", needs = ["numpy<2"] }\n',
        head='reading = 1\ninterpreter = "/x/python"\ninstall = "/x/python -m pip install"\n\n[packages]\n',
    ),
    "install.sh": Growing(
        line='if [ -f /x#N ]; then\n  pip install "$A"\nfi\nB#N=$(uname) # why\necho "done" > log\n', head=_SCRIPT
    ),
    "train.sbatch": Growing(
        line='if [ -f /x#N ]; then\n  pip install "$A"\nfi\nB#N=$(uname) # why\necho "done" > log\n', head=_SCRIPT
    ),
    "uv.lock": _LOCKED,
    "poetry.lock": Growing(line='[[package]]\nname = "numpy-#N"\nversion = "1.26.4"\noptional = false\n\n'),
    "pdm.lock": Growing(line='[[package]]\nname = "numpy-#N"\nversion = "1.26.4"\ngroups = ["default"]\n\n'),
    "pylock.toml": Growing(
        line='[[packages]]\nname = "numpy-#N"\nversion = "1.26.4"\n\n', head='lock-version = "1.0"\n'
    ),
    "Pipfile.lock": Growing(
        line='    "numpy-#N": {\n      "version": "==1.26.4"\n    },\n',
        head='{\n  "_meta": {},\n  "default": {\n',
        tail='    "scipy": {\n      "version": "==1.11.4"\n    }\n  }\n}\n',
    ),
    "pixi.lock": Growing(
        line="- conda: https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.#N-py310_0.conda\n  sha256: 0\n",
        head="version: 6\npackages:\n",
    ),
    "conda-lock.yml": Growing(
        line="- name: numpy-#N\n  version: 1.26.4\n  manager: conda\n  platform: linux-64\n",
        head="version: 1\npackage:\n",
    ),
    "requirements.lock": Growing(line="numpy-#N==1.26.4 \\\n    --hash=sha256:0\n    # via x\n"),
    "Makefile": Growing(line="t#N: a\n\tpip install 'numpy<2' $(A)\n", head="A := scipy\n"),
    ".devcontainer/devcontainer.json": Growing(
        line="""    "a#N": "pip install 'numpy<2' && true", // why\n""",
        head='{\n  "image": "isaac-sim:5.0.0",\n  "postCreateCommand": {\n',
        tail="  }\n}\n",
    ),
    "sim.def": Growing(
        line="    pip install 'numpy<2' scipy\n    echo #N > log\n",
        head="Bootstrap: docker\nFrom: nvcr.io/nvidia/isaac-sim:5.0.0\n%post\n",
    ),
    ".github/workflows/ci.yml": Growing(
        line="      - name: s#N\n        run: |\n          pip install 'numpy<2'\n",
        head="on: push\njobs:\n  a:\n    container: isaac-sim:5.0.0\n    steps:\n",
    ),
    ".gitlab-ci.yml": Growing(line="job-#N:\n  image: python:3.11\n  script:\n    - pip install numpy # why\n"),
    "environment.yml": Growing(line="  - numpy-#N=1.26\n", head="name: x\ndependencies:\n"),
    "pixi.toml": Growing(line='numpy-#N = "1.26.*"\n', head="[dependencies]\n"),
    "Pipfile": Growing(line='numpy-#N = ">=1.26,<2"\n', head="[packages]\n"),
    "setup.cfg": Growing(line="    numpy-#N>=1.26,<2\n", head="[options]\ninstall_requires =\n"),
    "setup.py": Growing(
        line="    'numpy-#N>=1.26,<2',\n",
        head="from setuptools import setup\nR = [\n",
        tail="]\nsetup(install_requires=R)\n",
    ),
    "extension.toml": Growing(
        line='    "numpy-#N>=1.26,<2",\n', head="[python.pipapi]\nrequirements = [\n", tail="]\n"
    ),
    "tool.py": Growing(
        line='#     "numpy-#N<2",\n', head="# /// script\n# dependencies = [\n", tail="# ]\n# ///\nimport numpy\n"
    ),
    "k8s/pod.yaml": Growing(
        line="    - name: c#N\n      image: nvcr.io/nvidia/isaac-sim:5.0.0\n"
        "      command: [bash, -c, 'pip install numpy']\n",
        head="kind: Pod\nspec:\n  containers:\n",
    ),
    "sim_env.yml": Growing(line="  - numpy-#N=1.26\n", head="name: x\ndependencies:\n"),
    "any.yml": Growing(line="  - numpy-#N=1.26\n", head="name: x\nchannels: [a]\ndependencies:\n"),
}
"""By the path of a format."""
