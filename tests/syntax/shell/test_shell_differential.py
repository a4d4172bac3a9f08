"""Words as bash itself passes them on, for scripts of harmless functions that print their arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bash_oracle import agree, plant, read_commands
from bash_oracle import heard as heard_by_stand_ins
from bash_scripts import make_script
from shell_scripts import read

if TYPE_CHECKING:
    from pathlib import Path

BASH = shutil.which("bash")
PROGRAMS = ("pip", "uv")
PRELUDE = """
__say() { printf '%s\\0' "$@" >&9; printf '\\n\\0' >&9; }
for __name in pip uv; do eval "$__name() { __say $__name \\"\\$@\\"; }"; export -f $__name; done
export -f __say
eval "$1" 9>>"$2"
"""
SCRIPTS = [
    "pip install numpy scipy",
    "pip install \"numpy<2\" 'scipy>1' torch\\<3",
    "pip install numpy\"<2\"'x'y",
    'echo "pip install numpy"; pip x',
    "if true; then pip a; else pip b; fi; if false; then pip c; elif true; then pip d; fi",
    'for p in a b "c d"; do pip $p "$p"; done',
    'PIP=(uv pip install); "${PIP[@]}" numpy; ${PIP[*]} x; "${PIP[*]:0}" 2>/dev/null || pip y',
    'D="numpy scipy"; pip $D "$D" a${D}b "a${D}b"',
    'E=; pip $E "$E" x',
    "f() { local A=1; pip $A; }; A=2; f; pip $A",
    "(A=1; pip $A); A=2; pip $A | cat; { A=3; pip $A; }; pip $A",
    "pip {a,b}{1,2} numpy{,-stl} {1..3} {a} {} {a,b",
    "pip $'a\\tb\\x41\\101' $\"c\" \"\\$x\\\\\" '\\$x'",
    "pip a\\\nb c \\\n d",
    "cat <<EOF | bash\npip install x\nEOF",
    "bash <<'EOF'\nA=q; pip \"$A\"\nEOF",
    "cat > f <<A; pip x\npip no\nA\npip y",
    "cat <<A <<-B; pip z\na\nA\n\tpip no\n\tB\npip w",
    'eval "pip a b"; eval pip \'c\\ d\' "e f"',
    "A=abc.def.ghi; pip ${A#*.} ${A##*.} ${A%.*} ${A%%.*} ${A/abc/x} ${A//./-} ${A^^} ${A^} ${A:1:2} ${A:4}",
    'A=ABC; pip ${A,,} ${A,} ${B:-d} ${B-e} "${B:-f g}" ${B:-f g} ${A:+h} ${B:+i} ${A:-j}',
    ': "${A:=b}"; pip $A; : ${C=d}; pip $C',
    'export A=b C="d e"; pip "$A" "$C"; unset A; pip x$A',
    'A=(a "b c"); A+=(d); pip "${A[@]}" ${A[1]} "${A[0]}" $A',
    "A=x; A+=y; pip $A",
    "case foo in f*) pip a;; esac; case x in (x|y) pip b ;; esac",
    "while true; do pip a; break; done",
    "! false && pip a",
    "pip a >/dev/null 2>&1 b > x c <x d",
    "pip install numpy>=1.26 scipy",
    "pip a & wait; pip b",
    "exit() { pip overridden; }; pip x",
    "pip a; (pip b; exit; pip c); pip d; exit 0; pip e",
    "f() { pip a; return; pip b; }; f; pip c",
    "A=$(pip sub >&2; echo x); pip y",
    'set -- a "b c"; pip "$@" "$*" $1; shift; pip $1',
    "function g { pip g; }; function h() { pip h; }; g; h",
    "f() ( pip sub; ); f",
    "pip a # pip b\n# pip c\npip d#e",
    "A=b pip x; A=1 B=2 eval 'pip y'",
    "x=1\nif true\nthen\n  pip a\n  if true; then pip b\n  fi\nfi",
    'A="a\nb"; pip $A "$A"',
    'pip "a\'b" \'c"d\' "e\\"f" g\\\'h',
    'pip "${A:-"x y"}" "${A:-\'z\'}" ${A:-\'z w\'}',
    "a=1; [ $a = 1 ] && { pip x; pip y; }",
    "for ((i=0;i<1;i++)); do pip a; done",
    'pip "a${A-b}c" ${A-} ${A:-} "${A-}"',
    "pip *nomatch* a?b [x] ~nouser",
    "A='*'; pip \"$A\"",
    "pip a |& cat; pip b |\ncat && pip c &&\npip d",
    "((A=1)); pip ok; ( (pip s1); (pip s2) ); ((pip s3);(pip s4))",
    'uv pip install "a[b]>=1,<2" \'c; os_version<"3"\'',
    "declare -x Q=r; readonly S=t; pip $Q $S; typeset U=v; pip $U",
    "A=1; export A; bash <<EOF\npip \"$A\" '$A'\nEOF",
    'bash -c \'pip "$1" "$@"\' x a "b c"',
    'echo "pip install x" | bash; printf "pip a %s\\n" b | bash',
    "set -- p q; for x do pip $x; done; for x\ndo pip $x\ndone",
    'pip "${A:+x}" ${A:+x} "${A-}"; A=1; pip "${A:+x y}" ${A:+"x y"} ${A:+x y}',
    'f() { local IFS; pip "$*" "${@:-z}"; }; f a b',
    'A=(x "y z"); for i in "${A[@]}"; do pip "$i"; done',
    "if ! true; then pip a; elif ! false; then pip b; fi",
    "{ pip a; pip b; } && (pip c) && pip d",
    'A="x y" B=$A; pip "$B" $B',
    'X=a.tar.gz; for e in tar gz; do pip "${X%.$e}" "${X##*.}"; done',
    "pip a;pip b&&pip c;{ pip d;};(pip e)",
    'case "a b" in "a b") pip "a b";; esac',
    'pip -- "-c" --flag="v w" --x=\'y\'z',
    'function f() { case $1 in x) shift; pip "$@";; esac; }; f x 1 "2 3"',
    "cat <<'E' | bash -s\nfor i in 1 2; do pip $i; done\nE",
    "eval \"A='1 2'\"; pip \"$A\"; eval 'pip $A'",
    "A=1; unset A; pip x${A+y} ${A-d} x${A:+y} ${A:-e}; set -- z; pip ${1-d} ${2-d} ${1+y} x${2+y}; set --; pip ${1-q}",
    "set -- a 'b c'; bash -s -- \"$@\" <<'E'\npip \"$2\" $1\nE",
    "echo 'pip $1' | bash -s x",
    "pip $\"a\" $'b\\'c' \"d\"'e'f\\ g",
    'bash -c "pip \'a b\' \\"c d\\""; sh -c true',
]


def heard(script: str, folder: Path) -> list[list[str]]:
    """The commands that bash ran, from the file that they wrote."""
    said = folder / "said"
    assert BASH is not None
    subprocess.run(
        [BASH, "-c", PRELUDE, "bash", script, str(said)],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=20,
        check=False,
    )
    lines = said.read_text().split("\n\0")[:-1]
    return [line.split("\0")[:-1] for line in lines]


@pytest.mark.skipif(BASH is None, reason="there is no bash to compare with")
@pytest.mark.parametrize("script", SCRIPTS)
def test_reads_what_bash_runs(script: str, tmp_path: Path) -> None:
    commands = [[word.text for word in command.words] for command in read(script).commands]
    assert [words for words in commands if words[0] in PROGRAMS] == heard(script, tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="it takes programs on PATH, and a bash newer than that of macOS")
def test_reads_what_bash_runs_of_generated_scripts(tmp_path: Path) -> None:
    assert BASH is not None
    programs = plant(tmp_path)
    ran = {seed: heard_by_stand_ins(BASH, make_script(seed), programs) for seed in range(60)}
    told = {seed: words for seed, words in ran.items() if words is not None}
    assert [seed for seed, words in told.items() if not agree(read_commands(make_script(seed)), words)] == []
    assert sum(map(len, told.values())) > 100


# What is read otherwise than bash runs it, and why that is right or does no harm here.
EXPLAINED = [
    pytest.param(
        "f() { export A={a,b}; pip $A; }; f",
        [["pip", "{a,b}"]],
        [["pip", "b"]],
        id="dash, which runs most RUNs, has no braces, and bash takes the last of both values",
    ),
    pytest.param(
        "if [ -f /x ]; then f() { pip x; }; fi; f",
        [["pip", "x"]],
        [],
        id="a function that some way defines is one that may be there",
    ),
    pytest.param(
        'A=1; for i in "$?" 2; do pip $A; A=2; done',
        [["pip", "1"]],
        [["pip", "1"], ["pip", "2"]],
        id="of a loop over what is not known the first pass is read",
    ),
    pytest.param(
        "A=x; pip $A{1,2}",
        [["pip", "x1", "x2"]],
        [["pip"]],
        id="bash expands the braces first, and A1 and A2 are not set",
    ),
    pytest.param(
        'L=($FROM_OUTSIDE b); pip "${L[*]}"',
        [["pip", "$FROM_OUTSIDE b"]],
        [["pip", "b"]],
        id="a value that is not known is one word, and could be none or many",
    ),
    pytest.param("pip a < nowhere", [["pip", "a"]], [], id="whether a file to read from is there is not known"),
    pytest.param(
        "A=1; f() { local A; pip x$A; }; f", [["pip", "x$A"]], [["pip", "x"]], id="dash keeps the outer value"
    ),
]


@pytest.mark.skipif(sys.platform != "linux", reason="bash 3, which macOS has, differs in other ways")
@pytest.mark.parametrize(("script", "here", "there"), EXPLAINED)
def test_where_the_reader_differs(script: str, here: list[list[str]], there: list[list[str]], tmp_path: Path) -> None:
    commands = [[word.text for word in command.words] for command in read(script).commands]
    assert [words for words in commands if words[0] in PROGRAMS] == here
    assert heard(script, tmp_path) == there
