"""Manifests: whatever a file holds, facts stand at their text, and nothing raises or takes long."""

from __future__ import annotations

import configparser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_facts import is_placed, read, rows
from test_manifests import ENVIRONMENT, SCRIPT, SETUP_CFG

from dmlint.syntax.ini import read_options
from dmlint.text.source import Source

SETUP_PY = """from setuptools import setup
R = ["numpy<2", 'scipy']
R += ["ä"]
setup(
    name="x", install_requires=R + ["a; os_name == 'nt'"], python_requires=">=3.10",
    extras_require={"sim": '''
isaacsim==5.0.0.0
'''},
)
"""
PIPFILE = """[packages]
numpy = "*"
x = {version = "<2", markers = "os_name == 'nt'"}
[requires]
python_version = "3.10"
"""
FILES = [
    ("setup.cfg", SETUP_CFG),
    ("setup.py", SETUP_PY),
    ("Pipfile", PIPFILE),
    ("environment.yml", ENVIRONMENT),
    ("run.py", SCRIPT),
    ("pixi.toml", '[dependencies]\nnumpy = "<2"\n'),
    ("extension.toml", '[python.pipapi]\nrequirements = ["numpy<2"]\n'),
]
SCRAP = st.sampled_from(
    [
        *(
            "",
            "\n",
            "\r",
            "\r\n",
            " ",
            "\t",
            "[",
            "]",
            "{",
            "}",
            "(",
            ")",
            '"',
            "'",
            '"""',
            "=",
            ":",
            "#",
            "\\",
            "-",
            "*",
        ),
        *("\x00", "\x0c", "é", "# ///\n", "[options]\n", "R = 1\n", "  - pip:\n", "\u2028", "<<", ";", "\ufeff"),
    ]
)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str]:
    path, text = draw(st.sampled_from(FILES))
    at, gone = draw(st.integers(0, len(text))), draw(st.integers(0, 20))
    whole = draw(st.one_of(st.just(text[:at] + draw(SCRAP) + text[at + gone :]), st.text()))
    return path, whole


@settings(max_examples=500)
@given(mutations())
def test_no_file_raises(file: tuple[str, str]) -> None:
    assert is_placed(read(*file))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SETUP_CFG.split("\n")), max_size=10).map("\n".join))
def test_options_are_those_of_configparser(text: str) -> None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    options, _ = read_options(Source(path="setup.cfg", text=text))
    found = {(option.section, option.key): [line.text for line in option.lines] for option in options}
    values = {
        (section, key): [line.strip() for line in value.split("\n") if line.strip()]
        for section in parser.sections()
        for key, value in parser.items(section)
    }
    assert found == values


def test_a_line_that_configparser_would_refuse_is_left_out() -> None:
    options, comments = read_options(Source(path="setup.cfg", text="[a]\nnothing\nb = c\n"))
    assert ([(option.section, option.key) for option in options], comments) == ([("a", "b")], ())


REQUIREMENT = st.builds(
    "{}{}{}".format,
    st.sampled_from(["numpy", "NumPy", "isaac_sim.x"]),
    st.sampled_from(["", "[b]", "[b, c]"]),
    st.sampled_from(["", "<2", ">=1.26,<2", "~=1.26", "==1.26.*"]),
)
LAYOUTS = st.sampled_from(
    [
        ("setup.cfg", "[options]\ninstall_requires =\n    {}\n", "\n    "),
        ("setup.py", "# é\nsetup(install_requires=['{}'])", "', '"),
        ("setup.py", 'setup(install_requires="""\n{}\n""")', "\n"),
        ("environment.yml", "dependencies:\n- pip:\n  - '{}'\n", "'\n  - '"),
        ("extension.toml", 'python.pipapi.requirements = ["{}"]', '", "'),
        ("run.py", '# /// script\n# dependencies = ["{}"]\n# ///\n', '",\n# "'),
    ]
)


@given(LAYOUTS, st.lists(REQUIREMENT, min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_the_text_under_a_span_is_the_requirement(
    layout: tuple[str, str, str], entries: list[str], ending: str
) -> None:
    path, frame, separator = layout
    document = read(path, frame.format(separator.join(entries)).replace("\n", ending))
    assert [under for _, _, under in rows(document)] == entries
    again = read("setup.cfg", "[options]\ninstall_requires =\n  " + "\n  ".join(entries))
    assert [(one.name, one.specifier) for one in document.dependencies] == [
        (one.name, one.specifier) for one in again.dependencies
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("setup.py", "x = [" + "'é'," * 10_000 + "]\nsetup(install_requires=x)", id="wide line"),
        pytest.param("setup.py", "(" * 100_000, id="parentheses"),
        pytest.param("setup.py", "x" + ".y" * 50_000, id="attributes"),
        pytest.param("setup.py", "setup(install_requires=" + "['a']+" * 5_000 + "[])", id="sum"),
        pytest.param("setup.py", "A = B + B\nB = C + C\nC = A + A\nsetup(install_requires=A)", id="names in a circle"),
        pytest.param("setup.cfg", "[options]\ninstall_requires =\n" + " a\n" * 20_000, id="many lines"),
        pytest.param("setup.cfg", "[a]\n" + "x" * 200_000, id="long line"),
        pytest.param("setup.cfg", "[a]\n" + "x\n" * 400_000, id="many lines that are nothing"),
        pytest.param("run.py", "# /// script\n" * 50_000, id="openings"),
        pytest.param("run.py", "# /// script\nx\n" * 50_000, id="openings without lines"),
        pytest.param("environment.yml", "dependencies:\n" + "- a=1\n" * 5_000, id="many packages"),
        pytest.param("environment.yml", "dependencies: " + "[" * 100_000, id="deep"),
        pytest.param("Pipfile", "[packages]\n" + "\n".join(f'a{n} = "*"' for n in range(5_000)), id="many keys"),
    ],
)
def test_hostile_files_are_read_in_time(path: str, text: str) -> None:
    assert is_placed(read(path, text))
