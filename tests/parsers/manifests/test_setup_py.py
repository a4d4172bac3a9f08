"""setup.py: literals are followed to where they are written; what is computed is left alone."""

from __future__ import annotations

import pytest
from manifest_facts import Row, read, rows

NUMPY: Row = ("project", "numpy<2", "numpy<2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("from setuptools import setup\nsetup(install_requires=['numpy<2'])", [NUMPY], id="list"),
        pytest.param("setuptools.setup(install_requires=('numpy<2',))", [NUMPY], id="tuple, attribute"),
        pytest.param("setup(install_requires='numpy<2')", [NUMPY], id="string"),
        pytest.param(
            "setup(install_requires='''\nnumpy<2\n# no\n  scipy\n''')",
            [NUMPY, ("project", "scipy", "scipy")],
            id="lines",
        ),
        pytest.param("setup(install_requires=['numpy<2  # why'])", [NUMPY], id="comment in a string"),
        pytest.param("R = ['numpy<2']\nsetup(install_requires=R)", [NUMPY], id="name"),
        pytest.param("R: list[str] = ['numpy<2']\nsetup(install_requires=R)", [NUMPY], id="name with a type"),
        pytest.param("def main():\n  r = ['numpy<2']\n  setup(install_requires=r)", [NUMPY], id="name in a function"),
        pytest.param("R = []\nR += ['numpy<2']\nsetup(install_requires=R)", [NUMPY], id="added to"),
        pytest.param(
            "setup(install_requires=['numpy' '<2'])", [("project", "numpy<2", "'numpy' '<2'")], id="two parts"
        ),
        pytest.param("setup(install_requires=['\\x6eumpy<2'])", [("project", "numpy<2", "'\\x6eumpy<2'")], id="escape"),
        pytest.param("setup(install_requires=[r'numpy<2'])", [NUMPY], id="raw"),
        pytest.param("a = 'äöü€😀'; setup(install_requires=['numpy<2'])", [NUMPY], id="wide characters before it"),
        pytest.param(
            "A = ['numpy<2']\nB = A + ['a']\nsetup(install_requires=[*B, 'b'])",
            [NUMPY, ("project", "a", "a"), ("project", "b", "b")],
            id="sums",
        ),
        pytest.param("setup(install_requires=['numpy<2'] + read())", [NUMPY], id="part computed"),
        pytest.param("setup(install_requires=['numpy<2'], **more)", [NUMPY], id="more arguments"),
        pytest.param("R = R2 = ['numpy<2']\nsetup(install_requires=R2)", [NUMPY], id="two names"),
        pytest.param("R = R + R\nsetup(install_requires=R)", [], id="name of itself"),
        pytest.param("R = ['a']\nR = ['numpy']\nsetup(install_requires=R)", [], id="bound twice"),
        pytest.param("R = ['a']\nfor R in x: pass\nsetup(install_requires=R)", [], id="bound by a loop"),
        pytest.param("R: list\nR -= ['a']\nx.y = ['a']\nx.y += ['a']\nsetup(install_requires=R)", [], id="never bound"),
        pytest.param(
            "R = []\nif x:\n  R += ['a']\nelse:\n  R.append('b')\nR.extend(['numpy<2'])\nsetup(install_requires=R)",
            [("project", "a", "a"), ("project", "b", "b"), NUMPY],
            id="added to, also sometimes",
        ),
        pytest.param(
            "V = '<2'\nsetup(install_requires=[f'numpy{V}', f'{V.x}', f'a{V:>4}', f'b{{}}{x}'])",
            [("project", "numpy<2", "<2")],
            id="f-strings of constants",
        ),
        pytest.param(
            "setup(install_requires=['numpy' + VERSION, f'numpy{x}', 'a' + 'b', f'{x}' + 'b'])", [], id="text computed"
        ),
        pytest.param("setup(install_requires=['a'] * 2)", [], id="other operators"),
        pytest.param("setup(install_requires=[b'numpy', 1, None])", [], id="no strings"),
        pytest.param("setup(tests_require=['numpy'], classifiers=['numpy'])", [], id="other arguments"),
        pytest.param(
            "notsetup(install_requires=['numpy'])\nx[0](install_requires=['numpy'])", [], id="other functions"
        ),
        pytest.param("setup(install_requires=[''])", [], id="nothing"),
        pytest.param(
            "E = {'sim': ['isaacsim'], 'numpy': [], key: ['a'], 1: ['a'], **more}\nsetup(extras_require=E)",
            [("sim", "isaacsim", "isaacsim")],
            id="extras",
        ),
        pytest.param(
            "setup(extras_require=dict(sim=['numpy<2'], **more))", [("sim", "numpy<2", "numpy<2")], id="extras by dict"
        ),
        pytest.param("setup(extras_require=make(sim=['numpy<2']))", [], id="extras computed"),
        pytest.param(
            "setup(extras_require={':os_name==\"nt\"': ['a; python_version<\"3.9\"', 'b']})",
            [
                ("project", 'a; python_version < "3.9" and os_name == "nt"', 'a; python_version<"3.9"'),
                ("project", 'b; os_name == "nt"', "b"),
            ],
            id="marker as an extra",
        ),
    ],
)
def test_dependencies(text: str, expected: list[Row]) -> None:
    assert rows(read("setup.py", text)) == expected


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        pytest.param("setup(install_requires=['numpy<2'])", False, id="a list"),
        pytest.param("setup(name='x')", False, id="nothing"),
        pytest.param("V = '<2'\nsetup(install_requires=[f'numpy{V}'])", False, id="an f-string of constants"),
        pytest.param("setup(install_requires=['numpy<2'] + read())", True, id="a call"),
        pytest.param("setup(install_requires=REQUIRES)", True, id="an unknown name"),
        pytest.param("setup(install_requires=['numpy' + V])", True, id="a sum of strings"),
        pytest.param("setup(**arguments)", True, id="unknown arguments"),
    ],
)
def test_what_is_computed(text: str, computed: bool) -> None:
    assert read("setup.py", text).computed is computed


def test_build_requirements_are_in_no_group() -> None:
    document = read("setup.py", "setup(setup_requires=['numpy'])")
    assert ([one.name for one in document.dependencies], document.groups) == (["numpy"], ())


def test_lines_of_a_string_stand_where_they_are_written() -> None:
    document = read("setup.py", 'setup(install_requires="""\r\nnumpy<2\r\nscipy""")')
    assert [(one.span.text, one.span.line) for one in document.dependencies] == [("numpy<2", 2), ("scipy", 3)]
