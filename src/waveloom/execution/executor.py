"""Runs a function over items: in this process, in several processes, or on a Dask cluster.

The results are the same, and come in the order of the items.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from time import monotonic
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")


@checked_dataclass
class Execution:
    """How ingest, prepare and features run. No result depends on it, so it is no dependency in DVC."""

    executor: Literal["serial", "processes", "dask"] = "processes"
    workers: Annotated[int, Field(ge=0)] = 0  # number of processes or of local Dask workers; 0: one per core
    scheduler: str = ""  # dask: address of a running scheduler; empty: a cluster on this machine


SERIAL = Execution("serial")
CONNECT_SECONDS = 10
ALONE_SECONDS = 2.0  # this process works alone for so long, since starting others takes about as long


class _Future(Protocol):
    def result(self) -> Any: ...

    def cancel(self) -> Any: ...


_Submit = Callable[[Callable[[Any], Any], Any], _Future]


def ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], execution: Execution = SERIAL
) -> Iterator[Result]:
    """Yield `work(item)` for each item, in order; only a few items are read before their results are needed.

    Unless `execution` is serial, `work` and the items must be picklable. The first error ends the iteration.
    """
    items, start = iter(items), monotonic()
    for item in items:
        if execution.executor != "serial" and monotonic() - start >= ALONE_SECONDS:
            with _POOLS[execution.executor](execution) as (submit, workers):
                yield from _submit_ahead(partial(submit, work), chain([item], items), 2 * workers)
            return
        yield work(item)


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items; the last list may be shorter."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def _submit_ahead(submit: Callable[[Item], _Future], items: Iterable[Item], ahead: int) -> Iterator[Any]:
    """Yield results in order, with at most `ahead` items submitted beyond the one whose result is next."""
    waiting: deque[_Future] = deque()
    try:
        for item in items:
            waiting.append(submit(item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _process_pool(execution: Execution) -> Iterator[tuple[_Submit, int]]:
    import multiprocessing

    # Workers are forked from a server with one thread that has imported these modules: they are imported once in all.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["waveloom.ingest.recordings", "waveloom.features.table"])
    workers = execution.workers or _cores()
    pool = ProcessPoolExecutor(workers, context, _exit_with_parent)
    try:
        yield pool.submit, workers
    finally:
        pool.shutdown(cancel_futures=True)


def _exit_with_parent() -> None:
    """End this worker when its parent process is killed; it would otherwise wait for work forever."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is None:
        raise RuntimeError("A worker has no parent process.")

    def exit_after_parent() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=exit_after_parent, daemon=True).start()


@contextmanager
def _dask_cluster(execution: Execution) -> Iterator[tuple[_Submit, int]]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            "execution.executor is 'dask', and Dask is not installed. Run pip install 'waveloom[dask]', or set "
            "execution.executor to 'processes'."
        ) from None
    if execution.scheduler:
        with _connect(execution.scheduler) as client:
            yield _submit_to(client), max(1, len(client.scheduler_info()["workers"]))
        return
    workers = execution.workers or _cores()
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        yield _submit_to(client), workers


def _connect(scheduler: str) -> Any:
    from distributed import Client

    try:
        return Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(
            f"execution.scheduler is {scheduler!r}; no Dask scheduler answers there ({error}). Start one, correct the "
            "address, or leave it empty for a cluster on this machine."
        ) from None


def _submit_to(client: Any) -> _Submit:
    return lambda work, item: client.submit(work, item, pure=False)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_POOLS = {"processes": _process_pool, "dask": _dask_cluster}
