"""Work on several items at once, answers in the order of the items."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def ordered_map(
    work: Callable[[Item], Answer], items: Iterable[Item], threads: int = 2, ahead: int = 8
) -> Iterator[Answer]:
    """Give `work(item)` for each item, in order; at most `ahead` items are taken before their answers are asked for.

    Threads serve because soundfile, soxr and hashlib work without the interpreter's lock. The first error ends it.
    """
    waiting: deque[Future[Answer]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
