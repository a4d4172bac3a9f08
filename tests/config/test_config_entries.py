"""Environments and waivers in the configuration."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dmlint.config import Call, ConfigError, Configuration, configure, verify
from dmlint.config.settings import Waiver
from dmlint.environments.model import ProfileAssignment

RULES = {"numpy-unpinned": "DM101", "isaac-sim-avoided-image": "DM201"}
PROFILES = ("groot-finetune", "team-sim")
WAIVER = "[[waivers]]\nrule='DM101'\nreason='x'\n"


def read(cwd: Path, text: str, name: str = "dmlint.toml") -> Configuration:
    (cwd / name).parent.mkdir(exist_ok=True, parents=True)
    (cwd / name).write_text(text, encoding="utf-8")
    found = configure(Call(first=Path(name).parent, cwd=cwd, options={}, formats=("text",)))
    verify(found.tables, RULES, PROFILES)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("path='docker/*'", ProfileAssignment(profile="team-sim", path="docker/*"), id="path"),
        pytest.param(
            "path='./Dockerfile'", ProfileAssignment(profile="team-sim", path="Dockerfile"), id="path-from-here"
        ),
        pytest.param("stage='train'", ProfileAssignment(profile="team-sim", stage="train"), id="stage"),
        pytest.param("image='*/cuda:*'", ProfileAssignment(profile="team-sim", image="*/cuda:*"), id="image"),
        pytest.param(
            "environment='*:pip'", ProfileAssignment(profile="team-sim", environment="*:pip"), id="environment"
        ),
        pytest.param(
            "path='a'\nstage='b'\nimage='c'\nenvironment='d'",
            ProfileAssignment(profile="team-sim", path="a", stage="b", image="c", environment="d"),
            id="all",
        ),
    ],
)
def test_environments(tmp_path: Path, text: str, expected: ProfileAssignment) -> None:
    settings = read(tmp_path, f"[[environments]]\nprofile='team-sim'\n{text}").settings
    assert settings.environments == (expected,)


@pytest.mark.parametrize(
    ("name", "head", "keys", "prefix"),
    [
        pytest.param("dmlint.toml", "[[waivers]]", ("waivers",), "", id="own-file"),
        pytest.param(
            "pyproject.toml",
            "[[tool.dmlint.waivers]]",
            ("tool", "dmlint", "waivers"),
            "",
            id="pyproject",
        ),
        pytest.param("sub/.dmlint.toml", "[[waivers]]", ("waivers",), "sub/", id="below-the-root"),
    ],
)
def test_waivers(tmp_path: Path, name: str, head: str, keys: tuple[str, ...], prefix: str) -> None:
    (tmp_path / ".git").mkdir()
    text = f"{head}\nrule='DM101'\npath='a'\nreason='x'\n{head}\nrule='DM201'\nenvironment='b#*'\nreason='y'"
    found = read(tmp_path, f"{text}\nuntil=2027-03-31", name).settings.waivers
    assert found == (
        Waiver(rule="DM101", path=f"{prefix}a", reason="x", file=tmp_path / name, shown=name, keys=keys, index=0),
        Waiver(
            rule="DM201",
            environment=f"{prefix}b#*",
            reason="y",
            until=date(2027, 3, 31),
            file=tmp_path / name,
            shown=name,
            keys=keys,
            index=1,
        ),
    )


def test_the_last_day_may_be_a_string(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path, f"{WAIVER}path='a'\nuntil='2027-03-31'").settings.waivers
    assert waiver.until == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "[[environments]]\npath='a'\nprofile='groot-fintune'",
            r"environments\[0\].profile names 'groot-fintune', which is no profile \(did you mean 'groot-finetune'\?\)",
            id="unknown-profile",
        ),
        pytest.param("[[environments]]\npath='a'", r"environments\[0\].profile is missing", id="no-profile"),
        pytest.param(
            "[[environments]]\nprofile='team-sim'",
            r"environments\[0\].path is missing: an entry has at least one of path, stage, image, environment",
            id="environment-nowhere",
        ),
        pytest.param(
            "[[environments]]\nprofile='team-sim'\npaht='a'",
            r"unknown key 'environments\[0\].paht' \(did you mean 'path'",
            id="unknown-key",
        ),
        pytest.param(
            "[[environments]]\nprofile=1\npath='a'", "profile must be a string that is not empty", id="number"
        ),
        pytest.param("[environments]\nprofile='a'", "environments must be an array of tables", id="table"),
        pytest.param("environments=['a']", "environments must be an array of tables", id="array-of-strings"),
        pytest.param("waivers={}", "waivers must be an array of tables", id="no-array"),
        pytest.param(WAIVER, r"waivers\[0\].environment is missing", id="waiver-nowhere"),
        pytest.param("[[waivers]]\nrule='DM101'\npath='a'", r"waivers\[0\].reason is missing", id="no-reason"),
        pytest.param(
            "[[waivers]]\nrule='DM101'\npath='a'\nreason=' '", "reason must be a string that is not empty", id="blank"
        ),
        pytest.param("[[waivers]]\npath='a'\nreason='x'", r"waivers\[0\].rule is missing", id="no-rule"),
        pytest.param(
            "[[waivers]]\nrule='DM1'\npath='a'\nreason='x'", "names 'DM1', which is no rule's id", id="prefix"
        ),
        pytest.param(
            "[[waivers]]\nrule='numpy-unpinned'\npath='a'\nreason='x'", r"did you mean 'DM101'\?", id="name-for-id"
        ),
        pytest.param(f"{WAIVER}path='a'\nuntil=2027-03-31T00:00:00", r"until must be a date, such as", id="moment"),
        pytest.param(f"{WAIVER}path='a'\nuntil='2027-02-30'", r"until must be a date", id="no-such-day"),
        pytest.param(f"{WAIVER}path='a'\nuntil='20270331'", r"until must be a date", id="other-spelling"),
        pytest.param(f"{WAIVER}path='a'\nuntil=2027", r"waivers\[0\].until must be a date", id="year"),
        pytest.param(f"{WAIVER}path='a'\n{WAIVER}", r"waivers\[1\].environment is missing", id="second"),
    ],
)
def test_faults_name_the_entry(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, text)
