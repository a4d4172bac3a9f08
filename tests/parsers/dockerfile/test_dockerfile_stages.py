"""Stages, images, scopes, files and problems of whole Dockerfiles."""

from __future__ import annotations

import pytest

from dmlint.facts import Copy, Document, FileWrite, Stage
from dmlint.parsers.dockerfile import parse
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source
from dmlint.text.traced import Traced


def read(text: str, **build_args: str) -> Document:
    outside = {
        name: Traced.of(Source(path="compose.yaml", text=value).span(0, len(value)))
        for name, value in build_args.items()
    }
    return parse(Source(path="Dockerfile", text=text), outside)


def images(text: str, **build_args: str) -> list[tuple[str, str, str, str]]:
    """Role, stage, reference as written, and its value with what is not known in angle brackets."""
    return [
        (
            image.role,
            image.stage,
            image.written.text,
            "".join(piece.text if piece.known else f"<{piece.text}>" for piece in image.value.pieces),
        )
        for image in read(text, **build_args).images
    ]


def image(text: str, **build_args: str) -> str:
    """The value of the only image."""
    ((_, _, _, value),) = images(text, **build_args)
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a:1", "a:1", id="literal"),
        pytest.param("ARG T=1\nFROM a:$T", "a:1", id="arg"),
        pytest.param("ARG T=1\nARG I=a:${T}\nFROM ${I}", "a:1", id="arg-of-arg"),
        pytest.param("ARG T=1 I=a:${T}\nFROM ${I}", "a:1", id="two-on-one-line"),
        pytest.param("ARG T='1 2'\nFROM a:$T", "a:1 2", id="quoted"),
        pytest.param("ARG T\nFROM a:$T", "a:<$T>", id="no-default"),
        pytest.param("ARG T\nFROM a:${T:-2}", "a:2", id="default-in-place"),
        pytest.param("ARG T=\nFROM a:${T:-2}", "a:2", id="empty-default"),
        pytest.param("FROM a:${T}", "a:<${T}>", id="undeclared"),
        pytest.param("FROM a:$TARGETARCH", "a:<$TARGETARCH>", id="automatic"),
        pytest.param("ARG A = b\nFROM a:$A$b", "a:<$A><$b>", id="blanks-around-equals"),
        pytest.param("arg T=1\nfrom --platform=$BUILDPLATFORM a:$T as b", "a:1", id="lower-case-and-platform"),
        pytest.param("ARG T=1\nARG T=2\nFROM a:$T", "a:2", id="last-wins"),
        pytest.param("# escape=`\nARG T=1`\n2\nFROM `\n a:$T", "a:12", id="backtick"),
        pytest.param("ARG T=1\r\nFROM a:$T\r\n", "a:1", id="crlf"),
        pytest.param("FROM \\\n # dmlint\n\n a \\\n AS b", "a", id="continued"),
    ],
)
def test_resolves_an_image(text: str, expected: str) -> None:
    assert image(text) == expected


def test_build_args_override_defaults() -> None:
    document = read("ARG T=1\nFROM a:$T\nARG U=2\nCOPY x /$U\nCOPY x /$V", T="9", U="8", V="7")
    assert document.images[0].value.text == "a:9"
    assert document.images[0].value.pieces[1].span.source.path == "compose.yaml"
    assert targets(document.stages[0]) == ["/8", None]


def test_points_at_the_innermost_literal() -> None:
    found = read("ARG TAG=5.1.0\nARG IMAGE=sim:${TAG}\nFROM ${IMAGE}").images[0].value
    assert [(piece.text, piece.span.text, piece.span.line) for piece in found.pieces] == [
        ("sim:", "sim:", 2),
        ("5.1.0", "5.1.0", 1),
    ]
    assert [span.text for span in found.via] == ["${IMAGE}", "${TAG}"]
    assert found.span is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a AS b\nFROM b\nFROM B AS c", [
            ("b", None, "a"), ("1", "b", None), ("c", "b", None)
        ], id="any-case"),
        pytest.param("ARG S=b\nFROM a AS b\nFROM ${S}", [("b", None, "a"), ("1", "b", None)], id="through-arg"),
        pytest.param("FROM b AS a\nFROM c AS b", [("a", None, "b"), ("b", None, "c")], id="later-is-an-image"),
        pytest.param("FROM scratch AS x\nFROM x", [("x", None, None), ("1", "x", None)], id="scratch"),
        pytest.param("FROM a\nFROM 0", [("0", None, "a"), ("1", None, "0")], id="number-is-an-image"),
        pytest.param("RUN x\nCOPY a b", [("0", None, None)], id="no-from"),
        pytest.param("ARG A=1\nLABEL a=b", [("0", None, None)], id="no-from-but-arg"),
        pytest.param("LABEL a=b", [], id="nothing-of-interest"),
        pytest.param("RUN x\nFROM a", [("0", None, "a")], id="run-before-from"),
        pytest.param("FROM\nFROM a b\nFROM a AS", [("0", None, "a"), ("1", None, "a")], id="malformed"),
        pytest.param("FROM a\nONBUILD FROM b", [("0", None, "a")], id="onbuild-from"),
    ],
)  # fmt: skip
def test_finds_stages(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    stages = [(stage.name, stage.parent, stage.image and stage.image.value.text) for stage in read(text).stages]
    assert stages == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("COPY --from=img:1 a /b", [("COPY --from", "s", "img:1", "img:1")], id="copy"),
        pytest.param("ADD --from=img:1 a /b", [("ADD --from", "s", "img:1", "img:1")], id="add"),
        pytest.param("COPY --chown=a --from='img' --link a /b", [("COPY --from", "s", "img", "img")], id="quoted"),
        pytest.param("ARG I=x\nCOPY --from=$I a /b", [("COPY --from", "s", "$I", "x")], id="variable"),
        pytest.param("COPY --from=0 a /b\nCOPY --from=7 a /b\nCOPY --from=999999999999 a /b", [], id="number"),
        pytest.param("COPY --from=Base a /b", [], id="stage"),
        pytest.param("COPY --from= a /b", [], id="empty"),
        pytest.param("RUN --mount=type=bind,from=img,target=/b x", [("RUN --mount", "s", "img", "img")], id="mount"),
        pytest.param("RUN --mount=type=cache,from=img,target=/b x", [("RUN --mount", "s", "img", "img")], id="cache"),
        pytest.param("RUN --mount=from=base,target=/b x\nRUN --mount=type=ssh,from= x", [], id="mount-stage"),
        pytest.param("RUN --network=none x", [], id="other-flag"),
        pytest.param("ONBUILD COPY --from=img a /b", [("COPY --from", "s", "img", "img")], id="onbuild"),
    ],
)
def test_finds_further_images(line: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert images(f"FROM scratch AS base\nFROM base AS s\n{line}") == expected


def targets(stage: Stage) -> list[str | None]:
    return [action.target for action in stage.actions if isinstance(action, Copy)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ARG A=1\nFROM x\nCOPY f /$A/", ["/"], id="global-is-empty-inside"),
        pytest.param("ARG A=1\nFROM x\nCOPY f /a$A", ["/a"], id="global-is-empty-inside-a-word"),
        pytest.param("ARG A=1\nFROM x\nARG A\nCOPY f /$A", ["/1"], id="declared-again"),
        pytest.param("ARG A=1\nFROM x\nARG A=2\nCOPY f /$A", ["/2"], id="own-default"),
        pytest.param("ARG A\nFROM x\nARG A\nCOPY f /$A", [None], id="no-default"),
        pytest.param("ARG A\nFROM x\nCOPY f /a$A", ["/a"], id="global-without-default"),
        pytest.param("FROM x\nCOPY f /$A", [None], id="perhaps-of-the-image"),
        pytest.param("FROM x\nARG A=1\nENV A=2\nCOPY f /$A\nARG A=3\nCOPY f /$A", ["/2", "/2"], id="env-beats-arg"),
        pytest.param("FROM x\nARG A=1\nARG A\nCOPY f /$A", ["/1"], id="arg-again-keeps"),
        pytest.param("FROM x AS p\nARG A=1\nENV B=2\nFROM p\nARG B=3\nCOPY f /$A$B", ["/12"], id="inherited"),
        pytest.param("FROM x AS p\nENV A=1\nFROM y\nCOPY f /$A", [None], id="not-from-a-stranger"),
        pytest.param("FROM x\nARG TARGETARCH\nCOPY f /$TARGETARCH", [None], id="automatic"),
        pytest.param("FROM x\nENV A=1\nENV A=2 B=$A\nCOPY f /$B$A", ["/12"], id="env-sees-what-was-before"),
        pytest.param("FROM x\nARG A=1 B=$A\nCOPY f /${B:-no}", [None], id="arg-sees-what-was-before"),
        pytest.param("FROM x\nENV A b  c\nCOPY f \"/$A\"", None, id="old-form"),
        pytest.param("FROM x\nENV A=b\\ c\nCOPY [\"f\", \"/$A\"]", ["/b c"], id="escaped-blank"),
        pytest.param("FROM x\nENV N=A\nENV $N=1\nCOPY f /$A", ["/1"], id="name-through-a-variable"),
        pytest.param("FROM x\nENV A\nENV A=1 B\nCOPY f /a", ["/a"], id="malformed"),
        pytest.param("FROM x\nONBUILD ENV A=1\nONBUILD COPY f /$A", ["/1"], id="onbuild"),
    ],
)  # fmt: skip
def test_keeps_scopes(text: str, expected: list[str | None] | None) -> None:
    assert targets(read(text).stages[-1]) == (expected or ["/b  c"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM x\nCOPY f .\nCOPY f a\nCOPY f /", ["./", "a", "/"], id="unknown-folder"),
        pytest.param("FROM x\nWORKDIR a\nCOPY f b", ["b"], id="relative-to-the-unknown"),
        pytest.param("FROM x\nWORKDIR /a\nWORKDIR b/\nCOPY f c d/ ./", ["/a/b/"], id="relative"),
        pytest.param("FROM x\nWORKDIR /a\nCOPY f ../b\nCOPY f //c/./d", ["/b", "/c/d"], id="normal"),
        pytest.param("FROM x\nENV R=/r\nWORKDIR $R/w\nCOPY f .", ["/r/w/"], id="variable"),
        pytest.param("FROM x\nWORKDIR /a\nWORKDIR $U\nCOPY f b", ["b"], id="variable-unknown"),
        pytest.param("FROM x\nWORKDIR \"/a b\"\nCOPY f c", ["/a b/c"], id="quoted"),
        pytest.param("FROM x\nWORKDIR /\nCOPY f c", ["/c"], id="root"),
        pytest.param("FROM scratch\nWORKDIR a\nCOPY f c", ["/a/c"], id="scratch"),
        pytest.param("FROM x AS p\nWORKDIR /a\nFROM p\nCOPY f c", ["/a/c"], id="inherited"),
        pytest.param("FROM x\nCOPY f\nCOPY [1]\nCOPY", [], id="malformed"),
    ],
)  # fmt: skip
def test_knows_folders(text: str, expected: list[str | None]) -> None:
    assert targets(read(text).stages[-1]) == expected


def copies(text: str) -> list[tuple[str, tuple[str | None, ...], str | None, str | None]]:
    actions = read(text).stages[-1].actions
    return [(a.span.text, a.sources, a.target, a.origin) for a in actions if isinstance(a, Copy)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("COPY a b /c/", [("COPY a b /c/", ("a", "b"), "/c/", None)], id="copy"),
        pytest.param('ADD ["a b", "/c"]', [('ADD ["a b", "/c"]', ("a b",), "/c", None)], id="json"),
        pytest.param("COPY $U a /c/", [("COPY $U a /c/", (None, "a"), "/c/", None)], id="unknown-source"),
        pytest.param("COPY --from=0 a /c", [("COPY --from=0 a /c", ("a",), "/c", "base")], id="number"),
        pytest.param("COPY --from=BASE a /c", [("COPY --from=BASE a /c", ("a",), "/c", "base")], id="name"),
        pytest.param("COPY --from=img a /c", [("COPY --from=img a /c", ("a",), "/c", "img")], id="image"),
        pytest.param("COPY --from=9 a /c", [("COPY --from=9 a /c", ("a",), "/c", "9")], id="number-too-high"),
        pytest.param(
            "RUN --mount=type=bind,source=r.txt,target=/r.txt x",
            [("type=bind,source=r.txt,target=/r.txt", ("r.txt",), "/r.txt", None)],
            id="bind",
        ),
        pytest.param(
            "RUN --mount=src=$U,dst=$A,from=base --mount=Destination=/d,ro x",
            [("src=$U,dst=$A,from=base", (None,), "/1", "base"), ("Destination=/d,ro", ("/",), "/d", None)],
            id="bind-spellings",
        ),
        pytest.param("RUN --mount=type=cache,target=/c --mount=type=bind x", [], id="no-bind"),
        pytest.param("RUN --mount=type=bind,\\\n target=/c x", [], id="flag-cut-by-a-blank"),
    ],
)
def test_finds_copies(line: str, expected: list[tuple[str, tuple[str | None, ...], str | None, str | None]]) -> None:
    assert copies(f"FROM scratch AS base\nENV A=1\nFROM base\n{line}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("COPY <<E /c.txt\nnumpy<$A\nE", [("/c.txt", "numpy<2\n")], id="expanded"),
        pytest.param("COPY <<'E' /c.txt\nnumpy<$A\nE", [("/c.txt", "numpy<$A\n")], id="literal"),
        pytest.param("COPY <<-E /c.txt\n\tnumpy\n\n\t\tx\n\tE", [("/c.txt", "numpy\n\nx\n")], id="tabs"),
        pytest.param("COPY <<-E /c.txt\r\n\tnumpy\r\n\tE\r\n", [("/c.txt", "numpy\r\n")], id="tabs-crlf"),
        pytest.param("COPY <<a <<b d/\n1\na\n2\nb", [("/w/d/a", "1\n"), ("/w/d/b", "2\n")], id="two"),
        pytest.param("ADD f <<a /d/\n'q' \"\\\\\na", [("/d/a", "'q' \"\\\n")], id="beside-a-file-and-quotes"),
        pytest.param("COPY <<a $U\n1\na", [(None, "1\n")], id="unknown-target"),
        pytest.param("COPY <<a /d\na", [("/d", "")], id="empty"),
        pytest.param("COPY <<-a /d\n\t\t", [("/d", "")], id="unterminated-tabs"),
    ],
)
def test_finds_written_files(text: str, expected: list[tuple[str | None, str]]) -> None:
    actions = read(f"FROM x\nENV A=2\nWORKDIR /w\n{text}").stages[0].actions
    writes = [(a.path, str(a.content)) for a in actions if isinstance(a, FileWrite)]
    assert writes == expected


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        pytest.param("", "", "no instructions", id="empty"),
        pytest.param("# a\n", "", "no instructions", id="comments-only"),
        pytest.param("FROM a\nFOO b\n", "FOO b", "'FOO' is no Dockerfile instruction", id="unknown"),
        pytest.param("FROM a\nFO\u00d6 b\n", "FO\u00d6 b", "'FO\u00d6' is no Dockerfile", id="unknown-letters"),
        pytest.param("FROM\n", "FROM", "FROM needs an argument", id="from"),
        pytest.param("FROM a b\n", "FROM a b", "at most AS and a name", id="from-two"),
        pytest.param("RUN x\nCOPY a b\nFROM a", "RUN x", "before the first FROM", id="before-from"),
        pytest.param("FROM a\nENV a", "ENV a", "two arguments", id="env"),
        pytest.param("FROM a\nENV a=b c", "ENV a=b c", "'c' has no '='", id="env-no-equals"),
        pytest.param("FROM a\nARG A = b", "ARG A = b", "no spaces", id="arg"),
        pytest.param("FROM a\nRUN [1]", "RUN [1]", "JSON", id="json"),
        pytest.param("FROM a\nSHELL bash", "SHELL bash", "SHELL takes", id="shell"),
        pytest.param("FROM a\nSHELL [1]", "SHELL [1]", "JSON", id="shell-json"),
        pytest.param("FROM a\nONBUILD ONBUILD RUN x", "ONBUILD ONBUILD RUN x", "behind ONBUILD", id="onbuild-onbuild"),
        pytest.param("FROM a\nONBUILD", "ONBUILD", "ONBUILD needs an argument", id="onbuild"),
        pytest.param("FROM a\nRUN <<E\nx", "RUN <<E", "'E' has no end", id="heredoc"),
        pytest.param("FROM a\nRUN <<E <<F\nx", "RUN <<E <<F", "'E' has no end", id="heredocs"),
        pytest.param("# escape=x\nFROM a", "# escape=x", "escape character is 'x'", id="escape"),
        pytest.param("# escape=`\n# ESCAPE=`\nFROM a", "# ESCAPE=`", "only one escape", id="escape-twice"),
        pytest.param('FROM a\nRUN x "\ny\nz"\n', "y", "'y' is no Dockerfile instruction", id="only-the-first"),
        pytest.param("FROM a\nFOO\nENV a", "ENV a", "two arguments", id="what-is-read-comes-first"),
        pytest.param("FROM ${A\nUSER", "USER", "USER needs an argument", id="what-is-expanded-comes-last"),
        pytest.param("FROM a AS 1b", "FROM a AS 1b", "is no name of a stage", id="stage-name"),
        pytest.param("FROM a\nRUN --nope x", "RUN --nope x", "RUN has no flag --nope", id="flag"),
        pytest.param("FROM a\nCMD --x y", "CMD --x y", "CMD has no flag --x", id="flag-of-none"),
        pytest.param("FROM a\nCOPY --from a b", "COPY --from a b", "--from needs a value", id="flag-without-value"),
        pytest.param("FROM a\nCOPY --link=1 a b", "COPY --link=1 a b", "--link is true or false", id="switch"),
        pytest.param("FROM a\nCOPY a", "COPY a", "a source and a destination", id="copy-one"),
        pytest.param('FROM a\nADD ["a"]', 'ADD ["a"]', "a source and a destination", id="add-one"),
        pytest.param("FROM a\nHEALTHCHECK", "HEALTHCHECK", "HEALTHCHECK needs an argument", id="healthcheck"),
        pytest.param("FROM a\nHEALTHCHECK x", "HEALTHCHECK x", "takes CMD or NONE, not 'x'", id="healthcheck-kind"),
        pytest.param("FROM a\nHEALTHCHECK CMD", "HEALTHCHECK CMD", "needs a command", id="healthcheck-cmd"),
        pytest.param("FROM a\nHEALTHCHECK NONE x", "HEALTHCHECK NONE x", "nothing more", id="healthcheck-none"),
        pytest.param("FROM a\nENV =b", "ENV =b", "an ENV name is blank", id="env-blank"),
        pytest.param("FROM a\nLABEL =b", "LABEL =b", "a LABEL name is blank", id="label-blank"),
        pytest.param("FROM a\nLABEL b", "LABEL b", "LABEL must have two arguments", id="label"),
        pytest.param("FROM a\nSHELL []", "SHELL []", "SHELL takes", id="shell-empty"),
        pytest.param("FROM a:${TAG", "FROM a:${TAG", "'a:${TAG' cannot be expanded", id="open-brace"),
        pytest.param("FROM --platform=${A a", "FROM --platform=${A a", "cannot be expanded", id="open-brace-in-a-flag"),
        pytest.param("FROM a\nARG A=${B", "ARG A=${B", "cannot be expanded", id="open-brace-in-arg"),
        pytest.param('FROM a\nENV A="b', 'ENV A="b', "cannot be expanded", id="open-quote-in-env"),
        pytest.param("FROM a\nCOPY ${A b/ /c", "COPY ${A b/ /c", "cannot be expanded", id="open-brace-in-copy"),
        pytest.param("FROM a\nWORKDIR ${}", "WORKDIR ${}", "cannot be expanded", id="no-name"),
        pytest.param("FROM a\n" + "#" * 65536, "", "longer than 65535 bytes", id="long-line"),
        pytest.param("FROM a\n#" + "\u00e9" * 32768, "", "longer than 65535 bytes", id="long-line-in-bytes"),
    ],
)
def test_says_what_is_malformed(text: str, where: str, message: str) -> None:
    (problem,) = read(text).problems
    assert (problem.kind, problem.span.text) == (ProblemKind.UNREADABLE, where)
    assert message in problem.message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("FROM a\n#" + "\u00e9" * 32767, id="line-just-short-enough"),
        pytest.param('FROM a\nSHELL ["bash", "-c"]\nCMD []\nENTRYPOINT x', id="json"),
        pytest.param("# check=skip=all\n# syntax=docker/dockerfile:1\nFROM a", id="directives"),
        pytest.param("# syntax=mirror.org:5000/x/dockerfile-upstream@sha256:1\nFROM a", id="a copy of the frontend"),
        pytest.param("FROM --platform=$P a AS b\nCOPY --link --from=b --chown=1 <<E /x\ny\nE\n", id="flags"),
        pytest.param("FROM a\nHEALTHCHECK --interval=1s CMD x\nHEALTHCHECK NONE\n", id="healthcheck"),
        pytest.param('FROM a\nENV A =b\nLABEL c d\nUSER ${D:-e}\nVOLUME ["/$"]\n', id="words"),
        pytest.param("FROM a\nUSER " + "${A:-" * 40 + "}" * 40, id="deeper than we follow"),
        pytest.param("FROM a\nRUN\nRUN [ -f x ]", id="run"),
    ],
)
def test_accepts(text: str) -> None:
    assert read(text).problems == ()


def test_keeps_comments_about_dmlint() -> None:
    text = "# dmlint: a\nFROM x\n  # dmlint: b\nCOPY a \\\n # dmlint: c\n # Dmlint\n b\n# other\n"
    text += "COPY <<E /x\n# dmlint\nE\n"
    assert [span.text for span in read(text).comments] == ["# dmlint: a", "# dmlint: b", "# dmlint: c"]


def test_says_once_that_another_frontend_is_asked_for() -> None:
    document = read("# syntax = some/dockerfile-x\n# dmlint: a\nINCLUDE y\nRUN pip install numpy\n")
    (problem,) = document.problems
    assert (problem.kind, problem.span.text) == (ProblemKind.MISSING, "some/dockerfile-x")
    assert [span.text for span in document.comments] == ["# dmlint: a"]
    assert (document.stages, document.dependencies) == ((), ())
