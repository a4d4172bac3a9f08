"""What holds for every text in every format that holds scripts: it is read in linear time."""

from __future__ import annotations

import time

import pytest
from other_formats import read

PATHS = [
    "x.sh",
    "Makefile",
    ".github/workflows/x.yml",
    "k8s/isaac.yaml",
    ".devcontainer/devcontainer.json",
    "x.def",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "$(",
            "${",
            "${{ ",
            "{{ ",
            "{{ x }} ",
            "(",
            "[",
            "{",
            '"',
            "'",
            "\\\n",
            "\n",
            " ",
            "\t",
            "#",
            ": ",
            "a:\n\t",
            "/*",
        ),
        *("pip install a\n", "a:\n\tpip install $(N)\n", "N += a\n", "x=1 \\\n", "isaac: {{ x }}\n", "%post\n"),
        *("Bootstrap: docker\n", "%files\n a b\n", "ifdef X\n", "# dmlint: x\n", "image: isaac\n", '{"image":'),
    ],
)
def test_takes_linear_time(path: str, unit: str) -> None:
    text = "isaac numpy " + unit * (50_000 // len(unit))
    before = time.process_time()
    read(path, text)
    assert time.process_time() - before < 5
