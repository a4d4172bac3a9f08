"""Our reading of requirements files against pip's own code."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from packaging.utils import canonicalize_name

from dmlint.facts import Dependency, FileReference, ReferenceKind
from dmlint.parsers.requirements_txt import parse
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.text.problems import Problem

Fact = tuple[str, ...]

HASH = "--hash=sha256:" + "0" * 64
HARD = [
    pytest.param("numpy\\\n==1.26.4", id="continuation inside"),
    pytest.param("numpy \\\n  ==1.26.4 \\\n  ,<2\n", id="two continuations"),
    pytest.param("numpy==1.26.4 \\\n# a comment\nscipy", id="a comment line ends a continuation"),
    pytest.param("numpy==1.26.4\\\n# a comment\nscipy", id="a comment line right after a backslash"),
    pytest.param("# a comment \\\nnumpy", id="a comment line is not continued"),
    pytest.param("numpy # a comment \\\nscipy\ntorch", id="a comment behind a requirement is continued"),
    pytest.param("\\\\numpy\\\\\n<2", id="backslashes at both ends"),
    pytest.param("numpy \\", id="a backslash at the end of the file"),
    pytest.param("\\\n\\\n\\", id="nothing but backslashes"),
    pytest.param("numpy<2#no comment", id="a sharp without a blank"),
    pytest.param("numpy<2\t# comment", id="a tab before the comment"),
    pytest.param("numpy<2\u00a0# comment", id="a no-break space before the comment"),
    pytest.param("numpy\x0cscipy\x0btorch\x1cjax\x85flax\u2028six\u2029attrs\rtqdm", id="line ends of str.splitlines"),
    pytest.param("numpy<2\r\nscipy \\\r\n>=1\r\n", id="CRLF"),
    pytest.param("numpy==1.26.4 \\\n " + HASH + " \\\n " + HASH + "\nscipy", id="hashes"),
    pytest.param("numpy==1.26.4 --hash sha256:" + "a" * 64, id="a hash as a word of its own"),
    pytest.param("numpy --hash=md5:00\nscipy", id="a hash of an unknown kind"),
    pytest.param("numpy --hash=\nscipy", id="an empty hash"),
    pytest.param("numpy\t" + HASH, id="an option behind a tab is none"),
    pytest.param("numpy -- scipy", id="two dashes"),
    pytest.param("numpy - scipy", id="one dash"),
    pytest.param("numpy --config-settings a=b -C c=d", id="config settings"),
    pytest.param("numpy --config-settings ab", id="malformed config settings"),
    pytest.param("-r a.txt\n-ra.txt\n--requirement a.txt\n--requirement=a.txt\n--req a.txt", id="spellings of -r"),
    pytest.param("-c a.txt\n-ca.txt\n--constraint=a.txt\n--const=a.txt", id="spellings of -c"),
    pytest.param('-r \'a b.txt\'\n-r "a b.txt"\n-r a\\ b.txt\n-r a\' \'b.txt\n-r "a\\"\\\\\\b.txt"', id="quotes"),
    pytest.param("-r 'a b.txt\nnumpy", id="an open quote"),
    pytest.param('-r "a b.txt\\"\nnumpy', id="an open double quote"),
    pytest.param("-r \\\nnumpy", id="an option over two lines"),
    pytest.param("-r\nnumpy", id="an option without its value"),
    pytest.param("-r ''\nnumpy", id="an empty value"),
    pytest.param("-r a.txt -r b.txt -c c.txt", id="only the first include counts"),
    pytest.param("-c c.txt -r a.txt", id="a requirements file comes before a constraints file"),
    pytest.param("--pre numpy\nscipy --pre", id="a word behind an option is passed over"),
    pytest.param("--pre=yes\n--pr\n--prefer\n--no-\n--no-b :all:\n--bogus\n-x\n--=3", id="abbreviations"),
    pytest.param("--no-binary :all: --only-binary=numpy --no-index -f x --trusted-host h", id="several options"),
    pytest.param("--no-binary -x", id="a value that looks like an option"),
    pytest.param("-i https://x/${DMLINT_UNSET}/simple --extra-index-url=https://y", id="an index"),
    pytest.param("numpy; python_version < '3.12' and platform_machine != 'a # b'", id="a sharp in a marker"),
    pytest.param("numpy; sys_platform == 'a#b' and os_name == \"-x\"", id="a sharp and a dash in a marker"),
    pytest.param("numpy ;python_version<'3'  # c\nscipy;\ntorch ; ", id="semicolons"),
    pytest.param("numpy; nonsense > '3'\nscipy", id="a malformed marker"),
    pytest.param("numpy (>=1.26)\nnumpy (>=1.26,<2) ; os_name == 'x'", id="parentheses"),
    pytest.param("numpy=1.26\nnumpy==\nnumpy 1.26\n==1.26\n[x]\nnumpy[\n1\nnumpy[a,,b]", id="malformed"),
    pytest.param("numpy[b,A , c]==1.26.*\nNumPy_Stl.x>1,\nnumpy>=1,,<2", id="extras and names"),
    pytest.param("numpy===1.26+x\nnumpy==1!2.0\nnumpy==2.0.0rc1\nnumpy~=1.26\nnumpy~=1", id="specifiers"),
    pytest.param("numpy @ https://h/numpy-2.1.0-cp311-cp311-linux_x86_64.whl", id="a direct reference"),
    pytest.param("x[a] @ git+https://h/y.git@main#egg=z ; os_name == 'x'", id="a direct reference with a marker"),
    pytest.param("x @ https://h/y.whl;os_name=='x'", id="a marker glued to a URL"),
    pytest.param("x@https://h/y", id="a direct reference without blanks"),
    pytest.param("git+https://h/o/y.git@v1#egg=Foo.Bar&subdirectory=z", id="an egg"),
    pytest.param("git+https://h/o/y.git#egg=a=b", id="a malformed egg"),
    pytest.param("-e git+https://h/o/y.git#egg=foo\n-e git+ssh://git@h/o/y.git@a/b#egg=bar", id="editable eggs"),
    pytest.param("-e 'foo @ git+https://h/o/y.git'", id="an editable direct reference"),
    pytest.param("-e https://h/o/y.zip#egg=foo", id="an editable archive"),
    pytest.param("https://h/numpy-1.26.4-cp311-cp311-linux_x86_64.whl ; os_name == 'x'", id="a wheel's URL"),
    pytest.param("https://h/numpy-1.26.4-cp311-cp311-linux_x86_64.whl ; os_name", id="with a malformed marker"),
    pytest.param("https://h/a/nonsense.whl", id="not the name of a wheel"),
    pytest.param("numpy\0<2\nscipy", id="NUL"),
    pytest.param("\ufeffnumpy", id="a second byte order mark"),
    pytest.param("", id="empty"),
    pytest.param("\n \n\t\n", id="blank"),
]


def _ours(text: str) -> list[Fact]:
    """What we read, in the order that it is written."""
    document = parse(Source(path="requirements.txt", text=text))
    facts: list[Dependency | FileReference | Problem] = [
        *document.dependencies,
        *document.groups[0].references,
        *document.problems,
    ]
    return [_fact(fact) for fact in sorted(facts, key=lambda fact: fact.span.start)]


def _fact(fact: Dependency | FileReference | Problem) -> Fact:
    match fact:
        case Dependency() if fact.url and not re.match(r"(https|git\+https|git\+ssh)://", fact.url):
            return ("a file",)
        case Dependency() if fact.unresolved and not fact.url:
            # pip leaves a variable that is not set as it stands, and then stumbles over it.
            return ("no name",)
        case Dependency():
            # The version that a file's name tells is ours to add, but for wheels, where pip reads it as well.
            specifier = "" if fact.url else fact.specifier
            return ("dependency", fact.name, specifier, ",".join(fact.extras), fact.marker or "", fact.url or "")
        case FileReference() if fact.kind is not ReferenceKind.PROJECT:
            return (fact.kind.name, str(fact.path))
        case _:
            # A folder too: pip refuses one that is not there, which is for others to find out.
            return ("no name",)


class Pip:
    """What pip reads."""

    def __init__(self) -> None:
        self.files = pytest.importorskip("pip._internal.req.req_file")
        self.constructors = pytest.importorskip("pip._internal.req.constructors")
        errors = pytest.importorskip("pip._internal.exceptions")
        # A malformed extra of what looks like a path reaches the user as packaging's own error.
        requirements = pytest.importorskip("pip._vendor.packaging.requirements")
        self.errors = (self.files.OptionParsingError, errors.PipError, requirements.InvalidRequirement)
        self.parse = self.files.get_line_parser(None)

    def read(self, text: str) -> list[Fact]:
        return [fact for _, line in self.files.preprocess(text) for fact in self.line(line)]

    def line(self, line: str) -> list[Fact]:
        try:
            requirement, options = self.parse(line)
            if requirement:
                return [self.dependency(self.constructors.install_req_from_line(requirement))]
            if options.editables:
                return [self.dependency(self.constructors.install_req_from_editable(options.editables[0]))]
        except self.errors:
            return [("no name",)]
        if options.requirements:
            return [(ReferenceKind.REQUIREMENTS.name, options.requirements[0])]
        return [(ReferenceKind.CONSTRAINTS.name, path) for path in (options.constraints or [])[:1]]

    def dependency(self, found: Any) -> Fact:
        if found.link and found.link.is_file:
            return ("a file",)
        if found.req is None:
            return ("no name",)
        extras = ",".join(sorted(found.req.extras))
        url = found.link.url if found.link else ""
        specifier = "" if url else str(found.req.specifier)
        return ("dependency", canonicalize_name(found.req.name), specifier, extras, str(found.markers or ""), url)


@pytest.fixture(name="pip", scope="module")
def _pip() -> Pip:
    return Pip()


@pytest.mark.parametrize("text", HARD)
def test_hard_files_are_read_as_pip_reads_them(
    text: str, pip: Pip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _ours(text) == pip.read(text)


ENDS = ["\n"] * 12 + ["\r\n", "\r", "\x0c", "\u2028", " \\\n", "\\\n", "\\\r\n", " # c \\\n", " # c\n", "#x\n", "\n\n"]
NAMES = ["numpy", "NumPy_Stl", "isaacsim.core", "a", "x-1"]
EXTRAS = ["", "", "", "[all]", "[b, a]", " [a]"]
SPECIFIERS = [
    "",
    "",
    "==1.26.4",
    "<2",
    ">=1.26,<2",
    " >= 1.26 , < 2",
    "~=1.26",
    "==1.26.*",
    "!=2.0.0",
    " (>=1.26)",
    "=1.0",
    "<2,",
]
MARKERS = ["", "", "", "; python_version < '3.12'", ' ;os_name == "a # b"', "; sys_platform=='a#b'", ";", "; x > '1'"]
TAILS = [
    "",
    "",
    "",
    " " + HASH,
    " --hash sha256:" + "a" * 64,
    " --pre",
    " -C a=b",
    " --bogus",
    "  # why",
    "\t# why",
    "#egg=x",
]
WHOLES = [
    "-r base.txt", "-rbase.txt", "--requirement=base.txt", "-c 'a b.txt'", "--constraint c.txt  # why", "-r \"a",
    "-c c\\ d.txt", "--index-url https://${DMLINT_UNSET}/simple", "--extra-index-url=https://x#egg=y",
    "--no-binary :all:", "--pre", "--no-index --pre", "git+https://${DMLINT_UNSET}@h/o/y.git@v1#egg=foo",
    "-e git+https://h/o/y.git#egg=foo&subdirectory=b", "# comment \\", "  # dmlint: x", "",
    "torch @ https://h/torch-2.0.0.zip", "torch @ git+https://h/t.git ; os_name == 'x'",
    "https://h/a-1.0-py3-none-any.whl", "\\", "\t", "numpy\\",
]  # fmt: skip


def _generate(seed: int) -> str:
    """A file of lines that each put some hard things together."""
    pick = random.Random(seed)
    lines: list[str] = []
    for _ in range(pick.randint(1, 12)):
        words = [["", "", " ", "\\"], NAMES, EXTRAS, SPECIFIERS, MARKERS, TAILS]
        named = "".join(pick.choice(choices) for choices in words)
        lines += [pick.choice([named, named, pick.choice(WHOLES)]), pick.choice(ENDS)]
    return "".join(lines)


@pytest.mark.parametrize("block", range(10))
def test_generated_files_are_read_as_pip_reads_them(
    block: int, pip: Pip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for seed in range(block * 100, block * 100 + 100):
        text = _generate(seed)
        assert _ours(text) == pip.read(text), repr(text)


def _requirements_of(text: str) -> list[tuple[str, str]]:
    document = parse(Source(path="requirements.txt", text=text))
    return [(found.name, found.specifier) for found in document.dependencies]


def _requirements_by_oracle(text: str, path: Path) -> list[tuple[str, str]]:
    """What the port of pip's parser reads; it neither splits a semicolon off nor minds a malformed option."""
    oracle = pytest.importorskip("pip_requirements_parser")
    path.write_bytes(text.encode())
    found = oracle.RequirementsFile.from_file(str(path)).requirements
    return [(canonicalize_name(line.req.name), str(line.specifier or "")) for line in found]


PLAIN_TAILS = ["", " " + HASH, " \\\n    " + HASH, "  # why", " # why \\\n more", " \\\n# why"]
PLAIN_MARKERS = ["", " ; python_version < '3.12'", "; sys_platform == 'a#b'"]


@pytest.mark.parametrize("block", range(4))
def test_requirements_by_name_are_read_as_the_port_of_pip_reads_them(block: int, tmp_path: Path) -> None:
    words = [NAMES, ["", "[all]", "[b, a]"], ["", "==1.26.4", "<2", ">=1.26,<2", "~=1.26"], PLAIN_MARKERS, PLAIN_TAILS]
    for seed in range(block * 25, block * 25 + 25):
        pick = random.Random(seed)
        lines = ["".join(pick.choice(choices) for choices in words) for _ in range(8)]
        text = "".join(line + pick.choice(["\n", "\r\n", "\n\n"]) for line in lines)
        assert _requirements_of(text) == _requirements_by_oracle(text, tmp_path / "requirements.txt"), repr(text)
