"""One decoder process, seen from the side that asks."""

import mmap
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

import waveloom
from waveloom.audio.decoder import (
    ANSWER,
    ANSWER_BYTES,
    FLOAT32,
    INT16,
    PROBED,
    REJECTED,
    REQUEST,
    SHARED_BYTES,
    SLOT_BYTES,
    SLOTS,
)
from waveloom.audio.sound_file import VALUES, Header, Rejected, Wanted

START_SECONDS = 120.0
SHRINK_BYTES = 1 << 24  # a slot that held more than this is given back
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONUTF8", "TMPDIR")


class Bounds(NamedTuple):
    """What reading one file may take."""

    wall_seconds: float = 60.0  # far more than it may compute, since the disk may be slow
    cpu_seconds: int = 20  # 600 s of Ogg take one
    memory_bytes: int = SHARED_BYTES + (1 << 30)  # the shared memory and 1 GB besides


class Request(NamedTuple):
    """A file to read, or only its header."""

    path: Path
    wanted: Wanted = Wanted()
    header_only: bool = False


class Sound(NamedTuple):
    """What a file says of itself, and its samples: (time,), float32; none if only the header was asked.

    `channel_peak` is the peak of its loudest channel where they were mixed, or 0.
    """

    header: Header
    samples: np.ndarray
    channel_peak: float = 0.0


class Ended(NamedTuple):
    """Why a process gave no answer and never will."""

    reason: str


class DecoderProcess:
    """Started on creation; has our Python and nothing else: no descriptor, no variable that could hold a secret."""

    def __init__(self, module: str, bounds: Bounds) -> None:
        self._bounds = bounds
        shared = _shared_memory(SHARED_BYTES)
        try:
            self._memory = mmap.mmap(shared, SHARED_BYTES)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, *map(str, (shared, bounds.memory_bytes, bounds.cpu_seconds))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                pass_fds=[shared],
                env=_environment(),
            )
        finally:
            os.close(shared)
        self._to, self._from = (pipe.fileno() for pipe in (self._process.stdin, self._process.stdout) if pipe)
        self._poll = select.poll()
        self._poll.register(self._from, select.POLLIN)
        self._slots = np.frombuffer(self._memory, np.uint8).reshape(SLOTS, SLOT_BYTES)
        self._heard = b""
        said = self._hear(START_SECONDS)
        if isinstance(said, Ended):
            raise RuntimeError(f"The decoder process did not start ({said.reason}). Try: python -m {module} 0 0 0")

    def ask(self, questions: Sequence[tuple[int, Request]]) -> None:
        """Ask for files; the samples of each will come in its slot of the shared memory."""
        with suppress(BrokenPipeError):  # it has ended, as its answer will say
            packed = [
                _packed(slot, *request, last=n == len(questions)) for n, (slot, request) in enumerate(questions, 1)
            ]
            os.write(self._to, b"".join(packed))

    def answer(self, slot: int) -> Sound | Rejected | Ended:
        """Wait for the answer to the oldest question, which named this slot."""
        said = self._hear(self._bounds.wall_seconds)
        if isinstance(said, Ended):
            return said
        kind, rate, channels, declared, frames, channel_peak, length = ANSWER.unpack_from(said)
        header = Header(rate, channels, declared)
        if kind == REJECTED:
            rejected = Rejected(said[ANSWER.size : ANSWER.size + length].decode("utf-8", "replace"))
            rejected.header = header if rate else None
            return rejected
        if kind == PROBED:
            return Sound(header, np.empty(0, np.float32))
        if kind not in _KINDS or not rate or not 0 < frames <= VALUES:
            return self._senseless()
        return Sound(header, self._take(slot, frames, np.dtype(_KINDS[kind])), channel_peak)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _hear(self, seconds: float) -> bytes | Ended:
        if not self._heard:
            if not self._poll.poll(1000 * seconds):
                self._process.kill()
                return Ended(f"decoder took longer than {seconds:g} s")
            self._heard = os.read(self._from, SLOTS * ANSWER_BYTES)
            if not self._heard:
                return self._why_ended()
        said, self._heard = self._heard[:ANSWER_BYTES], self._heard[ANSWER_BYTES:]
        return said if len(said) == ANSWER_BYTES else self._senseless()

    def _senseless(self) -> Ended:
        self._process.kill()
        return Ended("decoder crashed: its answer made no sense")

    def _why_ended(self) -> Ended:
        code = self._process.wait()
        if -code == signal.SIGXCPU:
            return Ended(f"decoder took longer than {self._bounds.cpu_seconds} s")
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return Ended(f"decoder crashed: {how}")

    def _take(self, slot: int, frames: int, kind: np.dtype) -> np.ndarray:
        size = frames * kind.itemsize
        samples = copied(self._slots[slot, :size].view(kind))
        if size > SHRINK_BYTES and hasattr(mmap, "MADV_REMOVE"):
            self._memory.madvise(mmap.MADV_REMOVE, slot * SLOT_BYTES, SLOT_BYTES)
        return samples


_KINDS: dict[int, type[np.generic]] = {INT16: np.int16, FLOAT32: np.float32}


def copied(samples: np.ndarray) -> np.ndarray:
    """Copy samples out as float32, so that the process cannot change what is checked; int16 comes below 1."""
    return samples * np.float32(1 / 32768) if samples.dtype == np.int16 else samples.copy()


def _packed(slot: int, path: Path, wanted: Wanted, header_only: bool, last: bool) -> bytes:
    name, (shortest, longest, channel, first, frames) = os.fsencode(path), wanted
    fixed = (shortest, longest, -1 if channel is None else channel, first, frames, slot, header_only, last, len(name))
    return REQUEST.pack(*fixed) + name


def _shared_memory(size: int) -> int:
    """Open memory without a name; a page of it costs nothing until it is used."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("waveloom")
    else:
        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    os.ftruncate(number, size)
    return number


def _environment() -> dict[str, str]:
    home = str(Path(waveloom.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
