"""``git clone`` of a project that is then installed from its folder: its branch says which release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Dependency
from dmlint.installers.command_line import option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import BARE
from dmlint.installers.paths import last_component
from dmlint.requirements.respelling import literal, respell
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from dmlint.installers.command_line import Operand
    from dmlint.text.problems import Problem

_GIT = option_table(
    valued="-C -c --git-dir --work-tree --namespace --super-prefix --config-env",
    flags="-p/--paginate -P/--no-pager --bare --no-replace-objects --no-optional-locks --exec-path -h/--help",
)
_CLONE = option_table(
    valued="""-b/--branch -o/--origin -u/--upload-pack --reference --reference-if-able --depth --shallow-since
    --shallow-exclude -c/--config --separate-git-dir -j/--jobs --filter --template --server-option --bundle-uri
    --revision""",
    flags="""-l/--local --no-hardlinks -s/--shared -q/--quiet -v/--verbose --progress -n/--no-checkout --bare --mirror
    --dissociate --single-branch --no-single-branch --no-tags --recurse-submodules/--recursive --shallow-submodules
    --remote-submodules --sparse -4/--ipv4 -6/--ipv6""",
)
_PROJECTS = {"isaaclab": ("isaaclab", True), "isaacsim": ("isaacsim", True), "isaac-gr00t": ("gr00t", False)}
"""The project in a repository, by the repository's name, and whether a tag there is the project's version."""

_RELEASE = lazy_regex(r"(?:refs/tags/)?v?(?=\d+\.\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?$)")


def read_git(invocation: Invocation) -> Effects:
    """A step for ``git clone`` of Isaac Lab, Isaac Sim and Isaac-GR00T, nothing for any other."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, _GIT)
    if subcommand is None or subcommand[0] != "clone":
        return NOTHING
    arguments = read_options(words, subcommand[1], _CLONE)
    if not arguments.operands:
        return NOTHING
    address = arguments.operands[0]
    repository = last_component(address.text.replace(":", "/")).removesuffix(".git").lower()
    if repository not in _PROJECTS:
        return NOTHING
    branch = arguments.last("--branch", "--revision")
    found = [_read_release(repository, address, branch, f"{invocation.where} git clone")]
    return build_step(invocation, found, arguments, InstallTarget(tool="git clone", interpreter=BARE))


def _read_release(repository: str, address: Operand, branch: Operand | None, where: str) -> Dependency | Problem:
    from dmlint.requirements.pep508 import read_requirement

    word = (branch or address).word
    project, versioned = _PROJECTS[repository]
    word = (branch or address).word
    name = respell(project, address.word.value, word)
    release = _RELEASE().match(word.text) if branch else None
    if not versioned or branch is None or not (release or word.value.unresolved):
        return read_requirement(name, word.span, where=where)
    version = word.value.slice(release.end() if release else 0)
    found = read_requirement(join((name, literal("==", version, word), version)), word.span, where=where)
    # A tag that is all of a variable's value is that value, its `v` included.
    tag = word.value.span if word.value.via else None
    return replace(found, span=tag) if tag is not None and isinstance(found, Dependency) else found
