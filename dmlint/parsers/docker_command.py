"""``docker build``, ``run`` and ``pull`` on a command line: the builds that they ask for, the images that they name."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from dmlint.facts import BaseImage, BuildRequest
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.syntax.shell.command import Command, Word
    from dmlint.text.traced import Traced

PROGRAMS = frozenset({"docker", "podman", "nerdctl", "buildah"})
_BUILD = frozenset({"build", "bud", "b"})
_IMAGE = frozenset({"run", "pull", "create"})
_GROUPS = frozenset({"buildx", "builder", "image", "container"})
_OF_BUILDERS = frozenset({"buildx", "builder"})
# What takes no value, by the pages of `docker build`, `run` and `pull`, and podman's; all others take one.
_BARE = frozenset(
    {
        "all-tags", "check", "compress", "debug", "detach", "disable-content-trust", "env-host", "force-rm", "help",
        "http-proxy", "init", "interactive", "layers", "load", "no-cache", "no-healthcheck", "no-hostname", "no-hosts",
        "oom-kill-disable", "privileged", "publish-all", "push", "quiet", "read-only", "replace", "rm", "rmi",
        "sig-proxy", "squash", "squash-all", "tls", "tls-verify", "tlsverify", "tty",
    }
)  # fmt: skip
_SHORT_BARE = {"": "D", "build": "q", "pull": "aq", "run": "diPqt"}
_COMMAND = lazy_regex(r"[/.~]|(?:(?:ba|z|da)?sh|python[\d.]*|sleep|tail|ros2|roslaunch)$")
"""What is a command for the container rather than an image."""
_FOLDER = lazy_regex(r"dir|root|repo|path|pwd|here|folder|base|home|top", re.IGNORECASE)
_URL = lazy_regex(r"[a-z][a-z0-9+.-]*://|git@|github\.com/", re.IGNORECASE)


def read_docker(command: Command, where: str) -> tuple[tuple[BuildRequest, ...], tuple[BaseImage, ...]]:
    """The builds that a command asks for, and the images that it runs or fetches.

    ``where`` names the stage that the images belong to. The paths of a build are the likeliest: a script may be started
    anywhere, and what lies in the repository decides.
    """
    if not command.words or command.words[0].text.rpartition("/")[2] not in PROGRAMS:
        return (), ()
    at = _skip_options(command.words, 1)
    group = command.words[at].text if at < len(command.words) else ""
    if group in _GROUPS:
        at = _skip_options(command.words, at + 1)
    if at == len(command.words):
        return (), ()
    verb, words = command.words[at].text, command.words[at + 1 :]
    if verb in _BUILD:
        return (_read_build(command, words),), ()
    if verb in _IMAGE and group not in _OF_BUILDERS:
        return (), tuple(_read_images(words, f"docker {verb}", where))
    return (), ()


def _skip_options(words: Sequence[Word], at: int) -> int:
    """The index of the first word that is no option in front of a verb."""
    while at < len(words) and words[at].text.startswith("-"):
        name = words[at].text.lstrip("-")
        at += 1 if "=" in name or name in _BARE or name in _SHORT_BARE[""] else 2
    return min(at, len(words))


def _read_images(words: Sequence[Word], role: str, stage: str) -> Iterator[BaseImage]:
    waiting: Word | None = None
    for name, value, word in _arguments(words, _SHORT_BARE["pull" if role == "docker pull" else "run"]):
        if name:
            continue
        # One variable often holds all options, and the image follows; or the image itself, and a command follows.
        if value.unresolved and not any(piece.known for piece in value.pieces):
            waiting = word
            continue
        found = waiting if waiting is not None and _COMMAND().match(value.text) else word
        yield BaseImage(written=found.span, value=found.value, stage=stage, role=role)
        return
    if waiting is not None:
        yield BaseImage(written=waiting.span, value=waiting.value, stage=stage, role=role)


def _read_build(command: Command, words: Sequence[Word]) -> BuildRequest:
    options: dict[str, list[Traced]] = {}
    rest: list[Traced] = []
    for name, value, _ in _arguments(words, _SHORT_BARE["build"]):
        if name:
            options.setdefault(name, []).append(value)
        else:
            rest.append(value)
    args, given = read_args(options.get("build-arg", []))
    contexts, _ = read_args(options.get("build-context", []))
    tags = [value.text for value in options.get("t", []) + options.get("tag", []) if not value.unresolved]
    targets = [value.text for value in options.get("target", []) if not value.unresolved]
    context = _context(command, rest[-1]) if rest else None
    files = options.get("f", []) + options.get("file", [])
    piped = [value.text for value in (*files[-1:], *rest[-1:])].count("-") > 0
    return BuildRequest(
        service=tags[0] if tags else "docker build",
        span=command.span,
        context=context,
        dockerfile=None if piped else _dockerfile(command, files, context),
        inline=command.stdin if piped else None,
        target=targets[-1] if targets else None,
        args=args,
        given=given,
        tags=tuple(tags),
        contexts={name: value for name, value in contexts.items() if "://" in value.text},
    )


def read_args(values: Sequence[Traced]) -> tuple[dict[str, Traced], tuple[str, ...]]:
    """Build arguments: those whose value is known, and the names of the others."""
    args: dict[str, Traced] = {}
    given: dict[str, None] = {}
    for value in values:
        name, equals, _ = value.text.partition("=")
        content = value.slice(len(name) + 1)
        if equals and not content.unresolved:
            args[name] = content
            given.pop(name, None)
        else:
            given[name] = None
            args.pop(name, None)
    return args, tuple(given)


def _context(command: Command, value: Traced) -> str | None:
    if value.text == "-" or _URL().match(value.text):
        return None
    return _from_start(command, value)


def _dockerfile(command: Command, files: Sequence[Traced], context: str | None) -> str | None:
    """The path of the Dockerfile: ``-f`` is seen from the working directory, not from the context."""
    if files:
        return _from_start(command, files[-1])
    return None if context is None else normpath(join(context, "Dockerfile"))


def _from_start(command: Command, path: Traced) -> str | None:
    """A path as seen from the folder that the script starts in; where a variable holds that folder, or the working
    directory is not known, as seen from the root by the script's own folder.
    """
    first = path.pieces[0] if path.pieces else None
    known, cwd = path, command.cwd
    if first is not None and not first.known and _FOLDER().search(first.text):
        known = path.slice(len(first.text))
        if known.text[:1] not in ("", "/"):
            return None
        cwd = None
    text = known.text if known is path else known.text.lstrip("/")
    # Most scripts that do not rely on the working directory name their own folder.
    start = dirname(command.span.source.path) if cwd is None else cwd
    return None if known.unresolved else normpath(join(start, text or "."))


def _arguments(words: Sequence[Word], bare: str) -> Iterator[tuple[str, Traced, Word]]:
    """Options by name with their values, and other words with an empty name; ``bare`` are short options without value.

    After the first other word of ``docker run`` all belongs to the program in the container: the caller stops there.
    """
    at = 0
    while at < len(words):
        word = words[at]
        text = word.text
        at += 1
        if not text.startswith("-") or text == "-":
            yield "", word.value, word
            continue
        name, equals, _ = text.lstrip("-").partition("=")
        if text.startswith("--"):
            if equals:
                yield name, word.value.slice(len(name) + 3), word
            elif name not in _BARE and at < len(words):
                yield name, words[at].value, words[at]
                at += 1
            continue
        # A cluster: letters without a value, then one with its value attached or in the next word.
        letters = text[1:]
        taking = next((index for index, letter in enumerate(letters) if letter not in bare), None)
        if taking is None:
            continue
        attached = word.value.slice(taking + 2)
        if not attached.text and at < len(words):
            attached = words[at].value
            at += 1
        yield letters[taking], attached, word
