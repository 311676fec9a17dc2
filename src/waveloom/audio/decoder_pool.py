"""A pool of decoder processes for untrusted files; a process that ends is replaced."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice

from waveloom.audio.decoder_process import DecoderProcess, ProcessEnded, ProcessLimits, Request, Sound
from waveloom.audio.decoder_worker import SLOTS
from waveloom.audio.header import Rejected

LIMITS = ProcessLimits()


class DecoderPool:
    """One decoder process per thread that reads at the same time; idle processes are used again."""

    def __init__(self, limits: ProcessLimits = LIMITS, module: str = "waveloom.audio.decoder_worker") -> None:
        self._start = lambda: DecoderProcess(module, limits)
        self._lock = threading.Lock()
        self._idle: list[_Decoder] = []
        os.register_at_fork(after_in_child=self._idle.clear)  # their pipes belong to the parent

    def read(self, requests: Iterable[Request]) -> Iterator[Sound | Rejected]:
        """Answer each request in order; a few files are read ahead while the caller works on the one before."""
        requests = iter(requests)
        with self._borrowed() as decoder:
            while True:
                if len(decoder.waiting) <= SLOTS // 2:  # several at once: each request may cost a context switch
                    decoder.send(islice(requests, SLOTS - len(decoder.waiting)))
                if not decoder.waiting:
                    return
                yield decoder.answer()

    @contextmanager
    def _borrowed(self) -> Iterator["_Decoder"]:
        with self._lock:
            decoder = self._idle.pop() if self._idle else None
        decoder = decoder or _Decoder(self._start)
        try:
            yield decoder
        finally:
            if decoder.waiting:  # the caller stopped before the end
                decoder.process.close()
            else:
                with self._lock:
                    self._idle.append(decoder)


class _Decoder:
    """A decoder process that is restarted when it ends, and the requests that wait for an answer."""

    def __init__(self, start: Callable[[], DecoderProcess]) -> None:
        self._start = start
        self._slots = cycle(range(SLOTS))
        self._sent_singly = 0  # requests, from the oldest on, that were sent again one by one
        self.process = start()
        self.waiting: deque[tuple[int, Request]] = deque()

    def send(self, requests: Iterable[Request]) -> None:
        """Request files; at most SLOTS may wait."""
        more = [(next(self._slots), request) for request in requests]
        self.waiting.extend(more)
        self.process.send(more)

    def answer(self) -> Sound | Rejected:
        """Wait for the answer to the oldest request.

        If the process ends, the unanswered requests are sent to a new one, one by one. A file whose reading ends that
        process too is rejected; no file is rejected because something else killed the first.
        """
        answer = self.process.answer(self.waiting[0][0])
        if isinstance(answer, ProcessEnded) and not self._sent_singly:
            self._restart()
            answer = self.process.answer(self.waiting[0][0])
        self.waiting.popleft()
        self._sent_singly = max(0, self._sent_singly - 1)
        if isinstance(answer, ProcessEnded):
            self._restart()
            return Rejected(answer.reason)
        return answer

    def _restart(self) -> None:
        self.process.close()
        self.process = self._start()
        self._sent_singly = len(self.waiting)
        for request in self.waiting:
            self.process.send([request])
