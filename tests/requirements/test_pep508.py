"""One requirement, wherever it comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from dmlint.facts import Dependency, Role
from dmlint.requirements.pep508 import Parts, normalize_name, read_archive, read_plain, read_requirement, shorten
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source
from dmlint.text.traced import Piece, Traced

WHEEL = "https://h/numpy-2.1.0-cp311-cp311-linux_x86_64.whl"


def _read(text: str) -> Dependency | Problem:
    span = Source(path="a", text=text).span(0, len(text))
    return read_requirement(Traced.of(span), span, where="here", role=Role.BUILD)


def _by_packaging(text: str) -> Parts | None:
    """The same without any short cut."""
    try:
        found = Requirement(text)
    except InvalidRequirement:
        return None
    return Parts(
        canonicalize_name(found.name),
        tuple(sorted(found.extras)),
        str(found.specifier),
        str(found.marker) if found.marker else None,
        found.url,
    )


VERSIONS = [
    "1", "2.0", "1.26.4", "1.26.*", "2.0.0rc1", "1!2", "1.0+cpu", "01.02", "1.0.dev0", "v1", "1-1", "x", "", "*",
    "1..2",
]  # fmt: skip
PIECES = [
    "numpy", "Num_Py", "a.b", "-", "_", "[x]", "[b,a, B]", "[", "]", "[]", " ", "\t", ",", "==", "===", "<", "<=", ">",
    ">=", "~=", "!=", "=", "(", ")", ";", "; os_name == 'x'", ";os_name<'3' and extra == 'A_b'", "é", "\n", "\u00a0",
    *VERSIONS,
]  # fmt: skip
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "~=", "===", "= =", "=<", " == ", "< "]
CLAUSES = st.lists(st.tuples(st.sampled_from(OPERATORS), st.sampled_from(VERSIONS)).map("".join), max_size=4).map(
    ",".join
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    CLAUSES.map("numpy{}".format),
    st.tuples(
        CLAUSES, st.sampled_from(["; os_name == 'x'", ";python_version>='3.10' ", "; extra=='A_b'", ";", "; x"])
    ).map(lambda parts: "numpy[a]" + "".join(parts)),
)


@given(TEXTS)
def test_the_short_cut_leads_where_packaging_leads(text: str) -> None:
    plain = read_plain(text)
    assert plain in (None, _by_packaging(text))


@given(TEXTS)
def test_packaging_decides_what_is_a_requirement(text: str) -> None:
    found = _read(text)
    expected = _by_packaging(text.strip())
    read = isinstance(found, Dependency) and Parts(found.name, found.extras, found.specifier, found.marker, found.url)
    assert read == (expected or False)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("numpy", Parts("numpy"), id="name"),
        pytest.param("Num_Py.x", Parts("num-py-x"), id="name to normalize"),
        pytest.param("numpy[b, a]<2,>=1.26", Parts("numpy", ("a", "b"), "<2,>=1.26"), id="extras and bounds"),
        pytest.param("numpy == 1.26.*", Parts("numpy", specifier="==1.26.*"), id="blanks"),
        pytest.param("numpy==1.0,==1.00", Parts("numpy", specifier="==1.0"), id="the same twice"),
        pytest.param("numpy<2; os_name=='x'", Parts("numpy", (), "<2", 'os_name == "x"'), id="marker"),
        pytest.param(f"numpy @ {WHEEL}", Parts("numpy", (), "==2.1.0", None, WHEEL), id="wheel"),
        pytest.param(f"NumPy@{WHEEL}#sha256=0", Parts("numpy", (), "==2.1.0", None, f"{WHEEL}#sha256=0"), id="hash"),
        pytest.param("x @ git+https://h/x", Parts("x", url="git+https://h/x"), id="repository"),
        pytest.param(f"scipy @ {WHEEL}", Parts("scipy", url=WHEEL), id="wheel of another project"),
    ],
)
def test_what_a_requirement_says(text: str, parts: Parts) -> None:
    found = _read(text)
    assert isinstance(found, Dependency)
    assert (found.name, found.extras, found.specifier, found.marker, found.url) == parts
    assert (found.where, found.role, found.span.text) == ("here", Role.BUILD, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("numpy=1.26", "'numpy=1.26' is not a requirement: Expected", id="one equals sign"),
        pytest.param("", "'' is not a requirement", id="empty"),
        pytest.param("numpy; os_name == '\\'\"'", "is not a requirement", id="both quotes"),
        pytest.param("numpy; os_name == '\\d' or", "is not a requirement", id="an odd backslash"),
        pytest.param("numpy;" + "(" * 10_000, "more than 50 parentheses", id="deep nesting"),
        pytest.param("numpy==" + "1" * 5_000, "a number of more than 1000 digits", id="a long number"),
        pytest.param("a" * 5_000_000, "longer than 20000 characters", id="a long name"),
        pytest.param("numpy" + ">=1," * 1_000_000, "longer than 20000 characters", id="many clauses"),
    ],
)
def test_what_is_malformed_is_a_problem_with_its_cause(text: str, said: str) -> None:
    found = _read(text)
    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.UNREADABLE
    assert said in found.message
    assert "\n" not in found.message
    assert len(found.message) < 300


RUN = Source(path="Dockerfile", text="numpy[a]$SPEC tail")
ARG = Source(path="Dockerfile", text="ARG SPEC='<2  '\nARG REQ=numpy<2\nARG NAME=numpy")
VIA = RUN.span(8, 13)


def test_a_version_from_a_variable_is_where_it_is_written() -> None:
    text = Traced((Piece("numpy[a]", RUN.span(0, 8)), Piece("<2  ", ARG.span(10, 14), via=(VIA,))))
    found = read_requirement(text, RUN.span(0, 13), where="here")
    assert isinstance(found, Dependency)
    assert (found.span, found.specifier, found.via, found.unresolved) == (ARG.span(10, 12), "<2", (VIA,), ())


def test_a_requirement_from_a_variable_is_where_it_is_written() -> None:
    text = Traced((Piece("numpy<2", ARG.span(24, 31), via=(VIA,)),))
    found = read_requirement(text, VIA, where="here", redirection=RUN.span(0, 1))
    assert isinstance(found, Dependency)
    assert (found.span, found.redirection) == (ARG.span(24, 31), RUN.span(0, 1))


def test_a_name_from_a_variable_leaves_the_requirement_where_it_is() -> None:
    text = Traced((Piece("numpy", ARG.span(41, 46), via=(VIA,)), Piece("<2", RUN.span(0, 2))))
    found = read_requirement(text, RUN.span(0, 13), where="here")
    assert isinstance(found, Dependency)
    assert (found.span, found.specifier) == (RUN.span(0, 13), "<2")


@pytest.mark.parametrize(
    ("before", "after", "name", "extras"),
    [
        pytest.param("numpy==", "", "numpy", (), id="version"),
        pytest.param("numpy[b,a] ", "", "numpy", ("a", "b"), id="specifier"),
        pytest.param("numpy[", "]", "numpy", (), id="extras"),
        pytest.param("numpy ", "", "numpy", (), id="after a blank"),
        pytest.param("numpy===", "", "numpy", (), id="arbitrary equality"),
        pytest.param("numpy; os_name == '", "'", "numpy", (), id="marker"),
    ],
)
def test_a_known_name_outlives_an_unknown_rest(before: str, after: str, name: str, extras: tuple[str, ...]) -> None:
    pieces = (Piece(before, RUN.span(0, 5)), Piece("$SPEC", VIA, known=False), Piece(after, RUN.span(13, 14)))
    found = read_requirement(Traced(pieces), RUN.span(0, 14), where="here")
    assert isinstance(found, Dependency)
    assert (found.name, found.extras, found.specifier, found.unresolved) == (name, extras, "", (VIA,))
    assert found.span == RUN.span(0, 14)


@pytest.mark.parametrize("before", ["", "num", "  "])
def test_an_unknown_name_is_a_problem(before: str) -> None:
    text = Traced((Piece(before, RUN.span(0, len(before))), Piece("$SPEC", VIA, known=False)))
    found = read_requirement(text, RUN.span(0, 13), where="here")
    assert isinstance(found, Problem)
    assert (found.kind, found.span, found.about) == (ProblemKind.UNRESOLVED, VIA, f"{before}$SPEC")


@pytest.mark.parametrize(
    ("before", "after", "specifier", "unresolved"),
    [
        pytest.param("x @ git+https://", "@h/x", "", (VIA,), id="repository"),
        pytest.param("x @ https://", "/x-1.0.zip", "==1.0", (), id="archive"),
        pytest.param("x @ https://h/x-", ".zip", "", (VIA,), id="version"),
    ],
)
def test_a_url_with_an_unknown_part(before: str, after: str, specifier: str, unresolved: tuple[object, ...]) -> None:
    pieces = (Piece(before, RUN.span(0, 5)), Piece("$SPEC", VIA, known=False), Piece(after, RUN.span(13, 14)))
    found = read_requirement(Traced(pieces), RUN.span(0, 14), where="here")
    assert isinstance(found, Dependency)
    assert (found.name, found.specifier, found.unresolved) == ("x", specifier, unresolved)
    assert found.url


@pytest.mark.parametrize(
    ("url", "name", "specifier"),
    [
        (WHEEL, "numpy", "==2.1.0"),
        ("numpy-1.26.4.tar.gz", "numpy", "==1.26.4"),
        ("/x/Foo_Bar-1.0.zip?a#b", "foo-bar", "==1.0"),
        ("torch-2.0.0%2Bcu118-cp310-cp310-linux_x86_64.whl", "torch", "==2.0.0+cu118"),
    ],
)
def test_an_archive_tells_name_and_version(url: str, name: str, specifier: str) -> None:
    assert read_archive(url) == Parts(name, (), specifier, None, url)


@pytest.mark.parametrize("url", ["", "x", "main.zip", "x-main.zip", "x.whl", "a" * 2000 + "-1.zip", "x-1.tar.bz2"])
def test_what_tells_no_name_and_version(url: str) -> None:
    assert read_archive(url) is None


def test_long_texts_are_cut() -> None:
    assert shorten("a" * 100) == "a" * 100
    assert shorten("a" * 101) == "a" * 99 + "…"


@given(st.text(alphabet="aZ09-_.", max_size=12))
def test_names_are_normalized_as_packaging_does(name: str) -> None:
    assert normalize_name(name) == canonicalize_name(name)
