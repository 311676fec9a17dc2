"""Kill ingest, prepare and features with SIGKILL at random moments, run each again, and compare the bytes.

    python benchmarks/kill_stages.py [files] [kills] [executor] [stage …]

A moment is a random share of the stage's chunks being done, and a random part of a second more. Only the stage's own
process is killed; workers and decoders must end by themselves. Before a stage starts its outputs are removed, as DVC
does. Prints what the journal held when each was killed and how long it took the second time. The executor's processes
are started after 2,048 files.
"""

import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from generated import OUTPUTS, digest, project, remove, run, start

CHUNK = 64


def main(files: int = 4000, kills: int = 10, executor: str = "processes", *stages: str) -> None:
    draw = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        home = project(Path(folder), files, executor=executor)
        for stage in OUTPUTS:
            run(home, stage)
            if stages and stage not in stages:
                continue
            wanted = digest(home, stage)
            remove(home, stage)
            print(f"{stage}: {files} files, {timed(home, stage):.1f} s uninterrupted, {executor}", flush=True)
            for _ in range(kills):
                seconds, pieces, again, found = kill_and_resume(home, stage, int(draw.random() * files / CHUNK), draw)
                same = "same bytes" if found == wanted else "OTHER BYTES"
                print(
                    f"  killed after {seconds:5.1f} s, {pieces:3d} chunks kept; {again:5.1f} s again: {same}",
                    flush=True,
                )
                assert found == wanted


def timed(home: Path, stage: str) -> float:
    begun = time.perf_counter()
    run(home, stage)
    return time.perf_counter() - begun


def kill_and_resume(home: Path, stage: str, chunks: int, draw: random.Random) -> tuple[float, int, float, str]:
    """Give when it was killed, how many chunks were kept, the seconds of the second run, and what it made."""
    remove(home, stage)
    begun, process = time.perf_counter(), start(home, stage)
    while process.poll() is None and kept(home, stage) < chunks:
        time.sleep(0.02)
    time.sleep(draw.uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    seconds = time.perf_counter() - begun
    process.communicate()
    pieces = kept(home, stage)
    remove(home, stage)
    again = timed(home, stage)
    assert not list(home.glob(f".checkpoints/{stage}-*")), "the journal outlived its stage"
    return seconds, pieces, again, digest(home, stage)


def kept(home: Path, stage: str) -> int:
    return sum(not path.name.endswith(".partial") for path in home.glob(f".checkpoints/{stage}-*/*"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
