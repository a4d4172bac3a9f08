"""Many repositories at a time, as tasks of Dask: on this machine, or on a cluster that runs already."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import dask
from distributed import Client, LocalCluster, as_completed
from distributed.scheduler import KilledWorker
from msgspec import Struct

from dmlint.survey.results import Result
from dmlint.survey.task import examine
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.survey.task import ExaminationRequest


class Workers(Struct, frozen=True, kw_only=True):
    """Who does the work: a cluster that runs at the address of its ``scheduler``, else ``count`` processes here."""

    count: int = 1
    scheduler: str | None = None
    dashboard: bool = False


class ClusterError(DmlintError):
    """A cluster that cannot be reached."""


def examine_all(
    requests: Sequence[ExaminationRequest], workers: Workers
) -> Iterator[tuple[ExaminationRequest, Result]]:
    """The results of repositories, in the order in which they come.

    Each is one task: Dask runs it again where its worker dies, three times at most. The local cluster listens on the
    loopback address alone. Raises ClusterError where no scheduler answers at the address that is given.
    """
    with ExitStack() as stack:
        client = stack.enter_context(_connect(stack, workers))
        futures = {client.submit(examine, request, pure=False): request for request in requests}
        for future in as_completed(futures):
            request = futures.pop(future)
            told = future.result() if future.status == "finished" else future.exception()
            future.release()
            yield request, _result(request, told)


def _connect(stack: ExitStack, workers: Workers) -> Client:
    try:
        if workers.scheduler is not None:
            return Client(workers.scheduler, timeout=_PATIENCE)
        routes = dask.config.get("distributed.scheduler.http.routes") if workers.dashboard else []
        stack.enter_context(dask.config.set({"distributed.scheduler.http.routes": routes}))
        cluster = LocalCluster(
            n_workers=workers.count,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:8787" if workers.dashboard else "127.0.0.1:0",
            memory_limit=None,
            silence_logs="ERROR",
        )
        return Client(stack.enter_context(cluster))
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {workers.scheduler}: {error}") from error


_PATIENCE = "10s"
"""How long a scheduler may take to answer."""


def _result(request: ExaminationRequest, told: Result | BaseException) -> Result:
    if isinstance(told, Result):
        return told
    cause = "its worker died several times" if isinstance(told, KilledWorker) else f"{type(told).__name__}: {told}"
    return Result(repository=request.address.shown, cause=cause)
