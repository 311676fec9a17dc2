"""The real decoder process, with files whose names make it crash, hang or misbehave."""

import os
import signal
from pathlib import Path

import numpy as np

from waveloom.audio import decoder_worker, sound_file
from waveloom.audio.header import ReadOptions, Rejected
from waveloom.audio.sound_file import Decoded


def read(path: bytes, options: ReadOptions, buffer: np.ndarray) -> Decoded:
    name = Path(os.fsdecode(path)).stem
    if name == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if name == "crash-once" and not (once := Path(os.fsdecode(path) + ".done")).exists():
        raise_once(once)
    if name == "exit":
        os._exit(1)
    if name == "hang":
        signal.pause()
    if name == "compute":
        while True:
            pass
    if name == "eat":
        np.ones(1 << 31, np.uint8)
    if name == "lie":
        os.write(1, b"too short an answer")
    if name == "inspect":
        secrets = [name for name in os.environ if "TOKEN" in name]
        raise Rejected(f"{len(os.listdir('/proc/self/fd'))} files, secrets {secrets}")
    return sound_file.read(path, options, buffer)


def raise_once(mark: Path) -> None:
    # The process may write no files, but it may create folders.
    mark.mkdir()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    decoder_worker.main(read)
