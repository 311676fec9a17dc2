"""Kill ingest, prepare and features with SIGKILL at random moments, run each again, and compare the bytes.

    python benchmarks/kill_stages.py [files] [kills] [executor] [stage …]

A moment is after a random share of the stage's chunks and up to half a second more. Only the stage's own process is
killed; workers and decoders must end by themselves. Before a stage starts its outputs are removed, as DVC does. Prints
the number of cached chunks at the kill and the time of the second run. The executor starts processes after 2,048 files.
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
            expected = digest(home, stage)
            remove(home, stage)
            print(f"{stage}: {files} files, {timed(home, stage):.1f} s uninterrupted, {executor}", flush=True)
            for _ in range(kills):
                seconds, pieces, again, found = kill_and_resume(home, stage, int(draw.random() * files / CHUNK), draw)
                same = "same bytes" if found == expected else "DIFFERENT BYTES"
                print(
                    f"  killed after {seconds:5.1f} s, {pieces:3d} chunks cached; {again:5.1f} s to resume: {same}",
                    flush=True,
                )
                assert found == expected


def timed(home: Path, stage: str) -> float:
    started = time.perf_counter()
    run(home, stage)
    return time.perf_counter() - started


def kill_and_resume(home: Path, stage: str, chunks: int, draw: random.Random) -> tuple[float, int, float, str]:
    """Give the seconds until the kill, the cached chunks, the seconds of the second run, and its digest."""
    remove(home, stage)
    started, process = time.perf_counter(), start(home, stage)
    while process.poll() is None and cached_chunks(home, stage) < chunks:
        time.sleep(0.02)
    time.sleep(draw.uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    seconds = time.perf_counter() - started
    process.communicate()
    pieces = cached_chunks(home, stage)
    remove(home, stage)
    again = timed(home, stage)
    assert not list(home.glob(f".checkpoints/{stage}-*")), "the cache was not removed"
    return seconds, pieces, again, digest(home, stage)


def cached_chunks(home: Path, stage: str) -> int:
    return sum(not path.name.endswith(".partial") for path in home.glob(f".checkpoints/{stage}-*/*"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
