"""Decoding and resampling from 44.1 to 16 kHz, files of one second: ours against librosa.load, in ms per file.

    python benchmarks/bench_decode.py [rounds]

Medians of interleaved rounds. CPU time of this process and its decoder together, both on one core; a busy machine
affects it less than wall time, which the last columns give: `one worker` on one core, and `two workers`, the executor's
processes with a decoder each, on all cores, measured from their first results on.
`libsndfile` is its reading alone, the lower limit of any reader that uses it. `pool` reads in another process, `plain`
in this one.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import clock_gettime, perf_counter, process_time

import librosa
import numpy as np
import psutil
import soundfile

from waveloom.audio.clip import Clip
from waveloom.audio.decode import Limits, decode_all, to_clip
from waveloom.audio.decoder_process import Sound, as_float32
from waveloom.audio.header import MAX_SAMPLES, ReadOptions
from waveloom.audio.resample import resample
from waveloom.audio.sound_file import read
from waveloom.execution import executor
from waveloom.execution.executor import Execution, in_batches, ordered_map

RATE, FILES, BATCH = 44_100, 100, 20
LIMITS, CORES = Limits(), os.sched_getaffinity(0)
ROOM = np.zeros(4 * RATE * 2, np.uint8)
assert len(ROOM) < MAX_SAMPLES


def write_files(folder: Path, suffix: str) -> list[Path]:
    """Write files of one second: a decaying tone in noise, which no codec compresses easily."""
    time, random = np.arange(RATE) / RATE, np.random.default_rng(0)
    paths = [folder / f"{number}.{suffix}" for number in range(FILES)]
    for path in paths:
        tone = np.sin(2 * np.pi * random.uniform(100, 4000) * time) * np.exp(-3 * time)
        soundfile.write(path, 0.5 * tone + 0.01 * random.standard_normal(RATE), RATE)
    return paths


def libsndfile(paths: list[Path]) -> None:
    for path in paths:
        soundfile.read(path, dtype="float32" if path.suffix == ".ogg" else "int16")


def plain(paths: list[Path]) -> None:
    for path in paths:
        assert read_here(path).rate == RATE


def read_here(path: Path) -> Clip:
    """Read in this process, with all our checks but without the limits of the decoder process."""
    header, samples, _ = read(os.fsencode(path), ReadOptions(LIMITS.min_seconds, LIMITS.max_seconds), ROOM)
    clip = to_clip(Sound(header, as_float32(samples)), LIMITS)
    assert isinstance(clip, Clip)
    return clip


def pool(paths: list[Path]) -> None:
    for decoded in decode_all(paths, LIMITS):
        assert isinstance(decoded.clip, Clip)


def ours(paths: list[Path]) -> list[np.ndarray]:
    return [resample(decoded.clip, 16_000).samples for decoded in decode_all(paths, LIMITS)]


def with_librosa(path: Path) -> np.ndarray:
    return librosa.load(path, sr=16_000)[0]


def each(work: Callable[[Path], np.ndarray], paths: list[Path]) -> list[np.ndarray]:
    return [work(path) for path in paths]


def one_core(work: Callable[[list[Path]], object], paths: list[Path]) -> float:
    start = cpu_seconds()
    work(paths)
    return 1000 * (cpu_seconds() - start) / len(paths)


def cpu_seconds() -> float:
    """Sum the CPU seconds of this process and its children (Linux: the clock of a process by its id)."""
    others = (clock_gettime(~child.pid << 3 | 2) for child in psutil.Process().children())
    return process_time() + sum(others)


def one_worker(paths: list[Path]) -> float:
    start = perf_counter()
    ours(paths)
    return 1000 * (perf_counter() - start) / len(paths)


def two_workers(paths: list[Path]) -> float:
    """Measure on all cores, without the first results, for which processes must start."""
    os.sched_setaffinity(0, CORES)
    results = ordered_map(_count, in_batches(paths * 10, BATCH), Execution("processes", workers=2))
    warm, start = sum(next(results) for _ in range(6)), perf_counter()
    done = sum(results)
    seconds = perf_counter() - start
    os.sched_setaffinity(0, {min(CORES)})
    assert warm + done == 10 * len(paths)
    return 1000 * seconds / done


def _count(paths: list[Path]) -> int:
    return len(ours(paths))


WAYS: dict[str, Callable[[list[Path]], float]] = {
    "librosa.load": partial(one_core, partial(each, with_librosa)),
    "ours": partial(one_core, ours),
    "libsndfile": partial(one_core, libsndfile),
    "plain": partial(one_core, plain),
    "pool": partial(one_core, pool),
    "one worker": one_worker,
    "two workers": two_workers,
}


def main(rounds: int = 7) -> None:
    os.sched_setaffinity(0, {min(CORES)})
    executor.ALONE_SECONDS = 0
    print(f"{'ms per file':10}" + "".join(f"{name:>14}" for name in WAYS) + f"{'max difference':>16}")
    ratios = []
    for suffix in ("wav", "flac", "ogg"):
        with tempfile.TemporaryDirectory() as folder:
            paths = write_files(Path(folder), suffix)
            pairs = zip(ours(paths[:10]), map(with_librosa, paths[:10]), strict=True)
            difference = max(np.abs(mine - theirs).max() for mine, theirs in pairs)
            found = [[way(paths) for way in WAYS.values()] for _ in range(rounds)]
        times = dict(zip(WAYS, map(median, zip(*found, strict=True)), strict=True))
        print(f"{suffix:10}" + "".join(f"{time:14.3f}" for time in times.values()) + f"{difference:16.1e}")
        ratios.append((suffix, times))
    for suffix, t in ratios:
        print(
            f"{suffix}: {t['librosa.load'] / t['ours']:.2f} x librosa.load on one core; two workers "
            f"{t['one worker'] / t['two workers']:.2f} x one; libsndfile is {t['libsndfile'] / t['ours']:.0%} of ours; "
            f"the pool costs {t['pool'] / t['plain']:.2f} x plain reading"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
