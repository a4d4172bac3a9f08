"""Rule packs: TOML tables that become rules and the catalogue of what they know, checked key by key."""

from __future__ import annotations

import string
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar
from zlib import crc32

from msgspec import Struct

from dmlint.facts import Severity
from dmlint.requirements.pep508 import read_plain
from dmlint.requirements.versions import check_facts
from dmlint.rulepacks.catalogue import (
    STATUSES,
    BoundImage,
    Cap,
    Catalogue,
    Force,
    ImagePython,
    Package,
    Product,
    Profile,
    Release,
    Signature,
)
from dmlint.rulepacks.toml_tables import build, check_keys, load_table, make, suggest
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


NAME = "prepared.json"


def read_prepared(packs: Sequence[Path]) -> list[dict[str, Any]] | None:
    """The tables of each pack; None where they were not prepared, or the packs have changed since."""
    import json

    try:
        prepared = json.loads((packs[0].parent / NAME).read_bytes())
    except (OSError, ValueError):
        return None
    tables: list[dict[str, Any]] = prepared["packs"]
    return tables if prepared["of"] == _marks(packs) else None


def prepare(packs: Mapping[Path, dict[str, Any]]) -> str:
    """The text of the file beside the packs, whose tables are given, that ``read_prepared`` reads."""
    import json

    lines = ",\n".join(json.dumps(tables, ensure_ascii=False) for tables in packs.values())
    return f'{{"of": {json.dumps(_marks([*packs]))}, "packs": [\n{lines}\n]}}\n'


def _marks(packs: Sequence[Path]) -> list[list[str | int]]:
    # Git may have given the packs the line endings of Windows.
    texts = ((path.name, path.read_bytes().replace(b"\r\n", b"\n")) for path in packs)
    return [[name, len(text), crc32(text)] for name, text in texts]


T = TypeVar("T")


class RulePackError(DmlintError):
    """A rule pack that cannot be used; the message names the file, the rule and the cause."""


class Check(Protocol):
    """A question with its data: a frozen struct whose fields are the keys of a rule's ``check`` table."""

    kind: ClassVar[str]
    words: ClassVar[tuple[str, ...]]
    """What a rule's message and help may mention in braces."""

    def run(self, scene: Any) -> Iterator[Any]:
        """Yield what it finds in a scene, which no rule pack needs to know."""
        ...


Example = tuple[tuple[str, str], ...]
"""A small repository: the names and the texts of its files. Below a line in which something is found stands one of
carets that says where, as in ``    ^^^^^``, with the id of the rule if it is another than the one that is shown."""


class Rule(Struct, frozen=True, kw_only=True):
    """One rule: what it is called, what it says, and the question that it asks.

    ``message`` and ``help`` may hold the words of the check's kind in braces; ``advice`` says in general what ``help``
    says of one finding. In the ``bad`` examples the rule finds what is marked, in the ``good`` ones nothing is found.
    """

    id: str
    name: str
    severity: str
    title: str
    message: str
    why: str
    check: Check
    help: str = ""
    advice: str = ""
    sources: tuple[str, ...] = ()
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()

    @property
    def level(self) -> Severity:
        """The severity that the rule has unless a configuration says otherwise."""
        return Severity(self.severity)


class RulePack(Struct, frozen=True, kw_only=True):
    """All rules in force, in the order of their ids, and what they know."""

    rules: tuple[Rule, ...]
    catalogue: Catalogue

    def rule(self, id_or_name: str) -> Rule | None:
        """The rule with an id or a name, in any case."""
        wanted = id_or_name.lower()
        return next((rule for rule in self.rules if wanted in (rule.id.lower(), rule.name)), None)


_KNOWLEDGE: Mapping[str, type[Any]] = {
    "package": Package,
    "product": Product,
    "release": Release,
    "force": Force,
    "cap": Cap,
    "profile": Profile,
    "bound_image": BoundImage,
    "image_python": ImagePython,
    "signature": Signature,
}
"""The tables of a pack that are no rules; the catalogue keeps each under its plural."""


def find_shipped_packs() -> tuple[Path, ...]:
    """The packs that come with dmlint: beside the modules in a wheel, beside the package in a checkout."""
    package = Path(__file__).parents[1]
    folder = next((path for path in (package / "rules", package.parent / "rules") if path.is_dir()), None)
    if folder is None:
        raise RulePackError(f"the shipped rules are missing: there is no folder {package / 'rules'}")
    return tuple(sorted(folder.glob("*.toml")))


def load_packs(kinds: Mapping[str, type[Check]], extra: tuple[Path, ...] = (), *, anew: bool = False) -> RulePack:
    """The shipped rules and those of further packs, which ask questions of these ``kinds``; RulePackError for a pack
    that cannot be used.

    The shipped ones were checked when they were prepared; ``anew`` reads and checks them all the same.
    """
    rules: dict[str, tuple[Rule, Path]] = {}
    known: dict[str, list[tuple[Any, Path]]] = {key: [] for key in _KNOWLEDGE}
    shipped = find_shipped_packs()
    prepared = None if anew else read_prepared(shipped)
    for path, pack in zip(shipped, prepared or (), strict=False):
        for key, kind in _KNOWLEDGE.items():
            known[key] += [(make(kind, table), path) for table in pack.get(key, ())]
        rules |= {table["id"]: (_make_rule(table, kinds), path) for table in pack.get("rule", ())}
    for path in (*(() if prepared else shipped), *extra):
        pack = load_table(path, RulePackError)
        check_keys(pack, ("rule", *_KNOWLEDGE), f"{path}: the pack", RulePackError)
        for key, kind in _KNOWLEDGE.items():
            known[key] += [(_build_entry(kind, table, path, key), path) for table in _tables(path, pack, key)]
        for table in _tables(path, pack, "rule"):
            rule = _build_rule(table, path, kinds)
            if rule.id in rules:
                raise RulePackError(f"{path}: rule {rule.id} is already defined in {rules[rule.id][1]}")
            rules[rule.id] = (rule, path)
    catalogue = Catalogue(**{f"{key}s": tuple(entry for entry, _ in entries) for key, entries in known.items()})
    if extra or not prepared:
        for rule, path in rules.values():
            _check_product(rule, catalogue, path)
        for entry, path in known["signature"]:
            _check_signature(entry, rules, path)
        _check_forces(catalogue)
    return RulePack(rules=tuple(rules[key][0] for key in sorted(rules)), catalogue=catalogue)


def _make_rule(table: dict[str, Any], kinds: Mapping[str, type[Check]]) -> Rule:
    data = dict(table["check"])
    return make(Rule, {**table, "check": make(kinds[data.pop("kind")], data)})


def _check_forces(catalogue: Catalogue) -> None:
    """Every entry of the forcing table forces by itself or through another entry, or says what it needs."""
    names = {force.package for force in catalogue.forces if force.first and force.needs}
    for force in catalogue.forces:
        through = read_plain(force.through or "")
        leads = through is not None and through.name in names
        if force.package not in names and not leads and (force.through or force.first or not force.needs):
            raise RulePackError(
                f"force {force.package}: it needs 'first' and 'needs', 'through' with a package that has them, or "
                "'needs' alone"
            )


def _check_signature(entry: Signature, rules: Collection[str], path: Path) -> None:
    """Refuse an error message that leads to no rule."""
    place = f"{path}: signature {', '.join(entry.texts[:1])!r}"
    if not (entry.texts and entry.rules and entry.cause):
        raise RulePackError(f"{place}: it needs a text, a cause and a rule")
    for rule in entry.rules:
        if rule not in rules:
            raise RulePackError(f"{place}: there is no rule {rule}{suggest(rule, rules)}")


def _tables(path: Path, pack: dict[str, Any], key: str) -> list[dict[str, Any]]:
    tables = pack.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RulePackError(f"{path}: '{key}' is an array of tables, written [[{key}]]")
    return tables


_VERSIONS = ("version", "versions", "first", "last")
_RANGES = ("first_on", "numpy", "on_arm", "python", "pythons", "uv")


def _build_entry(kind: type[T], table: dict[str, Any], path: Path, key: str) -> T:
    """An entry of the catalogue whose versions and ranges are such."""
    name = " ".join((key, *(str(table[part]) for part in ("name", "product", "package", "version") if part in table)))
    entry = _build(kind, table, path, name)
    versions = [text for part in _VERSIONS if part in table for text in _texts(table[part])]
    if key == "release":
        versions += table.get("packages", [])
        if table.get("status", "unlisted") not in STATUSES:
            raise RulePackError(f"{path}: {name}: status is one of {', '.join(STATUSES)}, not '{table['status']}'")
    try:
        check_facts((text.removesuffix(".*") for text in versions), (table.get(part, "") for part in _RANGES))
    except ValueError as error:
        raise RulePackError(f"{path}: {name}: {error}") from None
    return entry


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _check_product(rule: Rule, catalogue: Catalogue, path: Path) -> None:
    """Refuse a rule about a product that no pack knows: it would never find anything."""
    product = getattr(rule.check, "product", None)
    names = [entry.name for entry in catalogue.products]
    if product is not None and product not in names:
        raise RulePackError(f"{path}: rule {rule.id}: there is no product '{product}'{suggest(product, names)}")


def _build_rule(table: dict[str, Any], path: Path, kinds: Mapping[str, type[Check]]) -> Rule:
    name = f"rule {table.get('id', '(without id)')}"
    check = table.get("check")
    if not isinstance(check, dict):
        raise RulePackError(f"{path}: {name}: 'check' is a table with a 'kind'")
    rule = _build(Rule, {**table, "check": _build_check(check, f"{path}: {name}", kinds)}, path, name)
    if not (rule.id.isalnum() and rule.id[:1].isalpha()):
        raise RulePackError(f"{path}: {name}: an id is letters and digits, such as TEAM001")
    if rule.severity not in {severity.value for severity in Severity}:
        raise RulePackError(f"{path}: {name}: severity is error, warning or notice, not '{rule.severity}'")
    for text in (rule.message, rule.help):
        _check_words(text, rule, path)
    return rule


def _build(kind: type[T], table: dict[str, Any], path: Path, name: str) -> T:
    return build(kind, table, f"{path}: {name}", RulePackError)


def _build_check(table: dict[str, Any], place: str, kinds: Mapping[str, type[Check]]) -> Check:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise RulePackError(f"{place}: there is no check of kind '{kind}'{suggest(str(kind), kinds)}")
    data = {key: value for key, value in table.items() if key != "kind"}
    return build(kinds[kind], data, f"{place}, check {kind}", RulePackError)


def _check_words(text: str, rule: Rule, path: Path) -> None:
    known = rule.check.words
    try:
        parts = [(word, shape) for _, word, *shape in string.Formatter().parse(text) if word is not None]
        for word, shape in parts:
            if any(shape):
                raise RulePackError(f"{path}: rule {rule.id}: {{{word}}} stands alone in its braces, without a format")
            if word not in known:
                knows = ", ".join(f"{{{word}}}" for word in known)
                raise RulePackError(f"{path}: rule {rule.id}: its check knows no {{{word}}}; it knows {knows}")
        text.format_map(dict.fromkeys(known, ""))
    except (ValueError, LookupError) as error:
        raise RulePackError(f"{path}: rule {rule.id}: '{text}': {error}") from None
