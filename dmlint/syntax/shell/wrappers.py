"""Programs that run another program: which of their words are their own, and what they change for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Word

_ASSIGNMENT = lazy_regex(r"[A-Za-z_]\w*=", re.ASCII)


class Wrapper(Struct, frozen=True, kw_only=True):
    """How a wrapper's command line is read.

    ``valued`` are the options whose value is the next word, ``positionals`` counts the words before the command,
    ``refuses`` are options with which it runs nothing (``command -v``). ``verb`` is the sub-command that runs
    (``conda run``); ``within`` then names the environment, with the value of the first of ``named`` that is given.
    """

    valued: frozenset[str] = frozenset()
    positionals: int = 0
    assignments: bool = False
    refuses: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    verb: str = ""
    within: str = ""
    named: frozenset[str] = frozenset()
    keeps: bool = False
    """The command itself is a fact too: ``uv run --with numpy``."""
    maybe: bool = False
    """It may not run what it wraps."""
    replaces: bool = False
    """Nothing runs after it: ``exec``."""


class Peeled(Struct):
    """What a wrapper leaves: the words from ``start`` on, with what it changes for them."""

    start: int
    wrapper: Wrapper
    assigned: list[Word] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    clears: bool = False
    environment: str = ""

    @property
    def within(self) -> str | None:
        """The environment that is entered, None for none."""
        if not self.wrapper.within:
            return None
        return f"{self.wrapper.within}:{self.environment}" if self.environment else self.wrapper.within


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONDA = Wrapper(
    verb="run",
    within="conda",
    named=_options("-n --name -p --prefix"),
    valued=_options("-n --name -p --prefix --cwd -r --root-prefix -a --attach -e --env --rc-file"),
)
_UV_VALUED = _options(
    "--with --with-editable --with-requirements --extra --group --no-group --only-group --no-extra --env-file"
    " --package --python -p --index --index-url -i --extra-index-url --find-links -f --project --directory"
    " --config-setting -C --resolution --prerelease --refresh-package --reinstall-package --upgrade-package -P"
    " --exclude-newer --link-mode --cache-dir --color --config-file --default-index --index-strategy"
    " --keyring-provider --no-binary-package --no-build-package --no-build-isolation-package --fork-strategy"
    " --python-platform --allow-insecure-host --no-sources-package"
)
WRAPPERS = {
    "sudo": Wrapper(
        valued=_options(
            "-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T --command-timeout"
            " -U --other-user -D --chdir -R --chroot"
        ),
        assignments=True,
        refuses=_options("-l --list -v --validate -K --remove-timestamp -V --version -e --edit --help"),
    ),
    "doas": Wrapper(valued=_options("-u -C")),
    "env": Wrapper(
        valued=_options("-u --unset -C --chdir"),
        assignments=True,
        clears=_options("-i - --ignore-environment"),
        removes=_options("-u --unset"),
        refuses=_options("-S --split-string --help --version"),
    ),
    "time": Wrapper(valued=_options("-f --format -o --output")),
    "nice": Wrapper(valued=_options("-n --adjustment")),
    "ionice": Wrapper(valued=_options("-c --class -n --classdata"), refuses=_options("-p --pid")),
    "timeout": Wrapper(valued=_options("-k --kill-after -s --signal"), positionals=1),
    "exec": Wrapper(valued=_options("-a"), replaces=True),
    "command": Wrapper(refuses=_options("-v -V")),
    "builtin": Wrapper(),
    "nohup": Wrapper(),
    "stdbuf": Wrapper(valued=_options("-i --input -o --output -e --error")),
    "unbuffer": Wrapper(),
    "setsid": Wrapper(),
    "gosu": Wrapper(positionals=1),
    "su-exec": Wrapper(positionals=1),
    "xvfb-run": Wrapper(
        valued=_options("-n --server-num -e --error-file -f --auth-file -p --xauth-protocol -s --server-args -w --wait")
    ),
    "xargs": Wrapper(
        valued=_options(
            "-a --arg-file -d --delimiter -E -I -L -n -P -s --max-args --max-chars --max-lines --max-procs"
            " --process-slot-var"
        ),
    ),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    "poetry": Wrapper(verb="run", within="poetry", valued=_options("-C --directory -P --project")),
    "uv": Wrapper(verb="run", within="uv", valued=_UV_VALUED, refuses=_options("-m --module -s --script"), keeps=True),
    "pipenv": Wrapper(verb="run", within="pipenv", valued=_options("--python")),
    "hatch": Wrapper(
        verb="run", within="hatch", valued=_options("-e --env -p --project --config"), named=_options("-e --env")
    ),
    "pdm": Wrapper(verb="run", within="pdm", valued=_options("-p --project -c --config --venv")),
    "pixi": Wrapper(
        verb="run",
        within="pixi",
        valued=_options("-e --environment --manifest-path -m --color"),
        named=_options("-e --environment"),
    ),
}


def program(word: Word) -> str:
    """The name of a program without its folder."""
    return word.text.rsplit("/", 1)[-1]


def peel(words: Sequence[Word], start: int) -> Peeled | None:
    """What the wrapper at ``start`` runs; None if it is no wrapper or runs nothing."""
    wrapper = WRAPPERS.get(program(words[start])) if start < len(words) else None
    if wrapper is None:
        return None
    peeled = Peeled(start + 1, wrapper)
    if not _skip(words, peeled) or (wrapper.verb and not _verb(words, peeled)):
        return None
    peeled.start += wrapper.positionals
    return peeled if peeled.start < len(words) else None


def _verb(words: Sequence[Word], peeled: Peeled) -> bool:
    if words[peeled.start].text != peeled.wrapper.verb:
        return False
    peeled.start += 1
    return _skip(words, peeled)


def _skip(words: Sequence[Word], peeled: Peeled) -> bool:
    """Go past options and assignments; False if no command follows them."""
    wrapper = peeled.wrapper
    while peeled.start < len(words):
        word = words[peeled.start]
        name, _, value = word.text.partition("=")
        if word.text == "--":
            peeled.start += 1
            break
        if wrapper.assignments and _ASSIGNMENT().match(word.text):
            peeled.assigned.append(word)
        elif word.text in wrapper.clears:
            peeled.clears = True
        elif not word.text.startswith("-"):
            break
        elif name in wrapper.refuses or (wrapper.refuses and _clustered(word.text, wrapper.refuses)):
            return False
        elif name in wrapper.valued:
            separate = word.text in wrapper.valued
            if separate and peeled.start + 1 >= len(words):
                return False
            peeled.start += separate
            _heed(peeled, name, words[peeled.start].text if separate else value)
        peeled.start += 1
    return peeled.start < len(words)


def _clustered(option: str, refused: frozenset[str]) -> bool:
    """Whether a cluster of two short options (``-pv``) holds a refused one."""
    return len(option) == 3 and option[1] != "-" and f"-{option[2]}" in refused and option[1:2].islower()


def _heed(peeled: Peeled, name: str, value: str) -> None:
    if name in peeled.wrapper.named:
        peeled.environment = value
    if name in peeled.wrapper.removes:
        peeled.removed.append(value)
