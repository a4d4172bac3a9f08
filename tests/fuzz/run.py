"""Fuzzes dmlint for long, guided by coverage, and writes what came of it into ``LOG.md``.

Run it as ``python tests/fuzz/run.py --seconds 60`` for every target, with ``--target NAME`` for one; it needs the
dependency group ``fuzz``. The corpus is kept in ``--corpus``; what stops a target lies there, as ``NAME/crash-…`` or
``NAME/timeout-…``, and ``--replay FILE`` runs a target once more on it.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from fuzz_log import Tally, update
from fuzz_targets import TARGETS, Target

LOG = Path(__file__).with_name("LOG.md")
WORKER = Path(__file__).with_name("fuzz_worker.py")
CORPUS = Path(tempfile.gettempdir()) / "dmlint-fuzz"
_LIMITS = ("-timeout=120", "-rss_limit_mb=2048", "-max_len=20000", "-print_final_stats=1", "-close_fd_mask=1")
_EXECUTIONS = re.compile(r"stat::number_of_executed_units: (\d+)")
_MOST_FAULTS = 5


def main() -> int:
    """Fuzz what is asked for; 1 if anything was stopped by a fault."""
    asked = _arguments()
    chosen = [target for target in TARGETS if asked.target in (None, target.name)]
    if asked.replay is not None:
        for target in chosen:
            target.check(asked.replay.read_bytes())
        return 0
    faults = 0
    for target in chosen:
        tally = fuzz(target, asked.seconds, asked.seed, asked.corpus)
        faults += tally.faults
        sys.stdout.write(f"{tally.target}: {tally.seconds} s, {tally.executions} executions, {tally.faults} faults\n")
        sys.stdout.flush()
        update(LOG, [tally])
    return int(faults > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60, help="how long each target is run")
    parser.add_argument("--target", choices=[target.name for target in TARGETS], help="run this one alone")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0 takes another each time")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="where texts that reach new code are kept")
    parser.add_argument("--replay", type=Path, help="check this text alone; goes with --target")
    return parser.parse_args()


def fuzz(target: Target, seconds: int, seed: int, corpus: Path) -> Tally:
    """Run a target in processes of its own until its time is up, or too much is wrong with it."""
    folder = corpus / target.name.replace("/", "-")
    texts = folder / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(target.seeds()):
        (texts / f"seed-{number}").write_bytes(text.encode("utf-8", "surrogateescape"))
    began, busy = time.monotonic(), _cpu_seconds()
    executions = faults = 0
    while faults < _MOST_FAULTS and (left := seconds - int(time.monotonic() - began)) > 0:
        options = [f"-max_total_time={left}", f"-seed={seed}", f"-artifact_prefix={folder}/", str(texts)]
        command = [sys.executable, str(WORKER), target.name, *_LIMITS, *options]
        ran = subprocess.run(command, capture_output=True, check=False)
        said = ran.stderr.decode("utf-8", "replace")
        executions += sum(int(found) for found in _EXECUTIONS.findall(said))
        if ran.returncode:
            faults += 1
            sys.stderr.write(said[-3000:])
    today = datetime.now(timezone.utc).date().isoformat()
    taken = int(time.monotonic() - began)
    return Tally(
        target=target.name,
        seconds=taken,
        busy=int(_cpu_seconds() - busy),
        executions=executions,
        faults=faults,
        last=today,
    )


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
