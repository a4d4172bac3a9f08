"""One repository of a survey as a task: an examination in a process of its own, with limits on time and memory."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dmlint.probe.probed_python import ProbeError
from dmlint.probe.process import run
from dmlint.survey.addresses import Address
from dmlint.survey.results import Result

if TYPE_CHECKING:
    from dmlint.probe.process import Ended

OUT_OF_MEMORY = 77
"""The exit code of an examination that may not have the memory that it needs."""


_PROGRAM = "import sys; from dmlint.survey.examination import main; sys.exit(main(sys.argv[1]))"


class ExaminationRequest(Struct, frozen=True, kw_only=True):
    """What an examination is asked for: at most so many ``seconds`` and bytes of ``memory`` (0 for no limit); the file
    of a ``policy``, None for none. A repository whose ``known`` key is still right is not examined again.
    """

    repository: str
    local: bool
    seconds: float
    memory: int
    policy: str | None = None
    known: str | None = None

    @property
    def address(self) -> Address:
        """The repository."""
        return Address(self.repository, local=self.local)


def examine(request: ExaminationRequest) -> Result:
    """What dmlint says of one repository; whatever goes wrong with it is the cause of a failed result.

    Its files lie in a folder of their own, which is gone afterwards.
    """
    begun = monotonic()
    with TemporaryDirectory(prefix="dmlint-survey-") as name:
        folder = Path(name)
        (folder / "request.json").write_bytes(msgspec.json.encode(request))
        command = (sys.executable, "-I", "-c", _PROGRAM, str(folder))
        try:
            ended = run(command, None, request.seconds)
        except ProbeError as error:
            return Result(repository=request.address.shown, cause=str(error))
        result = _read(folder / "result.json", ended, request)
    return replace(result, seconds=round(monotonic() - begun, 3))


def _read(answer: Path, ended: Ended, request: ExaminationRequest) -> Result:
    if ended.code == 0 and not ended.late:
        return msgspec.json.decode(answer.read_bytes(), type=Result)
    return Result(repository=request.address.shown, cause=_cause(ended, request))


def _cause(ended: Ended, request: ExaminationRequest) -> str:
    if ended.late:
        return f"it took longer than {request.seconds:g} seconds"
    if ended.code == OUT_OF_MEMORY:
        return f"it needs more than {request.memory:,} bytes of memory"
    if ended.code < 0:
        return f"its process was ended by signal {-ended.code}"
    last = ended.err.strip().rpartition("\n")[2]
    return f"dmlint failed: {last}" if last else f"dmlint failed with exit code {ended.code}"
