"""Scripts read once for each start that they can tell from others."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dmlint.environments.builds.script_starts import STARTS, ScriptRuns
from dmlint.facts import InstallStep, RunScript
from dmlint.parsers.scripts.script_facts import ScriptFacts, read_text
from dmlint.syntax.shell.start import Start
from dmlint.text.source import Source
from dmlint.text.traced import Traced


def text(of: str) -> Traced:
    """A text that stands in a file of its own."""
    source = Source(path="s.sh", text=of)
    return Traced.of(source.span(0, len(of)))


def installed(reading: ScriptFacts) -> list[str]:
    """The requirements of each install."""
    return [
        " ".join(f"{entry.name}{entry.specifier}" for entry in step.requirements)
        for step in reading.actions
        if isinstance(step, InstallStep)
    ]


A, B = text("a"), text("b")


@pytest.mark.parametrize(
    ("script", "one", "other", "shared"),
    [
        pytest.param("pip install x", Start(), Start(), True, id="nothing"),
        pytest.param("pip install x", Start(environ={"V": A}), Start(environ={"V": B}), True, id="not spoken of"),
        pytest.param("pip install $V", Start(environ={"V": A}), Start(environ={"V": B}), False, id="spoken of"),
        pytest.param(
            "pip install $W",
            Start(environ={"W": (w := text("$V")), "V": A}),
            Start(environ={"W": w, "V": B}),
            False,
            id="spoken of by a value",
        ),
        pytest.param("pip install x", Start(environ={"PATH": A}), Start(environ={"PATH": B}), False, id="heeded"),
        pytest.param("eval pip install x", Start(environ={"V": A}), Start(environ={"V": B}), False, id="any"),
        pytest.param("pip install x", Start(environ={"V": A}), Start(), False, id="handed on or not"),
        pytest.param("pip install $1", Start(arguments=(A,)), Start(arguments=(B,)), False, id="arguments"),
        pytest.param("pip install x", Start(arguments=(A,)), Start(arguments=(B,)), True, id="arguments not read"),
        pytest.param("pip install x", Start(cwd="/a"), Start(cwd="/b"), False, id="folder"),
        pytest.param("pip install x", Start(conditional=True), Start(), False, id="conditional"),
        pytest.param("pip install x", Start(within="conda:a"), Start(within="conda:b"), False, id="within"),
    ],
)
def test_a_script_is_read_again_only_for_what_it_can_see(
    script: str, one: Start, other: Start, *, shared: bool
) -> None:
    read = text(script)
    readings = ScriptRuns()
    first = readings.read(read, one)
    again = readings.read(read, other)
    assert (first.actions[0] is again.actions[0]) is shared
    assert (first, again) == (read_text(read, one, "script"), read_text(read, other, "script"))


@pytest.mark.parametrize(
    ("script", "names"),
    [
        pytest.param("bash /n.sh", ["V"], id="handed on"),
        pytest.param("export W=b; bash /n.sh", ["V", "W"], id="beside its own"),
        pytest.param("env -i bash /n.sh", [], id="cleared"),
    ],
)
def test_a_script_hands_on_what_it_does_not_speak_of(script: str, names: list[str]) -> None:
    (run,) = ScriptRuns().read(text(script), Start(environ={"V": A})).actions
    assert isinstance(run, RunScript)
    assert sorted(run.environ) == names


def test_of_many_starts_some_are_told_apart() -> None:
    script = text('pip install "$1" "$V" "$HOME"')
    readings = ScriptRuns()
    starts = [
        Start(arguments=(text(f"a{number}"),), environ={"V": A, "HOME": B}, cwd="/c") for number in range(STARTS + 2)
    ]
    read = [installed(readings.read(script, start)) for start in starts]
    assert read == [*([f"a{number} a b"] for number in range(STARTS)), ["b"], ["b"]]
    # What was read before is known for good.
    assert installed(readings.read(script, starts[0])) == ["a0 a b"]
    assert readings.read(script, starts[-1]) is readings.read(script, starts[-2])
    further = replace(starts[-1], cwd="/d")
    assert [action.cwd for action in readings.read(script, further).actions if isinstance(action, InstallStep)] == [
        "/d"
    ]


def test_an_empty_script_does_nothing_however_often_it_runs() -> None:
    readings = ScriptRuns()
    assert {readings.read(Traced(), Start(cwd=f"/{number}")) for number in range(STARTS + 2)} == {ScriptFacts()}
