"""Releases of Isaac Lab and Isaac Sim that are fetched, not installed: clones, checkouts, archives by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Checkout, Dependency, InstallStep
from dmlint.facts.interpreter import BARE
from dmlint.installers.command_line import Arguments, option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, InstallTarget, Invocation, build_step
from dmlint.installers.paths import join_path, last_component
from dmlint.requirements.respelling import literal, respell
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Word
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
_CHECKOUT = option_table(
    valued="-b -B -c/--create -C/--force-create --orphan --conflict --pathspec-from-file",
    flags="""-q/--quiet -f/--force -d/--detach -t/--track --no-track --guess --no-guess -m/--merge --progress
    --no-progress --recurse-submodules --hard --soft --mixed --keep --discard-changes --ours --theirs""",
)
_MOVES = ("checkout", "switch", "reset")
_PROJECTS = {"isaaclab": ("isaaclab", True), "isaacsim": ("isaacsim", True), "isaac-gr00t": ("gr00t", False)}
"""The project in a repository, by the repository's name, and whether a tag there is the project's version."""

_NUMBER = r"\d+\.\d+(?:\.\d+)*(?:(?:a|b|rc)\d+|-(?:alpha|beta|rc)\d*)?"
_RELEASE = lazy_regex(rf"(?:refs/)?(?:tags/|release/|origin/release/)?v?(?={_NUMBER}$)")
_ARCHIVE = lazy_regex(
    r"(?i:(?:\S*/)?(?P<repository>IsaacLab|IsaacSim|Isaac-GR00T)(?:\.git)?"
    r"(?:/(?:archive|zipball|tarball|zip|tar\.gz|legacy\.zip|legacy\.tar\.gz)/(?:refs/tags/)?v?|#(?:refs/tags/)?v?|-)"
    rf"(?P<version>{_NUMBER}?)(?=\.zip|\.tar\.gz|\.tgz|/|$))"
)
_STANDALONE = lazy_regex(r"(?i:(?:\S*/)?isaac-?sim-standalone(?:-|@|%40)(?P<version>\d+\.\d+\.\d+)(?=[-.+_@]))")
_LONGEST = 1000


def read_git(invocation: Invocation) -> Effects:
    """A step for ``git clone`` of Isaac Lab, Isaac Sim and Isaac-GR00T, nothing for any other; and checkouts."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, _GIT)
    if subcommand is None:
        return NOTHING
    name, start, before = subcommand
    if name in _MOVES:
        folder = Arguments(options=before).last("-C")
        cwd = invocation.command.cwd
        return _read_checkout(invocation, start, join_path(folder.text, cwd) if folder else cwd)
    return _read_clone(invocation, start) if name == "clone" else NOTHING


def _read_clone(invocation: Invocation, start: int) -> Effects:
    arguments = read_options(invocation.command.words, start, _CLONE)
    if not arguments.operands:
        return NOTHING
    address = arguments.operands[0]
    repository = last_component(address.text.replace(":", "/")).removesuffix(".git")
    if repository.lower() not in _PROJECTS:
        return NOTHING
    branch = arguments.last("--branch", "--revision")
    word = (branch or address).word
    name = respell(_PROJECTS[repository.lower()][0], address.word.value, word)
    found = _at_release(repository, word if branch else None, f"{invocation.where} git clone")
    if found is None:
        from dmlint.requirements.pep508 import read_requirement

        found = read_requirement(name, word.span, where=f"{invocation.where} git clone")
    into = arguments.operands[1].text if len(arguments.operands) > 1 else repository
    target = InstallTarget(tool="git clone", interpreter=BARE, cwd=join_path(into, invocation.command.cwd))
    return build_step(invocation, [found], arguments, target)


def _read_checkout(invocation: Invocation, start: int, folder: str | None) -> Effects:
    """A step for a release in a folder that is called as a project; elsewhere the build's clones tell what it is."""
    arguments = read_options(invocation.command.words, start, _CHECKOUT)
    repository = last_component(folder or "").lower()
    named = repository in _PROJECTS
    where = f"{invocation.where} git checkout"
    for operand in arguments.operands[:1]:
        found = _at_release(repository if named else "isaaclab", operand.word, where)
        if found is not None and _RELEASE().match(operand.text):
            target = InstallTarget(tool="git checkout", interpreter=BARE, cwd=folder)
            step = build_step(invocation, [found], Arguments(), target)
            first = step.actions[0]
            return step if named or not isinstance(first, InstallStep) else _checkout(folder, first)
    return NOTHING


def _checkout(folder: str | None, step: InstallStep) -> Effects:
    return Effects(actions=(Checkout(span=step.span, folder=folder, step=step),))


def _at_release(repository: str, tag: Word | None, where: str) -> Dependency | Problem | None:
    """The project of a repository at a tag that is its version; None for any other tag or project."""
    project, versioned = _PROJECTS[repository.lower()]
    release = _RELEASE().match(tag.text) if tag else None
    if not versioned or tag is None or not (release or tag.value.unresolved):
        return None
    found = _at(project, tag, release.end() if release else 0, None, where)
    # A tag that is all of a variable's value is that value, its `v` included.
    whole = tag.value.span if tag.value.via else None
    return replace(found, span=whole) if whole is not None and isinstance(found, Dependency) else found


def _at(project: str, word: Word, start: int, end: int | None, where: str) -> Dependency | Problem:
    """A project in the version that stands in a word."""
    from dmlint.requirements.pep508 import read_requirement

    version = word.value.slice(start, end)
    text = join((respell(project, version, word), literal("==", version, word), version))
    return read_requirement(text, version.span if version.via and version.span else word.span, where=where)


def find_archive(word: Word, where: str) -> Dependency | None:
    """What an address or a path names that is a release's archive, by the name that it is published under."""
    if word.value.unresolved:
        return None
    text = word.text[:_LONGEST]
    match = _STANDALONE().match(text)
    project = "isaacsim"
    if match is None:
        match = _ARCHIVE().match(text)
        project, versioned = _PROJECTS[match["repository"].lower()] if match else ("", False)
        if match is None or not versioned:
            return None
    found = _at(project, word, match.start("version"), match.end("version"), where)
    return found if isinstance(found, Dependency) else None


def read_archives(invocation: Invocation) -> Effects:
    """A step for the archives of releases that a command fetches or unpacks (``curl``, ``unzip``, ``tar`` …)."""
    where = f"{invocation.where} {invocation.name}"
    found = [find_archive(word, where) for word in invocation.command.words[invocation.start :]]
    kept = {entry.specifier: entry for entry in reversed(found) if entry is not None}
    if not kept:
        return NOTHING
    return build_step(invocation, kept.values(), Arguments(), InstallTarget(tool="archive", interpreter=BARE))
