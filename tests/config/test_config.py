from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dmlint.config import Call, ConfigError, Configuration, Settings, configure, verify
from dmlint.config.settings import Output
from dmlint.discovery.ignore_patterns import ignore_file, matches, rebased
from dmlint.facts import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = {"numpy-unpinned": "DM101", "numpy-2-required": "DM103", "isaac-sim-unpinned": "DM203", "team": "TEAM001"}


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def read(
    cwd: Path,
    first: str = ".",
    *,
    options: Mapping[str, object] | None = None,
    named: str | None = None,
    isolated: bool = False,
) -> Configuration:
    return configure(
        Call(
            first=Path(first),
            cwd=cwd,
            options=options or {},
            formats=("text", "json"),
            named=None if named is None else Path(named),
            isolated=isolated,
        )
    )


def chosen(found: Configuration) -> str | None:
    """The output format, None if there is none."""
    return next(map(str, found.settings.output_format), None)


def test_every_key_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "dmlint.toml": """
select = ["DM1"]
ignore = ["DM104"]
extend-select = ["DM203"]
extend-ignore = ["DM901"]
severities = { DM203 = "error" }
fail-on = "warning"
output-format = "json"
docs-url = "https://example.org/rules/"
exclude = ["fixtures"]
extend-exclude = ["/vendor/"]
force-exclude = true
extend-rules = ["rules/team.toml"]
per-file-ignores = { "docs/**" = ["DM1"] }
"""
        },
    )
    found = read(tmp_path)
    assert found.root == tmp_path
    assert (found.git, found.sure) == (False, True)
    assert found.settings == Settings(
        select=("DM1",),
        ignore=("DM104",),
        extend_select=("DM203",),
        extend_ignore=("DM901",),
        severities={"DM203": Severity.ERROR},
        fail_on=Severity.WARNING,
        output_format=(Output("json"),),
        docs_url="https://example.org/rules",
        exclude=("fixtures",),
        extend_exclude=("/vendor/",),
        force_exclude=True,
        extend_rules=(tmp_path / "rules/team.toml",),
        per_file_ignores={"docs/**": ("DM1",)},
    )


@pytest.mark.parametrize(
    ("files", "first", "format_"),
    [
        pytest.param({}, ".", None, id="none"),
        pytest.param({"pyproject.toml": "[tool.dmlint]\noutput-format='json'"}, ".", "json", id="pyproject"),
        pytest.param({"pyproject.toml": "[project]"}, ".", None, id="pyproject-that-never-says-dmlint"),
        pytest.param({"pyproject.toml": "# dmlint\n[tool.x]"}, ".", None, id="pyproject-without-table"),
        pytest.param({"pyproject.toml": "[tool.dmlint]\nx = ["}, ".", None, id="pyproject-broken-is-linted-instead"),
        pytest.param({"pyproject.toml": "tool = 'dmlint'"}, ".", None, id="tool-is-no-table"),
        pytest.param({"dmlint.toml": "\ufeffoutput-format='json'"}, ".", "json", id="byte-order-mark"),
        pytest.param(
            {".dmlint.toml": "output-format='json'", "dmlint.toml": "output-format='text'"},
            ".",
            "json",
            id="hidden-first",
        ),
        pytest.param(
            {"dmlint.toml": "output-format='json'", "pyproject.toml": "[tool.dmlint]\noutput-format='text'"},
            ".",
            "json",
            id="own-file-before-pyproject",
        ),
        pytest.param(
            {"dmlint.toml": "output-format='text'", "a/dmlint.toml": "output-format='json'", "a/b/Dockerfile": ""},
            "a/b/Dockerfile",
            "json",
            id="closest",
        ),
        pytest.param(
            {"dmlint.toml": "output-format='json'", "a/.git/HEAD": "", "a/b/Dockerfile": ""},
            "a/b",
            None,
            id="not-above-the-work-tree",
        ),
        pytest.param({"dmlint.toml": "output-format='json'", "a/x": ""}, "a/missing", "json", id="missing-path"),
    ],
)
def test_configuration_is_the_closest_upward(
    tmp_path: Path, files: dict[str, str], first: str, format_: str | None
) -> None:
    write(tmp_path, files)
    assert chosen(read(tmp_path, first)) == format_


@pytest.mark.parametrize(
    ("files", "cwd", "first", "expected"),
    [
        pytest.param({"r/.git/HEAD": "", "r/a/x": ""}, "r/a", "x", ("r", True, True), id="work-tree"),
        pytest.param({"r/.git": "gitdir: /x", "r/a/x": ""}, ".", "r/a/x", ("r", True, True), id="linked-work-tree"),
        pytest.param({"r/dmlint.toml": "", "r/a/x": ""}, ".", "r/a/x", ("r", False, True), id="configuration"),
        pytest.param({"r/a/x": ""}, "r", "a/x", ("r", False, False), id="working-directory"),
        pytest.param({"r/a/x": "", "q/y": ""}, "q", "../r/a", ("r/a", False, False), id="folder-elsewhere"),
        pytest.param({"r/a/x": "", "q/y": ""}, "q", "../r/a/x", ("r/a", False, False), id="file-elsewhere"),
    ],
)
def test_root(tmp_path: Path, files: dict[str, str], cwd: str, first: str, expected: tuple[str, bool, bool]) -> None:
    write(tmp_path, files)
    found = read(tmp_path / cwd, first)
    assert (found.root.relative_to(tmp_path).as_posix(), found.git, found.sure) == expected


def test_root_is_free_of_symbolic_links(tmp_path: Path) -> None:
    write(tmp_path, {"real/.git/HEAD": "", "real/x": ""})
    (tmp_path / "link").symlink_to("real")
    assert read(tmp_path, "link/x").root == tmp_path / "real"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("selct = []", r"dmlint.toml: unknown key 'selct' \(did you mean 'select'\?\)", id="close"),
        pytest.param("quite-other = 1", r"dmlint.toml: unknown key 'quite-other'$", id="nothing-close"),
        pytest.param("select = 'DM1'", "dmlint.toml: select must be a list of strings", id="string-for-list"),
        pytest.param("ignore = [1]", "ignore must be a list of strings", id="numbers"),
        pytest.param("force-exclude = 1", "force-exclude must be true or false", id="number-for-flag"),
        pytest.param("max-file-size = 0", "must be a number of bytes, from 1 to 1,000,000,000,000", id="no-size"),
        pytest.param("max-file-size = true", "max-file-size must be a number of bytes", id="flag-for-size"),
        pytest.param("max-file-size = '1 MB'", "max-file-size must be a number of bytes", id="string-for-size"),
        pytest.param(
            "fail-on = 'warn'", r"fail-on must be one of error, warning, notice \(did you mean 'warning'", id="severity"
        ),
        pytest.param("fail-on = 3", "fail-on must be one of error, warning, notice$", id="number-for-severity"),
        pytest.param("output-format = 'xml'", "output-format knows no 'xml', only text, json$", id="format"),
        pytest.param("severities = []", "severities must be a table", id="list-for-table"),
        pytest.param("severities = {DM1='x'}", "severities.DM1 must be one of", id="severity-in-table"),
        pytest.param("per-file-ignores = {a='x'}", "per-file-ignores.'a' must be a list", id="string-in-table"),
        pytest.param("exclude = ['!']", "exclude has a pattern that cannot be read: '!'", id="pattern"),
        pytest.param("a = ]", r"dmlint.toml: this is not valid TOML: .*line 1", id="not-toml"),
        pytest.param("a = '\udc80'", "dmlint.toml: this is not valid TOML", id="not-utf-8"),
        pytest.param("x = " + "[" * 9999, "dmlint.toml: this is not valid TOML", id="too-deep"),
    ],
)
def test_faults_name_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "dmlint.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=message):
        read(tmp_path)


def test_pyproject_faults_name_the_whole_key(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.dmlint]\nfail-on = 1"})
    with pytest.raises(ConfigError, match=r"^pyproject.toml: tool.dmlint.fail-on must be"):
        read(tmp_path)


def test_pyproject_table_must_be_one(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool]\ndmlint = 1"})
    with pytest.raises(ConfigError, match=r"tool\.dmlint must be a table"):
        read(tmp_path)


def test_a_configuration_that_is_a_link_to_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "dmlint.toml").symlink_to("nowhere.toml")
    with pytest.raises(ConfigError, match=r"dmlint.toml: no such file or directory$"):
        read(tmp_path)


def test_a_folder_of_that_name_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "dmlint.toml").mkdir()
    assert read(tmp_path).settings == Settings()


def test_unreadable_pyproject_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").symlink_to("/proc/self/mem")
    assert read(tmp_path).settings == Settings()


def test_named_file_is_read_instead(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "dmlint.toml": "output-format='text'",
            "other/team.toml": "output-format='json'\nextend-rules=['r.toml']\nexclude=['/x']",
        },
    )
    found = read(tmp_path, named="other/team.toml")
    assert chosen(found) == "json"
    assert found.settings.extend_rules == (tmp_path / "other/r.toml",)
    assert found.settings.exclude == ("/other/x",)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        pytest.param("[tool.dmlint]\noutput-format='json'", "json", id="with-table"),
        pytest.param("[project]\nname='x'", None, id="without"),
    ],
)
def test_named_pyproject(tmp_path: Path, text: str, format_: str | None) -> None:
    write(tmp_path, {"pyproject.toml": text})
    assert chosen(read(tmp_path, named="pyproject.toml")) == format_


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("missing.toml", "no such file", id="missing"),
        pytest.param("pyproject.toml", "not valid TOML", id="broken-pyproject"),
    ],
)
def test_named_file_must_be_readable(tmp_path: Path, name: str, message: str) -> None:
    write(tmp_path, {"pyproject.toml": "[["})
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, named=name)


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    write(tmp_path, {"dmlint.toml": "broken ["})
    assert read(tmp_path, isolated=True).settings == Settings()


def test_isolated_and_named_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="exclude each other"):
        read(tmp_path, named="x", isolated=True)


def test_options_come_before_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "dmlint.toml": "output-format='json'\nfail-on='notice'\n"
            "extend-ignore=['DM1']\nexclude=['a']\nextend-exclude=['b']"
        },
    )
    settings = read(
        tmp_path,
        options={"output-format": "text", "extend-ignore": ("DM2",), "exclude": ("c",), "extend-exclude": ("d",)},
    ).settings
    assert settings == Settings(
        output_format=(Output("text"),),
        fail_on=Severity.NOTICE,
        extend_ignore=("DM1", "DM2"),
        exclude=("c",),
        extend_exclude=("b", "d"),
    )


def test_select_starts_afresh(tmp_path: Path) -> None:
    write(tmp_path, {"dmlint.toml": "ignore=['DM101']\nextend-ignore=['DM1']\nextend-select=['DM2']"})
    settings = read(tmp_path, options={"select": ("DM101",)}).settings
    assert (settings.selects("DM101"), settings.selects("DM102"), settings.selects("DM201")) == (True, False, False)


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        pytest.param(Settings(), ["DM101", "DM104", "DM203", "TEAM001"], id="all"),
        pytest.param(Settings(select=("DM1",)), ["DM101", "DM104"], id="prefix"),
        pytest.param(Settings(select=("DM101",), extend_select=("DM2",)), ["DM101", "DM203"], id="extended"),
        pytest.param(Settings(ignore=("DM1",)), ["DM203", "TEAM001"], id="ignored"),
        pytest.param(
            Settings(ignore=("DM1",), extend_select=("DM104",)), ["DM104", "DM203", "TEAM001"], id="longer-wins"
        ),
        pytest.param(Settings(select=("DM1",), extend_ignore=("DM1",)), [], id="ignore-wins-a-tie"),
        pytest.param(Settings(select=()), [], id="nothing"),
    ],
)
def test_selection(settings: Settings, chosen: list[str]) -> None:
    assert [rule for rule in ("DM101", "DM104", "DM203", "TEAM001") if settings.selects(rule)] == chosen


@pytest.mark.parametrize(
    ("rule", "path", "ignored"),
    [
        pytest.param("DM101", "docs/a/Dockerfile", True, id="both-fit"),
        pytest.param("DM201", "docs/a/Dockerfile", False, id="other-rule"),
        pytest.param("DM101", "src/Dockerfile", False, id="other-file"),
    ],
)
def test_per_file_ignores(rule: str, path: str, ignored: bool) -> None:
    assert Settings(per_file_ignores={"docs/": ("DM1",)}).ignores(rule, path) is ignored


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        pytest.param("select=['DM9']", {}, "dmlint.toml: select names 'DM9', which is neither", id="unknown-prefix"),
        pytest.param("", {"ignore": ("DM23",)}, r"command line: --ignore names 'DM23'.*mean 'DM203'", id="option"),
        pytest.param("", {"select": ("",)}, "select names ''", id="empty"),
        pytest.param("", {"select": ("numpy-2-required",)}, r"did you mean 'DM103'\?", id="name-for-id"),
        pytest.param("severities={DM1='error'}", {}, "severities names 'DM1', which is no rule's id", id="no-prefixes"),
        pytest.param("per-file-ignores={a=['XX']}", {}, "per-file-ignores names 'XX'", id="per-file"),
    ],
)
def test_ids_must_exist(tmp_path: Path, text: str, options: dict[str, object], message: str) -> None:
    write(tmp_path, {"dmlint.toml": text})
    tables = read(tmp_path, options=options).tables
    with pytest.raises(ConfigError, match=message):
        verify(tables, RULES)


def test_known_ids_pass(tmp_path: Path) -> None:
    text = "select=['DM1','TEAM']\nseverities={DM101='notice'}\nper-file-ignores={a=['DM2']}"
    write(tmp_path, {"dmlint.toml": text})
    tables = read(tmp_path).tables
    verify(tables, RULES)
    assert len(tables) == 2


@pytest.mark.parametrize(
    ("pattern", "folder", "inside", "outside"),
    [
        pytest.param("vendor", "a", "a/b/vendor/x", "vendor/x", id="name"),
        pytest.param("vendor/", "a", "a/vendor/x", "vendor/x", id="folder"),
        pytest.param("/vendor", "a", "a/vendor/x", "a/b/vendor/x", id="anchored"),
        pytest.param("b/*.txt", "a", "a/b/x.txt", "b/x.txt", id="with-slash"),
        pytest.param("./b", "a", "a/b", "b", id="dot"),
        pytest.param("x", "[a]*", "[a]*/x", "ab/x", id="folder-with-wildcards"),
        pytest.param("x", "", "b/x", "b/y", id="the-root"),
    ],
)
def test_patterns_count_from_their_file(pattern: str, folder: str, inside: str, outside: str) -> None:
    patterns = (rebased(pattern, folder),)
    assert (matches(patterns, inside), matches(patterns, outside)) == (True, False)


def test_negated_patterns_count_from_their_file_too() -> None:
    patterns = (rebased("*.txt", "a"), rebased("!keep.txt", "a"))
    assert (matches(patterns, "a/x.txt"), matches(patterns, "a/keep.txt")) == (True, False)


def test_options_count_from_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", "a/x": ""})
    settings = read(tmp_path / "a", options={"exclude": ("/x",)}).settings
    assert (settings.excludes("a/x"), settings.excludes("x")) == (True, False)


def test_nothing_is_excluded_by_default() -> None:
    assert not Settings().excludes("x")


def test_a_line_that_git_cannot_read_is_passed_over() -> None:
    spec = ignore_file("!\nvendor\n")
    assert spec.match_file("vendor/x")
    assert not spec.match_file("x")


def test_origin_is_relative_to_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, {"dmlint.toml": "x = 1", "a/x": ""})
    with pytest.raises(ConfigError, match=f"^{os.pardir}/dmlint.toml: unknown key"):
        read(tmp_path / "a")
