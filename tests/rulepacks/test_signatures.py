"""Error messages are recognized however they are pasted, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from dmlint.checks import load_rules
from dmlint.rulepacks.catalogue import recognize

PACK = load_rules()
SHIPPED = PACK.catalogue.signatures
DTYPE = (
    "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from"
)


def first_rules(message: str) -> list[str]:
    """The likeliest rule of each signature that is recognized, the best first."""
    return [entry.rules[0] for entry in recognize(message, SHIPPED)]


def first_texts(message: str) -> list[str]:
    return [entry.texts[0].split(",")[0] for entry in recognize(message, SHIPPED)]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        pytest.param("Unable to write from unknown dtype", "TypeError: Unable to write", id="part"),
        pytest.param("unable TO write from UNKNOWN dtype", "TypeError: Unable to write", id="letter case"),
        pytest.param("Unable to write from\n   unknown\tdtype", "TypeError: Unable to write", id="line breaks"),
        pytest.param("unknown dtype, kind=f, size=0", "TypeError: Unable to write", id="its end, with what differs"),
        pytest.param("Unable to write from unknown dtype, kind=V, size=16", "TypeError: Unable", id="other numbers"),
        pytest.param("\x1b[31mTypeError\x1b[0m: Unable to write from unknown dtype", "TypeError: Unable", id="colors"),
        pytest.param(f"x\n  File 'y', line 3\n{DTYPE} PyObject\nmore", "ValueError: numpy.dtype size", id="traceback"),
        pytest.param("numpy.dtype size changed", "ValueError: numpy.dtype size changed", id="the head of a long one"),
        pytest.param(DTYPE, "ValueError: numpy.dtype size changed", id="cut off"),
        pytest.param("_ARRAY_API", "AttributeError: _ARRAY_API not found", id="one word"),
        pytest.param("_array_api NOT found", "AttributeError: _ARRAY_API not found", id="one word in another case"),
        pytest.param(
            "A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.2.6 as it may crash. To support both",
            "AttributeError: _ARRAY_API not found",
            id="two lines",
        ),
        pytest.param(
            "module \u2018numpy\u2019 has no attribute \u201ccumproduct\u201d", "AttributeError: module", id="quotes"
        ),
        pytest.param(
            "#9 3.4 A module that was compiled using NumPy 1.x cannot be run in\n#9 3.4 NumPy 2.2.6 as it may crash",
            "AttributeError: _ARRAY_API not found",
            id="lines of a build's log",
        ),
        pytest.param("RuntimeError: Numpy is not available", "RuntimeError: Numpy is not available", id="torch"),
        pytest.param(
            "UserWarning: Failed to initialize NumPy: _ARRAY_API not found (Triggered internally at numpy.cpp:84.)",
            "AttributeError: _ARRAY_API not found",
            id="passed on in a warning",
        ),
        pytest.param(
            "2026-01-02 [4,211ms] [Error] [omni.node] Unable to write from unknown dtype, kind=f, size=0 in a node",
            "TypeError: Unable to write",
            id="passed on in a log",
        ),
        pytest.param("ImportError: numpy.core.umath failed to import", "AttributeError: _ARRAY_API", id="umath"),
        pytest.param(
            'File "e.py", line 3\nAttributeError: `np.float_` was removed in the NumPy 2.0 release. Use `np.float64` '
            "instead.",
            "AttributeError: `np.*` was removed in the NumPy 2.0",
            id="what NumPy 2 has removed",
        ),
        pytest.param(
            "ERROR: No matching distribution found for isaacsim==5.0.0",
            "Could not find a version that satisfies the requirement isaacsim",
            id="no distribution",
        ),
    ],
)
def test_a_message_is_recognized(message: str, text: str) -> None:
    (found,) = first_texts(message)
    assert found.startswith(text)


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        pytest.param(
            "numba 0.59.1 requires numpy<1.27,>=1.22, but you have numpy 2.2.6 which is incompatible.",
            "DM107",
            id="too new",
        ),
        pytest.param(
            'cmeel-boost 1.83.0 requires numpy~=1.26.0; python_version >= "3.9", but you have numpy 2.2.6 which is '
            "incompatible.",
            "DM107",
            id="with a marker",
        ),
        pytest.param(
            "isaacsim-kernel 5.0.0.0 has requirement numpy==1.26.0, but you have numpy 2.2.6.", "DM107", id="pip check"
        ),
        pytest.param(
            "nlopt 2.10.0 requires numpy<3,>=2, but you have numpy 1.26.4 which is incompatible.", "DM109", id="too old"
        ),
        pytest.param(
            "opencv-python 4.12.0.88 has requirement numpy<2.3.0,>=2, but you have numpy 1.26.4.", "DM109", id="older"
        ),
        pytest.param("unknown field `extra-build-dependencies`, expected one of `offline`", "DM302", id="uv"),
        pytest.param("/bin/sh: 1: cannot open 2: No such file", "DM106", id="dash"),
        pytest.param("bash: line 1: 2: No such file or directory", "DM106", id="bash"),
        pytest.param("ERROR: ResolutionImpossible: for help visit", "DM109", id="pip gives up"),
    ],
)
def test_a_message_leads_to_a_rule(message: str, rule: str) -> None:
    assert first_rules(message) == [rule]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="nothing"),
        pytest.param("numpy", id="a word of many"),
        pytest.param("TypeError", id="a kind of error"),
        pytest.param("AttributeError: module 'numpy' has no attribute 'flaot32'", id="another attribute"),
        pytest.param("ERROR: No matching distribution found for isaac-arena", id="another distribution"),
        pytest.param("bash: file2: No such file or directory", id="another file"),
        pytest.param("scipy 1.9 requires pillow<12, but you have pillow 12.1 which is incompatible.", id="no numpy"),
        pytest.param("requires numpy" + " x" * 40 + " but you have numpy 2.1 which is incompatible", id="far apart"),
        pytest.param("kind = Unable dtype", id="its words in another order"),
        pytest.param("* * * *", id="gaps"),
    ],
)
def test_other_messages_are_not(message: str) -> None:
    assert first_texts(message) == []


def test_what_is_held_most_of_comes_first() -> None:
    log = "RuntimeError: Numpy is not available\nAttributeError: _ARRAY_API not found\n" + f"{DTYPE} PyObject\n"
    heads = [text.partition(":")[2].split()[0] for text in first_texts(log)]
    assert heads == ["numpy.dtype", "_ARRAY_API", "Numpy"]


def test_every_signature_recognizes_itself_and_has_a_source() -> None:
    own = [(text, entry) for entry in SHIPPED for text in entry.texts]
    assert [text for text, entry in own if entry not in recognize(text.replace("*", "7"), SHIPPED)] == []
    assert [entry.texts for entry in SHIPPED if not (entry.sources and entry.cause and entry.rules)] == []
