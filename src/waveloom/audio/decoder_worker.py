"""Main loop of the decoder process: it reads untrusted files under limits, with requests and answers through pipes.

Samples are returned in shared memory, `SLOTS` files at a time. `decoder_process.py` is the other end.
"""

import mmap
import os
import resource
import struct
import sys
from collections.abc import Callable
from time import monotonic

import numpy as np

from waveloom.audio import sound_file
from waveloom.audio.header import MAX_SAMPLES, Header, ReadOptions, Rejected
from waveloom.audio.sound_file import OUT_OF_MEMORY, Decoded

SLOTS = 8  # files that may be requested before the first is taken
SLOT_BYTES = 4 * MAX_SAMPLES
ANSWER_BYTES = 256
# Minimum and maximum seconds, channel (-1: mix), first frame, frames (0: all), slot, 1 for the header alone, 1 for the
# last of several, length of the path.
REQUEST = struct.Struct("<ddhqqBBBH")
# Kind, rate, channels, frames declared, frames read, peak of the loudest channel, length of the reason.
ANSWER = struct.Struct("<BIHqqdH")
SHARED_BYTES = SLOTS * SLOT_BYTES
FLUSH_SECONDS = 0.005  # answers are collected for this long and sent together, to save context switches
REASON_BYTES = ANSWER_BYTES - ANSWER.size
REJECTED, READY, HEADER_READ, INT16, FLOAT32 = range(5)

Read = Callable[[bytes, ReadOptions, np.ndarray], Decoded]


def main(read: Read = sound_file.read) -> None:
    """Serve until the pipe closes; arguments: descriptor of the shared memory, memory limit (bytes), seconds a file."""
    number, memory_bytes, cpu_seconds = map(int, sys.argv[1:])
    shared = mmap.mmap(number, SHARED_BYTES)
    os.close(number)
    slots = np.frombuffer(shared, np.uint8).reshape(SLOTS, SLOT_BYTES)
    _limit_resources(memory_bytes)
    os.write(1, _answer(READY))
    answers: list[bytes] = []
    since = 0.0
    with open(0, "rb", closefd=False) as requests:
        while fixed := requests.read(REQUEST.size):
            _limit_cpu_seconds(cpu_seconds)
            since = since if answers else monotonic()
            min_seconds, max_seconds, channel, first, frames, slot, header_only, last, length = REQUEST.unpack(fixed)
            path = requests.read(length)
            options = ReadOptions(min_seconds, max_seconds, None if channel < 0 else channel, first, frames)
            buffer = np.empty(0, np.uint8) if header_only else slots[slot]
            answers.append(_serve(path, options, buffer, read))
            if last or monotonic() - since > FLUSH_SECONDS:
                os.write(1, b"".join(answers))
                answers = []


def _limit_resources(memory_bytes: int) -> None:
    """Limit this process's memory, and forbid writing files, core dumps and new processes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def _serve(path: bytes, options: ReadOptions, buffer: np.ndarray, read: Read) -> bytes:
    """Read a file into `buffer`, or only its header if the buffer is empty."""
    try:
        if not len(buffer):
            return _answer(HEADER_READ, sound_file.read_header(path, options.frames > 0))
        header, samples, channel_peak = read(path, options, buffer)
        return _answer(INT16 if samples.dtype == np.int16 else FLOAT32, header, len(samples), channel_peak)
    except Rejected as error:
        return _answer(REJECTED, error.header, reason=str(error))
    except MemoryError:
        return _answer(REJECTED, reason=OUT_OF_MEMORY)
    except OSError as error:
        return _answer(REJECTED, reason=f"unreadable: {error.strerror}")


def _limit_cpu_seconds(seconds: int) -> None:
    """End this process with SIGXCPU once it has computed for this many more seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _answer(
    kind: int, header: Header | None = None, frames_read: int = 0, channel_peak: float = 0.0, reason: str = ""
) -> bytes:
    rate, channels, frames = header or (0, 0, 0)
    text = reason.encode("utf-8", "replace")[:REASON_BYTES]
    rate, channels = min(rate, 2**32 - 1), min(channels, 2**16 - 1)
    fixed = ANSWER.pack(kind, rate, channels, frames, frames_read, channel_peak, len(text))
    return (fixed + text).ljust(ANSWER_BYTES, b"\0")


if __name__ == "__main__":
    main()
