"""Where a configuration and the command line send reports, and which addresses may hold pages."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dmlint.config import Call, ConfigError, Configuration, configure
from dmlint.config.config_schema import generate
from dmlint.config.settings import Output

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("text", "json", "sarif")
SCHEMA = import_module("jsonschema").Draft7Validator(generate(FORMATS))


def read(cwd: Path, options: Mapping[str, object] | None = None, named: Path | None = None) -> Configuration:
    return configure(Call(first=Path(), cwd=cwd, options=options or {}, formats=FORMATS, named=named))


def written(root: Path, text: str) -> Configuration:
    (root / "dmlint.toml").write_text(text, encoding="utf-8")
    return read(root)


@pytest.mark.parametrize(
    ("value", "outputs"),
    [
        pytest.param("json", [("json", None)], id="format"),
        pytest.param("sarif:out.sarif", [("sarif", "out.sarif")], id="file"),
        pytest.param(["sarif:a/b.sarif", "text"], [("sarif", "a/b.sarif"), ("text", None)], id="several"),
        pytest.param(["json:a", "json:b"], [("json", "a"), ("json", "b")], id="one-format-twice"),
        pytest.param(["text:a,b: c"], [("text", "a,b: c")], id="signs-in-the-name"),
        pytest.param([], [], id="none"),
    ],
)
def test_formats_and_their_files(tmp_path: Path, value: Any, outputs: list[tuple[str, str | None]]) -> None:
    expected = tuple(Output(name, None if file is None else tmp_path / file) for name, file in outputs)
    assert read(tmp_path, {"output-format": value}).settings.output_format == expected
    assert SCHEMA.is_valid({"output-format": value})
    (tmp_path / "dmlint.toml").write_text(f"output-format = {value!r}", encoding="utf-8")
    assert read(tmp_path).settings.output_format == expected


def test_a_path_of_windows_has_a_colon_of_its_own(tmp_path: Path) -> None:
    file = r"C:\x\out.sarif"
    assert read(tmp_path, {"output-format": f"sarif:{file}"}).settings.output_format == (
        Output("sarif", tmp_path / file),
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("xml", "knows no 'xml', only text, json, sarif", id="unknown"),
        pytest.param("jsno:x", "knows no 'jsno', only text, json, sarif (did you mean 'json'?)", id="misspelt"),
        pytest.param("", "knows no ''", id="empty"),
        pytest.param(["json:"], "'json:' names no file behind its colon", id="no-file"),
        pytest.param(["json: "], "'json: ' names no file behind its colon", id="blank-file"),
        pytest.param(3, "must be FORMAT or FORMAT:FILE, or a list of such", id="number"),
        pytest.param([3], "must be FORMAT or FORMAT:FILE, or a list of such", id="list-of-numbers"),
    ],
)
def test_what_is_no_output(tmp_path: Path, value: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^dmlint.toml: output-format {re.escape(message)}"):
        written(tmp_path, f"output-format = {value!r}")
    assert not SCHEMA.is_valid({"output-format": value})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(["json", "text"], "sends both json and text to standard output; write FORMAT:FILE", id="twice"),
        pytest.param(["json", "json"], "sends both json and json to standard output", id="the-same-twice"),
        pytest.param(["json:a", "text:b/../a"], "sends both json and text to ", id="one-file"),
    ],
)
def test_no_two_reports_in_one_place(tmp_path: Path, value: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=f"output-format {re.escape(message)}"):
        read(tmp_path, {"output-format": value})


@pytest.mark.parametrize(
    "file",
    ["../out", "/out", "a/../../out", ".git/hooks/pre-commit", "a/.GIT/config", "link/out"],
)
def test_a_configuration_writes_no_file_elsewhere(tmp_path: Path, file: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(ConfigError, match=r"only the command line may name a file outside of .*root, or in a folder"):
        written(root, f"output-format = ['text', 'json:{file}']")
    (root / "dmlint.toml").unlink()
    assert read(root, {"output-format": f"json:{file}"}).settings.output_format == (Output("json", root / file),)


def test_a_named_configuration_neither(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    shared = tmp_path / "dmlint.toml"
    shared.write_text("output-format = 'json:out.json'", encoding="utf-8")
    with pytest.raises(ConfigError, match="only the command line"):
        read(root, named=shared)
    shared.write_text("output-format = 'json:root/out.json'", encoding="utf-8")
    assert read(root, named=shared).settings.output_format == (Output("json", tmp_path / "root/out.json"),)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        pytest.param("https://example.org", "https://example.org", id="host"),
        pytest.param("http://10.0.0.1:8080/a/b/", "http://10.0.0.1:8080/a/b", id="port-and-path"),
        pytest.param("https://x.org/a%20b/~c/(d)", "https://x.org/a%20b/~c/(d)", id="signs"),
    ],
)
def test_addresses_of_pages(tmp_path: Path, address: str, kept: str) -> None:
    assert written(tmp_path, f'docs-url = "{address}"').settings.docs_url == kept
    assert SCHEMA.is_valid({"docs-url": address})


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "rules", "/rules", "ftp://x.org", "javascript:alert(1)", "https://", "https:///rules", "https://x.org/?page=",
        "https://x.org/#rules", "https://x.org/a b", "https://x.org/>", "https://x.org/a\\nb", "https://x.org/%zz", "https://x.org/|",
    ],
)  # fmt: skip
def test_what_is_no_address_of_pages(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="docs-url must be a"):
        written(tmp_path, f'docs-url = "{address}"')
    assert not SCHEMA.is_valid({"docs-url": address.replace("\\n", "\n")})
