"""docker-bake files: the build of each target, in HCL and in JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.parsers.bake import parse
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.facts import Document


def read(text: str, over: str = "", path: str = "docker/docker-bake.hcl") -> Document:
    """A bake file, with one that lies over it."""
    upper = [Source(path="docker/docker-bake.override.hcl", text=over)] if over else []
    return parse(Source(path=path, text=text), upper)


def told(document: Document) -> dict[str, tuple[object, ...]]:
    """What the builds come to, by target."""
    return {
        one.service: (one.context, one.dockerfile, one.target, {k: v.text for k, v in one.args.items()}, one.given)
        for one in document.builds
    }


PLAIN: tuple[str, str, None, dict[str, str], tuple[str, ...]] = ("docker", "docker/Dockerfile", None, {}, ())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", PLAIN, id="empty"),
        pytest.param('context = ".."\n dockerfile = "a/D"\n target = "dev"', (".", "a/D", "dev", {}, ()), id="all"),
        pytest.param('context = "https://x.org/y.git"', (None, None, None, {}, ()), id="address"),
        pytest.param("context = UNKNOWN", (None, None, None, {}, ()), id="unknown context"),
        pytest.param('dockerfile = "${UNKNOWN}"', ("docker", None, None, {}, ()), id="unknown dockerfile"),
        pytest.param("args = { A = TAG }", (*PLAIN[:3], {"A": "5.1.0"}, ()), id="reference"),
        pytest.param(
            'args = {\n A = "v${TAG}"\n "B" : 1\n C = true\n}',
            (*PLAIN[:3], {"A": "v5.1.0", "B": "1", "C": "true"}, ()),
            id="values",
        ),
        pytest.param(
            'args = { A = "$${TAG}", B = "\\"x\\n\\\\" }',
            (*PLAIN[:3], {"A": "${TAG}", "B": '"x\n\\'}, ()),
            id="escapes",
        ),
        pytest.param(
            'args = { A = null, B = upper("x"), C = NONE, D = TAG == "" ? 1 : 2 }',
            (*PLAIN[:3], {}, ("A", "B", "C", "D")),
            id="not known",
        ),
        pytest.param(
            'args = { A = "${upper("x")}-y", B = [TAG], C = ("x"), D = !x }',
            (*PLAIN[:3], {}, ("A", "B", "C", "D")),
            id="not known either",
        ),
        pytest.param(
            'args = { A = "%{ if x }y%{ endif }", B = IMAGE }',
            (*PLAIN[:3], {"B": "isaac-sim:5.1.0"}, ("A",)),
            id="templates",
        ),
        pytest.param(
            'args = { (x) = 1, 7 = 8, "a${b}" = 2, A = 3 }',
            (*PLAIN[:3], {"7": "8", "a${b}": "2", "A": "3"}, ()),
            id="names",
        ),
        pytest.param("args = { A = LOOP }", (*PLAIN[:3], {}, ("A",)), id="a circle"),
        pytest.param("args = { A = loose }", (*PLAIN[:3], {"A": "z"}, ()), id="attribute at the top"),
        pytest.param('tags = ["x:${TAG}"]\n output = [{ type = "image" }]\n x { y = 1 }', PLAIN, id="other attributes"),
        pytest.param('inherits = ["gone"]', PLAIN, id="inherits nothing"),
    ],
)
def test_targets(body: str, expected: tuple[object, ...]) -> None:
    text = f"""# bake
variable "TAG" {{ default = "5.1.0" }}   // one line
variable "IMAGE" {{
  default = "isaac-sim:${{TAG}}"
  validation {{ condition = TAG != "" }}
}}
variable "NONE" {{}}
variable "NULL" {{ default = null }}
variable "LOOP" {{ default = "${{LOOP}}" }}
loose = "z"
/* a
   comment */
group "default" {{ targets = ["sim"] }}
target "sim" {{
  {body}
}}
"""
    assert told(read(text)) == {"sim": expected}


def test_inheritance() -> None:
    text = """
target "_common" { args = { A = 1, B = 2 } }
target "_other" { args = { B = 3 } }
target "base" {
  inherits = ["_common"]
  context = ".."
}
target "sim" {
  inherits = ["base", "_other"]
  target = "dev"
  args = { C = 4 }
}
"""
    assert told(read(text)) == {
        "base": (".", "Dockerfile", None, {"A": "1", "B": "2"}, ()),
        "sim": (".", "Dockerfile", "dev", {"A": "1", "B": "3", "C": "4"}, ()),
    }


def test_inheriting_in_a_circle_ends() -> None:
    text = 'target "a" {\n inherits = ["b"]\n context = "x"\n}\ntarget "b" {\n inherits = ["a"]\n context = "y"\n}\n'
    assert sorted(told(read(text))) == ["a", "b"]


@pytest.mark.parametrize("over", ['target "sim" { args = { A = 2 } }', 'variable "TAG" { default = 2 }'])
def test_a_file_that_lies_over_another(over: str) -> None:
    text = 'variable "TAG" { default = "1" }\ntarget "sim" { args = { A = TAG } }\n'
    assert told(read(text, over))["sim"][3] == {"A": "2"}
    assert told(read(text, "}"))["sim"][3] == {"A": "1"}


@pytest.mark.parametrize("mark", ["EOT", "-EOT"])
def test_an_inline_dockerfile(mark: str) -> None:
    target = f'target "sim" {{\n  dockerfile-inline = <<{mark}\nFROM x:${{TAG}}\nRUN y\n  EOT\n}}\n'
    text = 'variable "TAG" { default = "5.1.0" }\n' + target
    (build,) = read(text).builds
    assert build.inline is not None
    assert (build.dockerfile, build.inline.text) == (None, "FROM x:5.1.0\nRUN y\n")


def test_json() -> None:
    tree = {
        "variable": {"TAG": {"default": "5.1.0"}, "N": {}},
        "target": {"_c": {"args": {"B": "2"}}, "sim": {"inherits": ["_c"], "args": {"A": "v${TAG}", "C": None}}},
    }
    document = read(json.dumps(tree, indent=2), path="docker-bake.json")
    assert told(document) == {"sim": (".", "Dockerfile", None, {"B": "2", "A": "v5.1.0"}, ("C",))}
    last = document.builds[0].args["A"].pieces[-1]
    assert (last.text, last.span.line, [span.text for span in last.via]) == ("5.1.0", 4, ["${TAG}"])
    assert read("[", path="docker-bake.json").problems[0].kind is ProblemKind.UNREADABLE


def test_a_value_knows_its_line_and_the_way_it_came() -> None:
    document = read('variable "TAG" { default = "5.1.0" }\ntarget "sim" { args = { A = TAG } }\n')
    (piece,) = document.builds[0].args["A"].pieces
    assert (piece.span.line, piece.span.text, [span.text for span in piece.via]) == (1, "5.1.0", ["TAG"])
    assert document.builds[0].span.text == "sim"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param('target "a" {', 1, "'}' is missing here", id="open block"),
        pytest.param('a = "x', 1, "the end of a string is missing here", id="open string"),
        pytest.param('\na = "x\n"', 2, "a string must end on its line", id="string over two lines"),
        pytest.param('a = "${"', 1, "is not expected here", id="open template"),
        pytest.param("a = <<E\nx\n", 2, "the end of a here-document is missing here", id="open here-document"),
        pytest.param("a =\n", 1, "a name or a value is missing here", id="no value"),
        pytest.param("\n}", 2, "'}' is not expected here", id="closing"),
        pytest.param('t "é" {\n context "."\n}\n', 3, "'}' is not expected here", id="a block without a body"),
        pytest.param("= 1", 1, "is not expected here", id="no name"),
        pytest.param("a = 1 b = 2\n", 1, "'b' must start a line", id="two attributes on a line"),
        pytest.param('x { a = "\n" }\n', 1, "a string must end on its line", id="string of a block over two lines"),
        pytest.param("t\n{\n}\n", 1, "'t' stands alone on its line", id="a brace on a line of its own"),
        pytest.param("a = 1\na = 2\n", 2, "'a' is set a second time", id="set twice"),
        pytest.param("a = " + "[" * 50 + "]" * 50, 1, "values are nested too deeply", id="deep lists"),
        pytest.param("a {\n" * 50 + "}\n" * 50, 32, "blocks are nested too deeply", id="deep blocks"),
    ],
)
def test_what_is_no_hcl(text: str, line: int, said: str) -> None:
    (problem,) = read(text).problems
    assert (problem.kind, problem.span.line) == (ProblemKind.UNREADABLE, line)
    assert problem.message.startswith("the file is not valid HCL: ")
    assert said in problem.message


def test_comments_that_mention_dmlint() -> None:
    text = '# dmlint: ignore[DM201] a  \na = "# dmlint"\n// dmlint: b\n/* dmlint */\n# other\nx = "'
    assert [span.text for span in read(text.removesuffix('x = "')).comments] == [
        "# dmlint: ignore[DM201] a",
        "// dmlint: b",
    ]
    assert len(read(text).comments) == 0
    assert read("# c\n").comments == ()


WORDS = st.sampled_from(
    [
        "target ",
        '"a"',
        " {",
        "}",
        "\n",
        "args = ",
        "x",
        "=",
        ",",
        "[",
        "]",
        "(",
        ")",
        '"',
        "${",
        "<<E\n",
        "E\n",
        "#",
        "/*",
        "1",
        ":",
        "?",
        "\\",
        "dmlint",
        "<<-E\n",
    ]
)


@given(st.lists(WORDS, max_size=25).map("".join))
def test_never_raises(text: str) -> None:
    assert read(text).source.text == text


def test_an_expression_that_ends_with_the_file() -> None:
    assert read("a = b + c").problems == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param('matrix = { v = ["1", "2.0"] }\n args = { A = v }', {"sim-1": "1", "sim-2.0": "2.0"}, id="plain"),
        pytest.param(
            'name = "s-${v}-${TAG}"\n matrix = { v = [1, 2], w = [3] }\n args = { A = "${v}.${w}" }',
            {"s-1-t": "1.3", "s-2-t": "2.3"},
            id="names and two axes",
        ),
        pytest.param(
            'name = item.n\n matrix = { item = [{ n = "a", x = { y = TAG } }, { n = "b" }] }\n args = { A = item.x.y }',
            {"a": "t", "b": None},
            id="tables",
        ),
        pytest.param("matrix = { v = [] }", {}, id="of nothing"),
        pytest.param("matrix = {}", {"sim": None}, id="empty"),
    ],
)
def test_a_matrix_is_one_build_for_each_combination(body: str, expected: dict[str, str | None]) -> None:
    document = read(f'variable "TAG" {{ default = "t" }}\ntarget sim {{\n {body}\n}}\n')
    values = {one.service: one.args["A"].text if "A" in one.args else None for one in document.builds}
    assert values == expected


def test_attributes_of_other_targets() -> None:
    text = """
target "a" {
  dockerfile = "x.Dockerfile"
  args = { B = "1" }
}
target "b" {
  dockerfile = target.a.dockerfile
  args = { C = target.a.args.B, D = target.gone.args.B, E = "${target.a.args.F}" }
}
"""
    assert told(read(text))["b"] == ("docker", "docker/x.Dockerfile", None, {"C": "1"}, ("D", "E"))


def test_json_has_escapes_and_tabs() -> None:
    text = '{\n\t"target": {\n\t\t"s\\u0069m": {"args": {"A": "x\\ty", "B": 1, "C": true}}\n\t}\n}'
    assert told(read(text, path="docker-bake.json"))["sim"][3] == {"A": "x\ty", "B": "1", "C": "true"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param('"\\u00e9\\U0001F600é"', "é\U0001f600é", id="escapes"),
        pytest.param('"${replace("x", "\n", "y")}"', None, id="a break in a template"),
        pytest.param("# c\n", None, id="a comment"),
    ],
)
def test_strings_and_comments_in_a_list(written: str, value: str | None) -> None:
    document = read(f'variable "é" {{ default = "x" }}\ntarget "sim" {{\n tags = [ {written} ]\n}}\n')
    assert (document.problems, document.builds[0].tags) == ((), (value,) if value else ())


def test_what_is_far_from_hcl_takes_no_longer_than_hcl() -> None:
    (problem,) = read("x = " + "a = a." * 20_000).problems
    assert problem.span.line == 1
