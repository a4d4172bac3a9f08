from __future__ import annotations

import pytest
from shell_scripts import argv, read

PEELED = [
    pytest.param("sudo pip a", id="sudo"),
    pytest.param("sudo -E -H -u me -- pip a", id="sudo with options"),
    pytest.param("sudo --user=me A=b pip a", id="sudo with an assignment"),
    pytest.param("doas -u me pip a", id="doas"),
    pytest.param("env pip a", id="env"),
    pytest.param("/usr/bin/env A=b -u C pip a", id="env with its folder"),
    pytest.param("/usr/bin/time -v pip a", id="time"),
    pytest.param("nice pip a", id="nice"),
    pytest.param("nice -n 10 ionice -c2 -n 7 pip a", id="nice and ionice"),
    pytest.param("nice -10 pip a", id="nice, short"),
    pytest.param("timeout 60 pip a", id="timeout"),
    pytest.param("timeout -k 5 --signal=KILL 10m pip a", id="timeout with options"),
    pytest.param("exec -a x pip a", id="exec"),
    pytest.param("nohup pip a &", id="nohup"),
    pytest.param("command pip a", id="command"),
    pytest.param("command -p pip a", id="command -p"),
    pytest.param("builtin command pip a", id="builtin"),
    pytest.param("stdbuf -oL -e 0 pip a", id="stdbuf"),
    pytest.param("unbuffer pip a", id="unbuffer"),
    pytest.param("setsid -w pip a", id="setsid"),
    pytest.param("gosu me pip a", id="gosu"),
    pytest.param("su-exec me:me pip a", id="su-exec"),
    pytest.param("xvfb-run -a -s '-screen 0' pip a", id="xvfb-run"),
    pytest.param("sudo bash -c 'nohup pip a'", id="around a script"),
    pytest.param("sudo -u me env A=b timeout 60 nice pip a", id="many"),
    pytest.param("A=b sudo pip a", id="behind an assignment"),
]


@pytest.mark.parametrize("script", PEELED)
def test_peels(script: str) -> None:
    command = read(script).commands[-1]
    assert [word.text for word in command.words] == ["pip", "a"]
    assert (command.within, command.conditional) == (None, False)


WITHIN = [
    pytest.param("conda run -n x pip a", "conda:x", id="conda -n"),
    pytest.param("conda run --no-capture-output --live-stream -n x pip a", "conda:x", id="conda with flags"),
    pytest.param("/opt/conda/bin/conda run --name=x pip a", "conda:x", id="conda --name="),
    pytest.param("conda run -p /opt/x pip a", "conda:/opt/x", id="conda -p"),
    pytest.param("conda run pip a", "conda", id="conda alone"),
    pytest.param("mamba run -n x pip a", "conda:x", id="mamba"),
    pytest.param("micromamba run -p /x pip a", "conda:/x", id="micromamba"),
    pytest.param("micromamba -r /m run -n base pip a", "conda:base", id="micromamba with options before"),
    pytest.param("conda run -n x bash -c 'pip a'", "conda:x", id="around a script"),
    pytest.param("sudo conda run -n x sudo pip a", "conda:x", id="between others"),
    pytest.param("poetry run pip a", "poetry", id="poetry"),
    pytest.param("pipenv run pip a", "pipenv", id="pipenv"),
    pytest.param("pdm run -p x pip a", "pdm", id="pdm"),
    pytest.param("hatch -e t run pip a", "hatch:t", id="hatch"),
    pytest.param("pixi run -e cuda pip a", "pixi:cuda", id="pixi"),
    pytest.param("conda run -n x poetry run pip a", "poetry", id="the innermost"),
]


@pytest.mark.parametrize(("script", "within"), WITHIN)
def test_enters(script: str, within: str) -> None:
    (command,) = read(script).commands
    assert [word.text for word in command.words] == ["pip", "a"]
    assert command.within == within


def test_uv_run_is_a_fact_of_its_own() -> None:
    outer, inner = read("sudo uv run --with numpy --python 3.11 -- pip a").commands
    assert [word.text for word in outer.words] == ["uv", "run", "--with", "numpy", "--python", "3.11", "--", "pip", "a"]
    assert [word.text for word in inner.words] == ["pip", "a"]
    assert (outer.within, inner.within) == (None, "uv")
    assert outer.span == inner.span


KEPT = [
    pytest.param("sudo -l", id="sudo -l"),
    pytest.param("sudo", id="sudo alone"),
    pytest.param("sudo -u", id="sudo without a user"),
    pytest.param("env", id="env alone"),
    pytest.param("env A=b", id="env that prints"),
    pytest.param("env -S a b", id="env -S"),
    pytest.param("command -v pip", id="command -v"),
    pytest.param("command -pv pip", id="command -pv"),
    pytest.param("timeout 60", id="timeout alone"),
    pytest.param("conda install numpy", id="conda install"),
    pytest.param("conda run", id="conda run alone"),
    pytest.param("conda", id="conda alone"),
    pytest.param("uv pip install run", id="uv pip"),
    pytest.param("uv run -m pip install x", id="uv run -m"),
    pytest.param("uv run --module pip", id="uv run --module"),
    pytest.param("retry pip install", id="unknown program"),
    pytest.param("ionice -p 1", id="ionice -p"),
    pytest.param("chroot /x pip a", id="chroot"),
    pytest.param("pip install sudo env", id="names as words"),
    pytest.param("source venv/bin/activate", id="source"),
    pytest.param(". ./x.sh", id="dot"),
    pytest.param("conda activate x", id="activate"),
]


@pytest.mark.parametrize("script", KEPT)
def test_keeps(script: str) -> None:
    assert argv(read(script)) == [script.split()]


def test_the_span_is_the_whole_command() -> None:
    (command,) = read("A=b sudo -E pip install x > log <<E && y\nE").commands[:1]
    assert command.span.text == "A=b sudo -E pip install x > log <<E"


def redirections(script: str) -> list[tuple[str, str, str, int | None, bool]]:
    return [
        (item.operator, item.target.text, item.span.text, item.follows, item.attached)
        for item in read(script, F="f g").commands[-1].redirections
    ]


REDIRECTIONS = [
    pytest.param("pip numpy<2", [("<", "2", "<2", 1, True)], id="attached"),
    pytest.param("pip numpy >=1.26 scipy", [(">", "=1.26", ">=1.26", 1, False)], id="words behind"),
    pytest.param("pip numpy>=1.26,<2 x", [(">", "=1.26,", ">=1.26,", 1, True), ("<", "2", "<2", 1, True)], id="two"),
    pytest.param("pip a<1 b<2", [("<", "1", "<1", 1, True), ("<", "2", "<2", 2, True)], id="each behind its word"),
    pytest.param("pip 'a'>1", [(">", "1", ">1", 1, True)], id="behind quotes"),
    pytest.param("<in pip a", [("<", "in", "<in", None, False)], id="before the command"),
    pytest.param("A=b<in pip a", [("<", "in", "<in", None, False)], id="behind an assignment"),
    pytest.param(
        "pip a 2>&1 >log 2>>e",
        [("2>&", "1", "2>&1", 1, False), (">", "log", ">log", 1, False), ("2>>", "e", "2>>e", 1, False)],
        id="descriptors",
    ),
    pytest.param("pip a2>b", [(">", "b", ">b", 1, True)], id="no descriptor"),
    pytest.param(
        "pip a &>b &>>c {fd}>d <>e >|f <&3",
        [
            ("&>", "b", "&>b", 1, False),
            ("&>>", "c", "&>>c", 1, False),
            ("{fd}>", "d", "{fd}>d", 1, False),
            ("<>", "e", "<>e", 1, False),
            (">|", "f", ">|f", 1, False),
            ("<&", "3", "<&3", 1, False),
        ],
        id="others",
    ),
    pytest.param(
        "pip > \"$F\" >'a b' > $U",
        [(">", "f g", '> "$F"', 0, False), (">", "a b", ">'a b'", 0, False), (">", "$U", "> $U", 0, False)],
        id="targets",
    ),
    pytest.param("pip a <<<b", [("<<<", "b", "<<<b", 1, False)], id="here-string"),
    pytest.param("pip <<'E' a\nE", [("<<", "'E'", "<<'E'", 0, False)], id="here-document"),
    pytest.param("sudo <x pip a>b", [("<", "x", "<x", None, False), (">", "b", ">b", 1, True)], id="behind a wrapper"),
    pytest.param("pip \\\n  a \\\n  > log", [(">", "log", "> log", 1, False)], id="over lines"),
    pytest.param("pip ${F}>x", [(">", "x", ">x", 2, True)], id="behind a split word"),
    pytest.param("pip a= >x", [(">", "x", ">x", 1, False)], id="apart"),
]


@pytest.mark.parametrize(("script", "expected"), REDIRECTIONS)
def test_redirections(script: str, expected: list[tuple[str, str, str, int | None, bool]]) -> None:
    assert redirections(script) == expected


def test_words_stay_in_order_around_redirections() -> None:
    assert argv(read("pip install numpy >=1.26 scipy")) == [["pip", "install", "numpy", "scipy"]]
    assert argv(read('pip install "a<1" b<2 c')) == [["pip", "install", "a<1", "b", "c"]]
    assert argv(read("x | pip a <b && c; { pip d; } >e; f")) == [["x"], ["pip", "a"], ["c"], ["pip", "d"], ["f"]]


STDIN = [
    pytest.param("pip <<E\na $A\n\\$b\nE", "a 1\n$b\n", id="here-document"),
    pytest.param("pip <<'E'\na $A\nE", "a $A\n", id="quoted"),
    pytest.param("pip <<-E\n\t\ta\n\n\t b\n\tE", "a\n\n b\n", id="tabs"),
    pytest.param("pip <<E", "", id="no body"),
    pytest.param("pip <<E\na", "a", id="no end"),
    pytest.param("pip <<A <<B\na\nA\nb\nB", "b\n", id="the last one"),
    pytest.param("pip <<\\E\n$A\nE", "$A\n", id="escaped delimiter"),
    pytest.param("pip <<''\na\n\nx", "a\n", id="empty delimiter"),
    pytest.param('pip <<< "$A b"', "1 b", id="here-string"),
    pytest.param("echo a b | pip", "a b\n", id="pipe"),
    pytest.param("pip <<E\nE \n E\nEE\nE", "E \n E\nEE\n", id="near misses"),
    pytest.param("pip <<E\n\"${A}\" 'x' `y` $(z)\nE", "\"1\" 'x' `y` $(z)\n", id="quotes in it"),
]


@pytest.mark.parametrize(("script", "expected"), STDIN)
def test_stdin(script: str, expected: str) -> None:
    command = next(command for command in read(script, A="1").commands if command.words[0].text == "pip")
    assert command.stdin is not None
    assert command.stdin.text == expected


def test_no_stdin() -> None:
    assert [command.stdin for command in read("pip; ls | pip; pip <<E <f\nE").commands] == [None] * 4


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("xargs pip a", ["pip", "a", "xargs"], id="from nobody knows where"),
        pytest.param("xargs -a f -n1 -r pip a", ["pip", "a", "xargs"], id="from a file"),
        pytest.param("cat f | xargs -n 1 pip a", ["pip", "a", "xargs"], id="through a pipe"),
        pytest.param("echo 'b  c' | xargs pip a", ["pip", "a", "b", "c"], id="from a text"),
        pytest.param("echo b c | xargs xargs pip a", ["pip", "a", "b", "c"], id="one inside of another"),
        pytest.param("printf 'b\\nc' | xargs -I {} pip {} a", ["pip", "b", "c", "a"], id="in a place of their own"),
    ],
)
def test_xargs_adds_what_it_reads(script: str, expected: list[str]) -> None:
    assert argv(read(script))[-1] == expected
