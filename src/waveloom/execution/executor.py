"""Who does the work of a stage: this process, several of this machine, or a Dask cluster; the answers are the same."""

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
Answer = TypeVar("Answer")


@checked_dataclass
class Execution:
    """How ingest, prepare and features are carried out. No answer depends on it, so DVC does not look at it."""

    executor: Literal["serial", "processes", "dask"] = "processes"
    workers: Annotated[int, Field(ge=0)] = 0  # processes, or a local Dask cluster's; 0: one a core
    scheduler: str = ""  # dask: the address of a running scheduler; empty: a cluster on this machine


SERIAL = Execution("serial")
CONNECT_SECONDS = 10
ALONE_SECONDS = 2.0  # that this process works alone before others are started, which takes as long


class _Future(Protocol):
    def result(self) -> Any: ...

    def cancel(self) -> Any: ...


_Submit = Callable[[Callable[[Any], Any], Any], _Future]


def ordered_map(work: Callable[[Item], Answer], items: Iterable[Item], how: Execution = SERIAL) -> Iterator[Answer]:
    """Give `work(item)` for each item, in order; only a few items are taken before their answers are asked for.

    Unless `how` is serial, `work` and items must be picklable. The first error ends it.
    """
    items, begun = iter(items), monotonic()
    for item in items:
        if how.executor != "serial" and monotonic() - begun >= ALONE_SECONDS:
            with _STARTED[how.executor](how) as (submit, workers):
                yield from _ahead(partial(submit, work), chain([item], items), 2 * workers)
            return
        yield work(item)


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Take items `size` at a time."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def _ahead(submit: Callable[[Item], _Future], items: Iterable[Item], ahead: int) -> Iterator[Any]:
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
def _processes(how: Execution) -> Iterator[tuple[_Submit, int]]:
    import multiprocessing

    # Forked from a server that has one thread and has imported what they need: starting costs one import, not one each.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["waveloom.ingest.recordings", "waveloom.features.table"])
    workers = how.workers or _cores()
    pool = ProcessPoolExecutor(workers, context, _end_with_parent)
    try:
        yield pool.submit, workers
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Have a worker end when the process that it works for is killed; it would wait for work for ever."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is None:
        raise RuntimeError("A worker has no parent process.")

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _dask(how: Execution) -> Iterator[tuple[_Submit, int]]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            "execution.executor is 'dask', and Dask is not installed. Say pip install 'waveloom[dask]', or take "
            "processes."
        ) from None
    if how.scheduler:
        with _connected(how.scheduler) as client:
            yield _submit_to(client), max(1, len(client.scheduler_info()["workers"]))
        return
    workers = how.workers or _cores()
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        yield _submit_to(client), workers


def _connected(scheduler: str) -> Any:
    from distributed import Client

    try:
        return Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(
            f"execution.scheduler is {scheduler!r}; no Dask scheduler answers there ({error}). Start one, mend the "
            "address, or leave it empty for a cluster on this machine."
        ) from None


def _submit_to(client: Any) -> _Submit:
    return lambda work, item: client.submit(work, item, pure=False)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_STARTED = {"processes": _processes, "dask": _dask}
