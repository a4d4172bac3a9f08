from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmlint.reports.sarif import hash_lines

GREETINGS = "e9496ae3ebfced30:1 fb7c023a8b9ccb3f:1 ce8ba1a563dcdaca:1 e20e36e16fcb0cc8:1 b3edc88f2938467e:1 "
GREETINGS += "c8e28b0b4002a3a0:1 c129715d7a2bc9a3:1"
LOREM = "".join(f"a7f2ff13bc495cf2:{number} " for number in range(1, 7))
LOREM += "a7f2ff1481e87703:1 a9cf91f7bbf1862b:1 55ec222b86bcae53:1 cc97dc7b1d7d8f7b:1 c129715d7a2bc9a3:1"


def everything(text: str) -> dict[int, str]:
    return hash_lines(text, range(1, len(text) + 2))


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        pytest.param("", "c129715d7a2bc9a3:1", id="empty"),
        pytest.param(
            " a\nb\n  \t\tc\n d",
            "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
            id="blanks",
        ),
        pytest.param(
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            "8b7cf3e952e7aeb2:1 b1ae1287ec4718d9:1 bff680108adb0fcc:1 c6805c5e1288b612:1 b86d3392aea1be30:1 "
            "e6ceba753e1a442:1",
            id="no-newline-at-the-end",
        ),
        pytest.param(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS, id="newlines"),
        pytest.param(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS, id="carriage-returns"),
        pytest.param(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS, id="both"),
        pytest.param(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS, id="all-sorts"),
        pytest.param("Lorem ipsum dolor sit amet.\n" * 10, LOREM, id="repeated"),
        pytest.param(
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            "e54938cc54b302f1:1 bb609acbe9138d60:1 1131fd5871777f34:1 5c482a0f8b35ea28:1 54517377da7028d2:1 "
            "2c644846cb18d53e:1 f1b89f20de0d133:1 c129715d7a2bc9a3:1",
            id="program",
        ),
    ],
)
def test_the_hashes_are_those_of_code_scanning(text: str, hashes: str) -> None:
    """What the tests of github/codeql-action (src/fingerprints.test.ts) expect."""
    assert everything(text) == dict(enumerate(hashes.split(), start=1))


def by_definition(text: str) -> dict[int, str]:
    """The same, unit by unit: where each line starts among those that count, and a polynomial over a hundred."""
    units: list[int] = []
    starts: list[int] = []
    raw = text.encode("utf-16-le", "surrogatepass")
    fresh, after_return = True, False
    for at in range(0, len(raw), 2):
        unit = raw[at] + 256 * raw[at + 1]
        counts = unit not in (9, 32) and not (after_return and unit == 10)
        after_return = counts and unit == 13
        starts += [len(units)] * (counts and fresh)
        fresh = unit in (10, 13) if counts else fresh
        units += [10 if unit == 13 else unit] * counts
    starts += [len(units)] * fresh
    units += [65535] + [0] * 100
    hashes: dict[int, str] = {}
    seen: list[int] = []
    for number, start in enumerate(starts, start=1):
        value = sum(unit * 37 ** (99 - at) for at, unit in enumerate(units[start : start + 100])) % 2**64
        seen.append(value)
        hashes[number] = f"{value:x}:{seen.count(value)}"
    return hashes


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("a \t\r\n\f😀é\ufeff"), max_size=300))
@example("\r \n\r\t\n")
@example("a" * 99 + "\nb")
@example("a" * 100 + "\nb")
@example("😀" * 60 + "\n" + "😀" * 60)
def test_the_hashes_follow_from_the_definition(text: str) -> None:
    assert everything(text) == by_definition(text)


def test_only_what_is_asked_for_is_told() -> None:
    assert hash_lines("a\nb\nc", {2}) == {2: everything("a\nb\nc")[2]}
    assert hash_lines("a", ()) == {}
