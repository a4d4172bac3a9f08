"""A repository whose installer is run with many arguments: functions, case dispatch, guards, arrays and loops.

``python tests/bench/installer.py DMLINT…`` measures each dmlint on the tree, and on one with twice the workflows.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

MODELS, ENVIRONMENTS, WORKFLOWS, JOBS, STAGES = 60, 40, 20, 6, 40
_HEAD = """#!/usr/bin/env bash
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
MODEL="" SIMULATOR="" MIRROR="" EXTRAS=()
VENV="${VENV:-.venv}"
usage() { echo "usage: $0 --model NAME --env NAME"; }
say() { printf '%s\\n' "$*"; }
parse() {
    while [ $# -gt 0 ]; do
        case "$1" in
            --model) MODEL="$2"; shift 2 ;;
            --env) SIMULATOR="$2"; shift 2 ;;
            --mirror) MIRROR="$2"; shift 2 ;;
            --extra) EXTRAS+=("$2"); shift 2 ;;
            -h | --help) usage; exit 0 ;;
            *) usage; exit 1 ;;
        esac
    done
}
"""
_MODEL = """install_model_{0}() {{
    local pins=("numpy==1.26.{1}" "torch==2.{1}.0" "model-{0}>=1.{1}")
    if [ -n "$MIRROR" ]; then
        export PIP_INDEX_URL="$MIRROR"
    fi
    for pin in "${{pins[@]}}"; do
        say "installing $pin"
        uv pip install "$pin"
    done
    case "$SIMULATOR" in
{2}        *) say "no simulator" ;;
    esac
    if [ ! -d "$ROOT/models/{0}" ]; then
        git clone https://example.com/model-{0}.git "$ROOT/models/{0}"
    fi
    [[ "$MODEL" == model-{0} ]] && say "model {0}" || say "other"
}}
"""
_SIMULATOR = """install_env_{0}() {{
    local wheel="simulator_{0}"
    if command -v nvidia-smi > /dev/null 2>&1; then
        uv pip install "$wheel[gpu]==0.{1}"
    else
        uv pip install "$wheel==0.{1}" || pip install "$wheel"
    fi
    for extra in "${{EXTRAS[@]}}" common tools; do
        uv pip install "$wheel-$extra"
    done
    cd "$ROOT"
}}
"""
_TAIL = """main() {{
    parse "$@"
    [ -z "$MODEL" ] && {{ usage; exit 1; }}
    uv venv "$VENV"
    source "$VENV/bin/activate"
    case "$MODEL" in
{0}        *) usage; exit 1 ;;
    esac
}}
main "$@"
"""


def write_tree(root: Path, workflows: int = WORKFLOWS) -> None:
    """The installer, workflows whose jobs run it, and stages of an image that do."""
    text = [_HEAD]
    text += [_SIMULATOR.format(number, number % 9) for number in range(ENVIRONMENTS)]
    for number in range(MODELS):
        arms = "".join(f"        env-{each}) install_env_{each} ;;\n" for each in range(number % 4, ENVIRONMENTS, 4))
        text.append(_MODEL.format(number, number % 5, arms))
    text.append(_TAIL.format("".join(f"        model-{each}) install_model_{each} ;;\n" for each in range(MODELS))))
    (root / "install.sh").write_text("".join(text), encoding="utf-8")
    folder = root / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number in range(workflows):
        jobs = "".join(_job(number * JOBS + each) for each in range(JOBS))
        (folder / f"test{number:02}.yml").write_text(f"on: push\njobs:\n{jobs}", encoding="utf-8")
    stages = "".join(
        f"FROM python:3.11 AS s{each}\nCOPY install.sh /w/install.sh\nRUN bash /w/install.sh {_asked(each * 3)}\n"
        for each in range(STAGES)
    )
    (root / "Dockerfile").write_text(stages, encoding="utf-8")


def _asked(number: int) -> str:
    model = number % MODELS
    return f"--model model-{model} --env env-{(model % 4 + 4 * number) % ENVIRONMENTS}"


def _job(number: int) -> str:
    return (
        f"  job{number}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
        f"      - run: bash install.sh {_asked(number)}\n"
    )


def measure(command: list[str], root: Path) -> float:
    """The processor time of one run, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, "check", "."], cwd=root, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the medians, side by side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commands", nargs="+", help="how each dmlint is called")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        roots = [Path(folder, name) for name in ("one", "two")]
        for number, root in enumerate(roots):
            root.mkdir()
            write_tree(root, WORKFLOWS * (number + 1))
        for command in asked.commands:
            one, two = (
                statistics.median(measure(command.split(), root) for _ in range(asked.rounds)) for root in roots
            )
            sys.stdout.write(f"{command}: {one:.2f} s, twice the workflows {two:.2f} s ({two / one:.2f})\n")


if __name__ == "__main__":
    main()
