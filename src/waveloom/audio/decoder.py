"""The decoder's process: it reads foreign files under limits, asked and answering through pipes.

Samples go through memory shared with the asker, `SLOTS` files at a time. `decoders.py` is the other end.
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
from waveloom.audio.sound_file import OUT_OF_MEMORY, VALUES, Decoded, Header, Rejected, Wanted

SLOTS = 8  # files that are asked for before the first is taken
SLOT_BYTES = 4 * VALUES
ANSWER_BYTES = 256
# Shortest, longest, channel (-1 mixes), first frame, frames (0 is all), slot, 1 for the header alone, 1 for the last of
# several, the path's length.
REQUEST = struct.Struct("<ddhqqBBBH")
# Kind, rate, channels, frames declared, frames read, peak of the loudest channel, length of the reason.
ANSWER = struct.Struct("<BIHqqdH")
SHARED_BYTES = SLOTS * SLOT_BYTES
TOGETHER_SECONDS = 0.005  # answers are sent several together, to save changes of processes; how long
REASON_BYTES = ANSWER_BYTES - ANSWER.size
REJECTED, READY, PROBED, INT16, FLOAT32 = range(5)

Read = Callable[[bytes, Wanted, np.ndarray], Decoded]


def main(read: Read = sound_file.read) -> None:
    """Serve until the asker closes the pipe; it gives the shared memory's number, our memory and seconds a file."""
    number, memory_bytes, cpu_seconds = map(int, sys.argv[1:])
    shared = mmap.mmap(number, SHARED_BYTES)
    os.close(number)
    slots = np.frombuffer(shared, np.uint8).reshape(SLOTS, SLOT_BYTES)
    _limit(memory_bytes)
    os.write(1, _answer(READY))
    answers: list[bytes] = []
    since = 0.0
    with open(0, "rb", closefd=False) as asked:
        while fixed := asked.read(REQUEST.size):
            _allow_seconds(cpu_seconds)
            since = since if answers else monotonic()
            shortest, longest, channel, first, frames, slot, header_only, last, length = REQUEST.unpack(fixed)
            path = asked.read(length)
            wanted = Wanted(shortest, longest, None if channel < 0 else channel, first, frames)
            room = np.empty(0, np.uint8) if header_only else slots[slot]
            answers.append(_serve(path, wanted, room, read))
            if last or monotonic() - since > TOGETHER_SECONDS:
                os.write(1, b"".join(answers))
                answers = []


def _limit(memory_bytes: int) -> None:
    """Take no more memory than this, write no file, keep no core, start no process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def _serve(path: bytes, wanted: Wanted, room: np.ndarray, read: Read) -> bytes:
    """Read a file, or only its header if there is no room for more."""
    try:
        if not len(room):
            return _answer(PROBED, sound_file.header(path, wanted.frames > 0))
        said, samples, channel_peak = read(path, wanted, room)
        return _answer(INT16 if samples.dtype == np.int16 else FLOAT32, said, len(samples), channel_peak)
    except Rejected as error:
        return _answer(REJECTED, error.header, reason=str(error))
    except MemoryError:
        return _answer(REJECTED, reason=OUT_OF_MEMORY)
    except OSError as error:
        return _answer(REJECTED, reason=f"unreadable: {error.strerror}")


def _allow_seconds(seconds: int) -> None:
    """End this process with SIGXCPU when it has computed so much longer than up to now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _answer(kind: int, said: Header | None = None, read: int = 0, channel_peak: float = 0.0, reason: str = "") -> bytes:
    rate, channels, frames = said or (0, 0, 0)
    text = reason.encode("utf-8", "replace")[:REASON_BYTES]
    fixed = ANSWER.pack(kind, min(rate, 2**32 - 1), min(channels, 2**16 - 1), frames, read, channel_peak, len(text))
    return (fixed + text).ljust(ANSWER_BYTES, b"\0")


if __name__ == "__main__":
    main()
