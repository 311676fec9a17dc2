"""One decoder process, as seen from the process that uses it."""

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
from waveloom.audio.decoder_worker import (
    ANSWER,
    ANSWER_BYTES,
    FLOAT32,
    HEADER_READ,
    INT16,
    REJECTED,
    REQUEST,
    SHARED_BYTES,
    SLOT_BYTES,
    SLOTS,
)
from waveloom.audio.header import MAX_SAMPLES, Header, ReadOptions, Rejected

START_SECONDS = 120.0
SHRINK_BYTES = 1 << 24  # the memory of a slot that held more than this is returned to the system
PASSED_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "PYTHONUTF8",
    "TMPDIR",
)


class ProcessLimits(NamedTuple):
    """Resources for reading one file."""

    wall_seconds: float = 60.0  # far more than the CPU time, since the disk may be slow
    cpu_seconds: int = 20  # 600 s of Ogg take one
    memory_bytes: int = SHARED_BYTES + (1 << 30)  # the shared memory and 1 GB


class Request(NamedTuple):
    """A file to read, or only its header."""

    path: Path
    options: ReadOptions = ReadOptions()
    header_only: bool = False


class Sound(NamedTuple):
    """A file's header and its samples: (time,), float32; empty if only the header was requested.

    `channel_peak` is the peak of the loudest channel where they were mixed, or 0.
    """

    header: Header
    samples: np.ndarray
    channel_peak: float = 0.0


class ProcessEnded(NamedTuple):
    """Why a process gave no answer and never will."""

    reason: str


class DecoderProcess:
    """A child process, started on creation, without our open files or variables that could hold a secret."""

    def __init__(self, module: str, limits: ProcessLimits) -> None:
        self._limits = limits
        shared = _shared_memory(SHARED_BYTES)
        try:
            self._memory = mmap.mmap(shared, SHARED_BYTES)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, *map(str, (shared, limits.memory_bytes, limits.cpu_seconds))],
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
        self._received = b""
        message = self._receive(START_SECONDS)
        if isinstance(message, ProcessEnded):
            raise RuntimeError(f"The decoder process did not start ({message.reason}). Try: python -m {module} 0 0 0")

    def send(self, requests: Sequence[tuple[int, Request]]) -> None:
        """Request files; the samples of each are returned in its slot of the shared memory."""
        with suppress(BrokenPipeError):  # the process has ended, which `answer` will report
            packed = [_packed(slot, *request, last=n == len(requests)) for n, (slot, request) in enumerate(requests, 1)]
            os.write(self._to, b"".join(packed))

    def answer(self, slot: int) -> Sound | Rejected | ProcessEnded:
        """Wait for the answer to the oldest request, which named this slot."""
        message = self._receive(self._limits.wall_seconds)
        if isinstance(message, ProcessEnded):
            return message
        kind, rate, channels, declared, frames, channel_peak, length = ANSWER.unpack_from(message)
        header = Header(rate, channels, declared)
        if kind == REJECTED:
            rejected = Rejected(message[ANSWER.size : ANSWER.size + length].decode("utf-8", "replace"))
            rejected.header = header if rate else None
            return rejected
        if kind == HEADER_READ:
            return Sound(header, np.empty(0, np.float32))
        if kind not in _DTYPES or not rate or not 0 < frames <= MAX_SAMPLES:
            return self._invalid_answer()
        return Sound(header, self._take(slot, frames, np.dtype(_DTYPES[kind])), channel_peak)

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.communicate()

    def _receive(self, seconds: float) -> bytes | ProcessEnded:
        if not self._received:
            if not self._poll.poll(1000 * seconds):
                self._process.kill()
                return ProcessEnded(f"decoder took longer than {seconds:g} s")
            self._received = os.read(self._from, SLOTS * ANSWER_BYTES)
            if not self._received:
                return self._exit_reason()
        message, self._received = self._received[:ANSWER_BYTES], self._received[ANSWER_BYTES:]
        return message if len(message) == ANSWER_BYTES else self._invalid_answer()

    def _invalid_answer(self) -> ProcessEnded:
        self._process.kill()
        return ProcessEnded("decoder crashed: its answer made no sense")

    def _exit_reason(self) -> ProcessEnded:
        code = self._process.wait()
        if -code == signal.SIGXCPU:
            return ProcessEnded(f"decoder took longer than {self._limits.cpu_seconds} s")
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return ProcessEnded(f"decoder crashed: {how}")

    def _take(self, slot: int, frames: int, dtype: np.dtype) -> np.ndarray:
        size = frames * dtype.itemsize
        samples = as_float32(self._slots[slot, :size].view(dtype))
        if size > SHRINK_BYTES and hasattr(mmap, "MADV_REMOVE"):
            self._memory.madvise(mmap.MADV_REMOVE, slot * SLOT_BYTES, SLOT_BYTES)
        return samples


_DTYPES: dict[int, type[np.generic]] = {INT16: np.int16, FLOAT32: np.float32}


def as_float32(samples: np.ndarray) -> np.ndarray:
    """Copy samples as float32, so that the child process cannot change them later; int16 is scaled to [-1, 1)."""
    return samples * np.float32(1 / 32768) if samples.dtype == np.int16 else samples.copy()


def _packed(slot: int, path: Path, options: ReadOptions, header_only: bool, last: bool) -> bytes:
    name, channel = os.fsencode(path.absolute()), -1 if options.channel is None else options.channel
    fixed = REQUEST.pack(*options._replace(channel=channel), slot, header_only, last, len(name))
    return fixed + name


def _shared_memory(size: int) -> int:
    """Open anonymous memory; a page of it is allocated when it is first used."""
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
    passed = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
    return {**passed, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
