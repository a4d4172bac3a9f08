"""Rule packs: the shipped ones, a team's own, and each way in which one can be wrong."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from dmlint.checks import KINDS, load_rules
from dmlint.facts import Severity
from dmlint.rulepacks import packs
from dmlint.rulepacks.packs import Rule, RulePack, RulePackError, find_shipped_packs

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = load_rules()
TEAM_RULE = """
[[rule]]
id       = "TEAM001"
name     = "scipy-too-new"
severity = "warning"
title    = "SciPy is too new"
message  = "{found} admits {package} {witness}; {needs}"
why      = "because"
sources  = ["our wiki"]
check    = { kind = "requirement-within", package = "scipy", within = "<1.14" }
"""


def load_pack(tmp_path: Path, text: str) -> RulePack:
    path = tmp_path / "team.toml"
    path.write_text(text, encoding="utf-8")
    return load_rules((path,))


def changed(old: str, new: str) -> str:
    """The team's rule with one part of it replaced."""
    assert old in TEAM_RULE
    return TEAM_RULE.replace(old, new)


CONTRACT = """
DM101 numpy-unpinned error             DM201 isaac-sim-avoided-image error      DM900 unreadable-input error
DM102 numpy-bound-too-loose error      DM202 isaac-sim-avoided-package error    DM901 unresolved-reference notice
DM103 numpy-2-required error           DM203 isaac-sim-unpinned warning         DM902 unused-suppression warning
DM104 numpy-unsatisfiable error        DM204 isaac-sim-not-recommended warning  DM903 bad-suppression warning
DM105 numpy-pin-missing error          DM205 isaac-lab-mismatch error           DM904 stale-waiver warning
DM106 unquoted-specifier error         DM301 python-mismatch error
DM107 numpy-pin-overridden error       DM302 uv-too-old warning
DM108 numpy-pin-elsewhere warning      DM303 cuda-mismatch warning
DM109 needs-numpy-2 error              DM304 isaac-sim-not-needed notice
DM110 numpy-2-locked error             DM401 numpy-2-installed error            DM404 numpy-import-fails error
DM111 numpy-pins-disagree warning      DM402 numpy-1-installed error            DM405 numpy-copies-apart warning
DM112 numpy-floor-too-low warning      DM403 numpy-too-old warning              DM406 numpy-need-unmet warning
DM113 numpy-1-required error
"""
"""Ids, names and severities are never reused and rarely changed: configurations and suppressions name them."""


def test_shipped_rules_keep_the_contract() -> None:
    words = CONTRACT.split()
    contract = dict(zip(words[::3], zip(words[1::3], words[2::3], strict=True), strict=True))
    shipped = {rule.id: (rule.name, rule.severity) for rule in SHIPPED.rules}
    assert shipped == {rule: contract[rule] for rule in shipped}
    assert list(shipped) == sorted(shipped)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in SHIPPED.rules])
def test_a_shipped_rule_says_what_it_is_for(rule: Rule) -> None:
    assert rule.title
    assert rule.why.strip()
    assert rule.sources
    assert rule.level is Severity(rule.severity)
    assert all(word in rule.check.words for _, word, _, _ in Formatter().parse(rule.message + rule.help) if word)


def test_every_claim_of_the_release_tables_has_a_source() -> None:
    catalogue = SHIPPED.catalogue
    claims = [(entry.name, entry.sources) for entry in catalogue.packages]
    claims += [(entry.name, entry.sources) for entry in catalogue.products]
    claims += [(f"{entry.product} {entry.version}", entry.sources) for entry in catalogue.releases]
    claims += [(entry.package, entry.sources) for entry in catalogue.forces]
    assert [name for name, sources in claims if not sources] == []


def test_every_kind_of_check_is_asked_by_a_shipped_rule() -> None:
    assert {rule.check.kind for rule in SHIPPED.rules} == set(KINDS)
    assert all(kind.kind == name for name, kind in KINDS.items())


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param("DM101", "DM101", id="id"),
        pytest.param("dm101", "DM101", id="id in lower case"),
        pytest.param("numpy-unpinned", "DM101", id="name"),
        pytest.param("NumPy-Unpinned", "DM101", id="name in another case"),
        pytest.param("DM999", None, id="none"),
    ],
)
def test_a_rule_by_id_or_name(wanted: str, found: str | None) -> None:
    rule = SHIPPED.rule(wanted)
    assert (rule.id if rule else None) == found


def test_the_packs_beside_the_modules_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, checkout = tmp_path / "dmlint", tmp_path
    package.mkdir()
    monkeypatch.setattr(packs, "__file__", str(package / "rulepacks" / "packs.py"))
    with pytest.raises(RulePackError, match=re.escape(f"there is no folder {package / 'rules'}")):
        find_shipped_packs()
    for folder in (checkout, package):
        (folder / "rules").mkdir()
        (folder / "rules" / "b.toml").touch()
        (folder / "rules" / "a.toml").touch()
        (folder / "rules" / "README.md").touch()
        assert find_shipped_packs() == (folder / "rules" / "a.toml", folder / "rules" / "b.toml")


def test_a_team_adds_rules_and_releases(tmp_path: Path) -> None:
    extra = TEAM_RULE + '[[release]]\nproduct = "isaac-sim"\nversion = "9.0.0"\nstatus = "avoided"\n'
    pack = load_pack(tmp_path, extra)
    rule = pack.rule("TEAM001")
    assert rule is not None
    assert (rule.level, rule.help, rule.check.kind) == (Severity.WARNING, "", "requirement-within")
    assert pack.catalogue.release("isaac-sim", "9.0.0").status == "avoided"
    assert [entry.id for entry in pack.rules] == sorted([*(entry.id for entry in SHIPPED.rules), "TEAM001"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("rules = 1\n", "the pack: unknown key 'rules' (did you mean 'rule'?)", id="unknown table"),
        pytest.param("[rule]\n", "'rule' is an array of tables, written [[rule]]", id="one table"),
        pytest.param("rule = [1]\n", "'rule' is an array of tables, written [[rule]]", id="no tables"),
        pytest.param("[[rule]]\n", "rule (without id): 'check' is a table with a 'kind'", id="empty rule"),
        pytest.param(
            changed('name     = "scipy-too-new"\n', ""), "rule TEAM001: 'name' is missing", id="a key is missing"
        ),
        pytest.param(
            changed("severity", "sevrity"),
            "rule TEAM001: unknown key 'sevrity' (did you mean 'severity'?)",
            id="a misspelt key",
        ),
        pytest.param(changed('"because"', "1"), "rule TEAM001: 'why' is a string", id="a number"),
        pytest.param(
            TEAM_RULE + 'good = ["numpy<2"]\n',
            "rule TEAM001: 'good' is an array of tables of file names and texts",
            id="an example without file",
        ),
        pytest.param(
            TEAM_RULE + 'bad = [{ "requirements.txt" = 1 }]\n',
            "rule TEAM001: 'bad' is an array of tables of file names and texts",
            id="an example without text",
        ),
        pytest.param(
            TEAM_RULE + "bad = [{}]\n",
            "rule TEAM001: 'bad' is an array of tables of file names and texts",
            id="an empty example",
        ),
        pytest.param(
            '[[signature]]\ntexts = []\ncause = "no arm"\nrules = ["DM101"]\n',
            "signature '': it needs a text, a cause and a rule",
            id="a signature without text",
        ),
        pytest.param(
            '[[signature]]\ntexts = ["KeyError: arm"]\ncause = "no arm"\nrules = ["DM1O1"]\n',
            "signature 'KeyError: arm': there is no rule DM1O1 (did you mean 'DM1",
            id="a signature of no rule",
        ),
        pytest.param(
            changed('["our wiki"]', '"our wiki"'), "rule TEAM001: 'sources' is an array of strings", id="text"
        ),
        pytest.param(changed('["our wiki"]', "[1]"), "rule TEAM001: 'sources' is an array of strings", id="numbers"),
        pytest.param(
            changed('"warning"', '"warn"'),
            "rule TEAM001: severity is error, warning or notice, not 'warn'",
            id="a severity that does not exist",
        ),
        pytest.param(
            changed("TEAM001", "TEAM-1"), "rule TEAM-1: an id is letters and digits, such as TEAM001", id="a dash"
        ),
        pytest.param(changed("TEAM001", "1"), "rule 1: an id is letters and digits, such as TEAM001", id="no letter"),
        pytest.param(changed("TEAM001", ""), "rule : an id is letters and digits, such as TEAM001", id="empty id"),
        pytest.param(
            changed("{witness}", "{wittness}"),
            "rule TEAM001: its check knows no {wittness}; it knows {found}, {witness}, {needs}, {package}, {within}",
            id="a word that its check does not know",
        ),
        pytest.param(changed("{witness}", "{}"), "rule TEAM001: its check knows no {}; ", id="a word without a name"),
        pytest.param(changed("{witness}", "{witness!x}"), "witness} stands alone", id="odd word"),
        pytest.param(changed("{witness}", "{witness:d}"), "witness} stands alone", id="a number's format"),
        pytest.param(changed("{witness}", "{witness:{x}}"), "witness} stands alone", id="a word in a word"),
        pytest.param(changed("{witness}", "{witness:>999999999}"), "without a format", id="a width"),
        pytest.param(changed("{witness}", "{witness"), "unexpected '{' in field name", id="an open brace"),
        pytest.param(changed("{witness}", "{"), "rule TEAM001: '{found} admits {package} {", id="half a word"),
        pytest.param(
            changed("requirement-within", "requirement-in"),
            "rule TEAM001: there is no check of kind 'requirement-in' (did you mean 'requirement-within'?)",
            id="a kind that does not exist",
        ),
        pytest.param(changed('kind = "requirement-within", ', ""), "there is no check of kind 'None'", id="no kind"),
        pytest.param(changed('kind = "requirement-within"', "kind = []"), "there is no check of kind '[]'", id="list"),
        pytest.param(
            changed("package =", "pakage ="),
            "rule TEAM001, check requirement-within: unknown key 'pakage' (did you mean 'package'?)",
            id="a misspelt key of a check",
        ),
        pytest.param(
            changed('"<1.14"', '"below 1.14"'),
            "rule TEAM001, check requirement-within: Invalid specifier: 'below 1.14'",
            id="a range that is none",
        ),
        pytest.param(
            changed('"<1.14"', '"<1.14", fault = "wide"'),
            "fault is one of unbounded, loose, outside, unsatisfiable, not 'wide'",
            id="a fault that does not exist",
        ),
        pytest.param(TEAM_RULE + TEAM_RULE, "rule TEAM001 is already defined in ", id="twice"),
        pytest.param(changed("TEAM001", "DM101"), "rule DM101 is already defined in ", id="an id of a shipped rule"),
        pytest.param('[[release]]\nversion = "1"\n', "release 1: 'product' is missing", id="a release of nothing"),
        pytest.param("[[release]]\nproduct = 1\n", "release 1: 'product' is a string", id="a number for a product"),
        pytest.param(
            '[[release]]\nproduct = "isaac-sim"\nversion = "best"\n',
            "release isaac-sim best: Invalid version: 'best'",
            id="a release that is no version",
        ),
        pytest.param(
            '[[release]]\nproduct = "isaac-sim"\nversion = "9.0.0"\npackages = ["9.*.0"]\n',
            "release isaac-sim 9.0.0: Invalid version: '9.*.0'",
            id="a package that is no version",
        ),
        pytest.param(
            '[[release]]\nproduct = "isaac-sim"\nversion = "9.*"\nnumpy = "three"\n',
            "release isaac-sim 9.*: Invalid specifier: 'three'",
            id="a need that is no range",
        ),
        pytest.param(
            '[[release]]\nproduct = "isaac-sim"\nversion = "9.*"\nstatus = "bad"\n',
            "release isaac-sim 9.*: status is one of recommended, legacy, avoided, future, unlisted, not 'bad'",
            id="a status that does not exist",
        ),
        pytest.param(
            '[[package]]\nname = "scipy"\ntitle = "SciPy"\nversions = ["1", "two"]\n',
            "package scipy: Invalid version: 'two'",
            id="a package's version that is none",
        ),
        pytest.param(
            re.sub(r"check    = .*", 'check = { kind = "release-open", product = "isaac-sym" }', TEAM_RULE).replace(
                "{found} admits {package} {witness}; {needs}", "{found}"
            ),
            "rule TEAM001: there is no product 'isaac-sym' (did you mean 'isaac-sim'?)",
            id="a product that no pack knows",
        ),
        pytest.param("rule = \n", "this is not valid TOML: ", id="no TOML"),
    ],
)
def test_a_pack_that_cannot_be_used(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RulePackError) as error:
        load_pack(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'team.toml'}: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        pytest.param('kind = "input-problem", of = "odd"', "'odd' is not a valid ProblemKind", id="problem"),
        pytest.param(
            'kind = "requirement-redirected", watched = [], otherwise = "low"',
            "'low' is not a valid Severity",
            id="severity",
        ),
        pytest.param(
            'kind = "release-status", product = "isaac-sim", status = ["old"]',
            "'old' is not one of recommended, legacy, avoided, future, unlisted",
            id="status",
        ),
        pytest.param(
            'kind = "release-status", product = "isaac-sim", status = [], of = ["wheel"]',
            "'wheel' is not one of image, package",
            id="carrier",
        ),
        pytest.param(
            'kind = "release-status", product = "isaac-sim", status = [], when = "some"',
            "when is 'any' or 'all', not 'some'",
            id="when",
        ),
    ],
)
def test_a_check_refuses_words_that_mean_nothing(check: str, message: str, tmp_path: Path) -> None:
    text = re.sub(r"check    = .*", f"check = {{ {check} }}", TEAM_RULE)
    with pytest.raises(RulePackError, match=re.escape(message)):
        load_pack(tmp_path, text)


@pytest.mark.parametrize(
    "force",
    [
        pytest.param("", id="nothing"),
        pytest.param('first = "1.0"', id="no range"),
        pytest.param('through = "nowhere>=1"', id="through a package that no table names"),
        pytest.param('through = "cmeel boost"', id="through no requirement"),
    ],
)
def test_a_force_that_forces_nothing_is_refused(force: str, tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text(f'[[force]]\npackage = "x"\n{force}\n', encoding="utf-8")
    with pytest.raises(RulePackError, match="force x: it needs 'first' and 'needs'"):
        load_rules((pack,))


def test_a_force_through_another_is_accepted(tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text('[[force]]\npackage = "x"\nthrough = "opencv-python~=4.12"\n', encoding="utf-8")
    assert load_rules((pack,)).catalogue.forces[-1].package == "x"
