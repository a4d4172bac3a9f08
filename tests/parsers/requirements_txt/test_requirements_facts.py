"""What a requirements file states, and where."""

from __future__ import annotations

import pytest

from dmlint.facts import Dependency, FileReference, ReferenceKind, Role
from dmlint.parsers.requirements_txt import parse
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source

WHEEL = "numpy-2.1.0-cp311-cp311-linux_x86_64.whl"


def _only(text: str) -> Dependency:
    document = parse(Source(path="requirements.txt", text=text))
    assert document.problems == ()
    (found,) = document.dependencies
    return found


def _reference(text: str) -> FileReference:
    document = parse(Source(path="requirements.txt", text=text))
    assert (document.problems, document.dependencies) == ((), ())
    (found,) = document.groups[0].references
    return found


@pytest.mark.parametrize(
    ("text", "written", "name", "specifier"),
    [
        pytest.param("numpy", "numpy", "numpy", "", id="bare"),
        pytest.param("  numpy >= 1.26 , < 2  # why\n", "numpy >= 1.26 , < 2", "numpy", "<2,>=1.26", id="blanks"),
        pytest.param("numpy==1.26.4 --hash=sha256:0a", "numpy==1.26.4", "numpy", "==1.26.4", id="hash"),
        pytest.param("numpy<2 --config-settings a=b", "numpy<2", "numpy", "<2", id="config settings"),
        pytest.param("numpy<2 --global-option=x", "numpy<2", "numpy", "<2", id="global option"),
        pytest.param("numpy\\\n  <2 \\\n  --hash=sha256:0a", "numpy\\\n  <2", "numpy", "<2", id="continuation"),
        pytest.param("num\\\r\npy<2", "num\\\r\npy<2", "numpy", "<2", id="a name over two lines"),
        pytest.param("numpy<2; os_name == 'a#b'", "numpy<2; os_name == 'a#b'", "numpy", "<2", id="marker"),
        pytest.param("numpy<2 ;", "numpy<2", "numpy", "<2", id="empty marker"),
        pytest.param("\x0c Num_Py<2\u2028", "Num_Py<2", "num-py", "<2", id="form feed and line separator"),
        pytest.param("numpy (>=1.26)", "numpy (>=1.26)", "numpy", ">=1.26", id="parentheses"),
        pytest.param("numpy==1.26.*", "numpy==1.26.*", "numpy", "==1.26.*", id="wildcard"),
        pytest.param(f"numpy @ https://h/{WHEEL}", f"numpy @ https://h/{WHEEL}", "numpy", "==2.1.0", id="direct"),
        pytest.param(f"x @ https://h/{WHEEL}", f"x @ https://h/{WHEEL}", "x", "", id="direct, by another name"),
        pytest.param(f"https://h/{WHEEL}#sha256=0", f"https://h/{WHEEL}#sha256=0", "numpy", "==2.1.0", id="wheel URL"),
        pytest.param("https://h/numpy-1.26.4.zip?x", "https://h/numpy-1.26.4.zip?x", "numpy", "==1.26.4", id="sdist"),
        pytest.param(f"./w/{WHEEL}[x]", f"./w/{WHEEL}[x]", "numpy", "==2.1.0", id="wheel path"),
        pytest.param(f"file:///w/{WHEEL}", f"file:///w/{WHEEL}", "numpy", "==2.1.0", id="wheel file URL"),
        pytest.param("https://h/torch-2.0%2Bcpu.zip", "https://h/torch-2.0%2Bcpu.zip", "torch", "==2.0+cpu", id="%2B"),
        pytest.param(
            "https://h/numpy-1.zip#egg=numpy", "https://h/numpy-1.zip#egg=numpy", "numpy", "==1", id="egg zip"
        ),
        pytest.param("https://h/main.zip#egg=a.b", "https://h/main.zip#egg=a.b", "a-b", "", id="egg of a snapshot"),
        pytest.param(
            "https://github.com/o/Rep_o/archive/refs/tags/v1.zip",
            "https://github.com/o/Rep_o/archive/refs/tags/v1.zip",
            "rep-o",
            "",
            id="snapshot on GitHub",
        ),
        pytest.param("git+https://h/o/repo.git@v1.0", "git+https://h/o/repo.git@v1.0", "repo", "==1.0", id="tag"),
        pytest.param("a @ git+https://h/o/r@v2.1.0", "a @ git+https://h/o/r@v2.1.0", "a", "==2.1.0", id="of a name"),
    ],
)
def test_a_requirement_is_its_exact_text(text: str, written: str, name: str, specifier: str) -> None:
    found = _only(text)
    assert (found.span.text, found.name, found.specifier) == (written, name, specifier)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("git+https://h/o/repo.git", "repo", id="plain"),
        pytest.param("git+https://h/o/repo.git@stable", "repo", id="tag"),
        pytest.param("git+ssh://git@h:22/o/repo.git@feature/x", "repo", id="branch with a slash"),
        pytest.param("git+https://h/o/My_Repo/", "my-repo", id="slash at the end"),
        pytest.param("git+https://h/o/repo@v1#subdirectory=a/b", "repo", id="subdirectory"),
        pytest.param("git+https://h/o/repo#egg=foo[x]&subdirectory=a", "foo", id="egg with an extra"),
        pytest.param("-e git+https://h/o/repo.git", "repo", id="editable"),
        pytest.param("-e git://h/o/repo.git#egg=foo", "foo", id="editable with git's own scheme"),
        pytest.param("-e 'foo @ git+https://h/o/repo'", "foo", id="editable direct reference"),
        pytest.param("git+https://${TOKEN}@h/o/repo.git", "repo", id="token"),
        pytest.param("foo @ git+https://${TOKEN}@h/o/repo.git", "foo", id="direct reference with a token"),
        pytest.param("git+https://h/o/${REPO}#egg=foo", "foo", id="egg with an unknown repository"),
    ],
)
def test_a_repository_is_named_by_its_egg_or_its_last_component(url: str, name: str) -> None:
    found = _only(url)
    assert (found.name, found.specifier) == (name, "")
    assert found.url


def test_an_egg_and_its_line_tell_extras_and_marker() -> None:
    found = _only("git+https://h/o/repo#egg=foo[b,a]; os_name=='x'")
    assert (found.extras, found.marker) == (("a", "b"), 'os_name == "x"')
    assert found.url == "git+https://h/o/repo#egg=foo[b,a]"


@pytest.mark.parametrize(
    ("text", "kind", "path", "written"),
    [
        pytest.param("-r base.txt", ReferenceKind.REQUIREMENTS, "base.txt", "base.txt", id="-r"),
        pytest.param("-rbase.txt # x", ReferenceKind.REQUIREMENTS, "base.txt", "base.txt", id="-r glued"),
        pytest.param("--requirement=a.txt", ReferenceKind.REQUIREMENTS, "a.txt", "a.txt", id="--requirement="),
        pytest.param("-r 'a b.txt'", ReferenceKind.REQUIREMENTS, "a b.txt", "a b.txt", id="quoted"),
        pytest.param('-r "a \\"b.txt"', ReferenceKind.REQUIREMENTS, 'a "b.txt', 'a \\"b.txt', id="escaped"),
        pytest.param("-r ''", ReferenceKind.REQUIREMENTS, "", "-r ''", id="empty"),
        pytest.param("-r ${DIR}/a.txt", ReferenceKind.REQUIREMENTS, None, "${DIR}/a.txt", id="variable"),
        pytest.param("-r ${dir}/a.txt", ReferenceKind.REQUIREMENTS, "${dir}/a.txt", "${dir}/a.txt", id="no variable"),
        pytest.param("-r ${D\\\nIR}", ReferenceKind.REQUIREMENTS, None, "${D\\\nIR}", id="variable over two lines"),
        pytest.param("-c c.txt", ReferenceKind.CONSTRAINTS, "c.txt", "c.txt", id="-c"),
        pytest.param("--constraint=c.txt", ReferenceKind.CONSTRAINTS, "c.txt", "c.txt", id="--constraint="),
        pytest.param(".", ReferenceKind.PROJECT, ".", ".", id="dot"),
        pytest.param("./pkg", ReferenceKind.PROJECT, "./pkg", "./pkg", id="folder"),
        pytest.param("../x[b, a]", ReferenceKind.PROJECT, "../x", "../x[b, a]", id="folder with extras"),
        pytest.param("./x[]", ReferenceKind.PROJECT, "./x[]", "./x[]", id="folder with brackets"),
        pytest.param("${ROOT}/pkg", ReferenceKind.PROJECT, None, "${ROOT}/pkg", id="folder in a variable"),
        pytest.param("./pkg; os_name == 'x'", ReferenceKind.PROJECT, "./pkg", "./pkg; os_name == 'x'", id="marker"),
        pytest.param(
            "file:///app/my%20x#egg=x", ReferenceKind.PROJECT, "/app/my x", "file:///app/my%20x#egg=x", id="file"
        ),
        pytest.param("file:pkg", ReferenceKind.PROJECT, "pkg", "file:pkg", id="relative file URL"),
        pytest.param("./main.tar.gz", ReferenceKind.PROJECT, "./main.tar.gz", "./main.tar.gz", id="nameless archive"),
        pytest.param("https://h/x", ReferenceKind.PROJECT, "https://h/x", "https://h/x", id="nameless URL"),
        pytest.param(
            "git+https://h/o/~", ReferenceKind.PROJECT, "git+https://h/o/~", "git+https://h/o/~", id="no name"
        ),
    ],
)
def test_a_reference_is_the_name_of_the_file(text: str, kind: ReferenceKind, path: str | None, written: str) -> None:
    found = _reference(text)
    assert (found.kind, found.path, found.span.text, found.editable) == (kind, path, written, False)


@pytest.mark.parametrize(
    ("text", "path", "extras"),
    [
        pytest.param("-e .", ".", (), id="dot"),
        pytest.param("-e.", ".", (), id="dot, glued"),
        pytest.param("--editable=./pkg[b,a]", "./pkg", ("a", "b"), id="extras"),
        pytest.param("-e pkg", "pkg", (), id="plain word"),
        pytest.param("-e file:///app", "/app", (), id="file URL"),
        pytest.param("-e 'a b'", "a b", (), id="quoted"),
    ],
)
def test_an_editable_folder_is_a_reference(text: str, path: str, extras: tuple[str, ...]) -> None:
    found = _reference(text)
    assert (found.path, found.extras, found.editable, found.kind) == (path, extras, True, ReferenceKind.PROJECT)


@pytest.mark.parametrize("url", ["file:///app", "./app"])
def test_a_direct_reference_to_a_folder_states_both(url: str) -> None:
    document = parse(Source(path="requirements.txt", text=f"foo[x] @ {url}"))
    (reference,) = document.groups[0].references
    assert [found.name for found in document.dependencies] == ["foo"]
    assert (reference.path, reference.extras, reference.span.text) == (url.removeprefix("file://"), ("x",), url)


@pytest.mark.parametrize(
    ("text", "kind", "written", "said"),
    [
        pytest.param(
            "numpy=1.26", ProblemKind.UNREADABLE, "numpy=1.26", "'numpy=1.26' is not a requirement", id="conda"
        ),
        pytest.param("numpy; x", ProblemKind.UNREADABLE, "numpy; x", "is not a requirement", id="marker"),
        pytest.param("./x; y", ProblemKind.UNREADABLE, "./x; y", "malformed marker", id="marker of a folder"),
        pytest.param("--bogus", ProblemKind.UNREADABLE, "--bogus", "pip knows no option --bogus", id="option"),
        pytest.param("-x", ProblemKind.UNREADABLE, "-x", "pip knows no option -x", id="short option"),
        pytest.param("--no", ProblemKind.UNREADABLE, "--no", "may mean --no-binary or", id="ambiguous option"),
        pytest.param("--pre=1", ProblemKind.UNREADABLE, "--pre=1", "--pre takes no value", id="value of a flag"),
        pytest.param("-r", ProblemKind.UNREADABLE, "-r", "--requirement wants a value", id="no value"),
        pytest.param("numpy --hash=x", ProblemKind.UNREADABLE, "numpy --hash=x", "--hash wants the name", id="hash"),
        pytest.param("-r 'x", ProblemKind.UNREADABLE, "-r 'x", "is not finished: 'x", id="open quote"),
        pytest.param("-e https://h/x", ProblemKind.UNREADABLE, "https://h/x", "as --editable wants it", id="editable"),
        pytest.param("git+https://h/x#egg=a=b", ProblemKind.UNREADABLE, "git+https://h/x#egg=a=b", "'a=b'", id="egg"),
        pytest.param("./x.whl", ProblemKind.UNREADABLE, "./x.whl", "the name of a wheel", id="wheel"),
        pytest.param("./x-*.whl", ProblemKind.UNREADABLE, "./x-*.whl", "the name of a wheel", id="no shell here"),
        pytest.param("numpy\0", ProblemKind.UNREADABLE, "numpy\0", "is not a requirement", id="NUL"),
        pytest.param("${PKG}==1", ProblemKind.UNRESOLVED, "${PKG}", "depends on a variable", id="name in a variable"),
        pytest.param(
            "git+https://h/${R}.git", ProblemKind.UNRESOLVED, "${R}", "depends on a variable", id="repository"
        ),
        pytest.param(
            "git+https://h/r#egg=${E}", ProblemKind.UNRESOLVED, "${E}", "depends on a variable", id="egg variable"
        ),
        pytest.param("./${W}.whl", ProblemKind.UNRESOLVED, "${W}", "depends on a variable", id="wheel in a variable"),
        pytest.param("a" * 300_000, ProblemKind.UNREADABLE, "a" * 300_000, "200,000 characters", id="a giant line"),
    ],
)
def test_what_pip_refuses_is_a_problem(text: str, kind: ProblemKind, written: str, said: str) -> None:
    document = parse(Source(path="requirements.txt", text=f"scipy\n{text}\ntorch"))
    (found,) = document.problems
    assert (found.kind, found.span.text, found.span.line) == (kind, written, 2)
    assert said in found.message
    assert len(found.message) < 300
    assert [dependency.name for dependency in document.dependencies] == ["scipy", "torch"]


def test_a_version_in_a_variable_leaves_the_name() -> None:
    found = _only("numpy[x]==${VERSION}")
    assert (found.name, found.specifier, found.extras) == ("numpy", "", ("x",))
    assert [span.text for span in found.unresolved] == ["${VERSION}"]


def test_a_wheel_with_its_version_in_a_variable_leaves_the_name() -> None:
    found = _only("https://h/numpy-${VERSION}-py3-none-any.whl")
    assert (found.name, found.specifier) == ("numpy", "")
    assert [span.text for span in found.unresolved] == ["${VERSION}"]


def test_a_host_in_a_variable_leaves_the_version_of_a_wheel() -> None:
    assert _only(f"numpy @ https://${{HOST}}/{WHEEL}").unresolved == ()
    assert _only(f"https://${{HOST}}/{WHEEL}").unresolved == ()


def test_a_marker_holds_for_a_url() -> None:
    found = _only(f"https://h/{WHEEL} ; python_version<'3.12'")
    assert (found.marker, found.url) == ('python_version < "3.12"', f"https://h/{WHEEL}")


@pytest.mark.parametrize(
    ("path", "forced", "role", "where"),
    [
        pytest.param("requirements.txt", None, Role.REQUIREMENT, "requirements file", id="requirements"),
        pytest.param("constraints.txt", None, Role.CONSTRAINT, "constraints file", id="constraints"),
        pytest.param("a/gpu-constraint.in", None, Role.CONSTRAINT, "constraints file", id="within a name"),
        pytest.param("requirements/constraints-3.10.txt", None, Role.CONSTRAINT, "constraints file", id="in a folder"),
        pytest.param("constraints/base.txt", None, Role.REQUIREMENT, "requirements file", id="folder's name"),
        pytest.param("unconstraints.txt", None, Role.REQUIREMENT, "requirements file", id="part of a word"),
        pytest.param("requirements.txt", Role.CONSTRAINT, Role.CONSTRAINT, "constraints file", id="forced"),
        pytest.param("constraints.txt", Role.REQUIREMENT, Role.REQUIREMENT, "requirements file", id="forced back"),
        pytest.param("x.txt", Role.OVERRIDE, Role.OVERRIDE, "overrides file", id="overrides"),
    ],
)
def test_the_role_is_the_callers_or_the_file_names(path: str, forced: Role | None, role: Role, where: str) -> None:
    document = parse(Source(path=path, text="numpy\n./numpy-1.0.zip\nscipy @ https://h/x\n"), role=forced)
    assert [(found.role, found.where) for found in document.dependencies] == [(role, where)] * 3


def test_comments_that_mention_dmlint_are_kept() -> None:
    text = (
        "# other\n  # dmlint: ignore-file[DM1] a\nnumpy  # dmlint: ignore[DM101] b\n"
        "scipy<2 # dmlint: c \\\n dmlint d\ntorch \\\n# dmlint: e\n-i https://dmlint/#dmlint\n"
    )
    document = parse(Source(path="requirements.txt", text=text))
    assert [comment.text for comment in document.comments] == [
        "# dmlint: ignore-file[DM1] a",
        "# dmlint: ignore[DM101] b",
        "# dmlint: c ",
        " dmlint d",
        "# dmlint: e",
    ]
    assert [found.name for found in document.dependencies] == ["numpy", "scipy", "torch"]


def test_the_file_is_one_group() -> None:
    document = parse(Source(path="requirements.txt", text="numpy\n-r a.txt\n"))
    (group,) = document.groups
    assert (group.name, group.dependencies) == ("", document.dependencies)
    assert [reference.path for reference in group.references] == ["a.txt"]


def test_pips_plain_options_state_nothing() -> None:
    text = "--index-url https://x\n--extra-index-url=${X}\n--no-binary :all:\n--pre -- x\n- \n--hash=sha256:0\n"
    document = parse(Source(path="requirements.txt", text=text))
    assert document.problems + document.dependencies + document.groups[0].references == ()
