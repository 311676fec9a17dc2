"""The pool of decoder processes: foreign files in, samples or reasons out; a process that dies is replaced."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice

from waveloom.audio.decoder import SLOTS
from waveloom.audio.decoder_process import Bounds, DecoderProcess, Ended, Request, Sound
from waveloom.audio.sound_file import Rejected

BOUNDS = Bounds()


class Decoders:
    """As many decoder processes as threads ask at once; each is kept and serves again."""

    def __init__(self, bounds: Bounds = BOUNDS, module: str = "waveloom.audio.decoder") -> None:
        self._start = lambda: DecoderProcess(module, bounds)
        self._lock = threading.Lock()
        self._idle: list[_Line] = []
        os.register_at_fork(after_in_child=self._idle.clear)  # their pipes belong to the parent

    def read(self, requests: Iterable[Request]) -> Iterator[Sound | Rejected]:
        """Answer each request in order; a few files are read ahead while the caller works on the one before."""
        requests = iter(requests)
        with self._lent() as line:
            while True:
                if len(line.waiting) <= SLOTS // 2:  # several at once: each question may cost a change of processes
                    line.ask(islice(requests, SLOTS - len(line.waiting)))
                if not line.waiting:
                    return
                yield line.answer()

    @contextmanager
    def _lent(self) -> Iterator["_Line"]:
        with self._lock:
            line = self._idle.pop() if self._idle else None
        line = line or _Line(self._start)
        try:
            yield line
        finally:
            if line.waiting:  # the caller left in the middle
                line.process.close()
            else:
                with self._lock:
                    self._idle.append(line)


class _Line:
    """One decoder process after another, and the questions that wait for an answer of the present one."""

    def __init__(self, start: Callable[[], DecoderProcess]) -> None:
        self._start = start
        self._slots = cycle(range(SLOTS))
        self._alone = 0  # how many of the questions, from the oldest on, are answered one by one
        self.process = start()
        self.waiting: deque[tuple[int, Request]] = deque()

    def ask(self, requests: Iterable[Request]) -> None:
        """Ask for files; at most SLOTS may wait."""
        more = [(next(self._slots), request) for request in requests]
        self.waiting.extend(more)
        self.process.ask(more)

    def answer(self) -> Sound | Rejected:
        """Wait for the answer to the oldest question.

        If the process ends, another is asked again for what it did not answer, but one by one: so the file that ends
        this one too is found, and nobody is blamed for a process that something else killed.
        """
        answer = self.process.answer(self.waiting[0][0])
        if isinstance(answer, Ended) and not self._alone:
            self._start_again()
            answer = self.process.answer(self.waiting[0][0])
        self.waiting.popleft()
        self._alone = max(0, self._alone - 1)
        if isinstance(answer, Ended):
            self._start_again()
            return Rejected(answer.reason)
        return answer

    def _start_again(self) -> None:
        self.process.close()
        self.process = self._start()
        self._alone = len(self.waiting)
        for question in self.waiting:
            self.process.ask([question])
