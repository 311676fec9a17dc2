"""Decode and resample 44.1 -> 16 kHz: ours beside librosa.load; ms a file, medians of interleaved rounds.

python benchmarks/bench_decode.py
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import librosa
import numpy as np
import soundfile

from waveloom.audio.decode import Limits, decode
from waveloom.audio.ordered import ordered_map
from waveloom.audio.resample import resample

RATE, FILES, ROUNDS = 44_100, 100, 7


def write_files(folder: Path, suffix: str) -> list[Path]:
    """One second each of a decaying tone in noise, so that no codec has it easy."""
    time, random = np.arange(RATE) / RATE, np.random.default_rng(0)
    paths = [folder / f"{number}.{suffix}" for number in range(FILES)]
    for path in paths:
        tone = np.sin(2 * np.pi * random.uniform(100, 4000) * time) * np.exp(-3 * time)
        soundfile.write(path, 0.5 * tone + 0.01 * random.standard_normal(RATE), RATE)
    return paths


def ours(path: Path) -> np.ndarray:
    return resample(decode(path, Limits()), 16_000).samples


def with_librosa(path: Path) -> np.ndarray:
    return librosa.load(path, sr=16_000)[0]


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    ways: dict[str, Callable[[list[Path]], object]] = {
        "librosa.load": lambda paths: [with_librosa(path) for path in paths],
        "ours": lambda paths: [ours(path) for path in paths],
        "ours, 2 threads": lambda paths: list(ordered_map(ours, paths)),
    }
    print(f"{'':6}" + "".join(f"{name:>18}" for name in ways) + f"{'ratio':>18}{'max difference':>18}")
    for suffix in ("wav", "flac", "ogg"):
        with tempfile.TemporaryDirectory() as folder:
            paths = write_files(Path(folder), suffix)
            apart = max(np.abs(ours(path) - with_librosa(path)).max() for path in paths[:10])
            rounds = [[seconds(partial(way, paths)) for way in ways.values()] for _ in range(ROUNDS)]
        theirs, one, two = (median(column) * 1000 / FILES for column in zip(*rounds, strict=True))
        print(f"{suffix:6}{theirs:18.2f}{one:18.2f}{two:18.2f}{theirs / one:11.2f}{theirs / two:7.2f}{apart:18.1e}")


if __name__ == "__main__":
    main()
