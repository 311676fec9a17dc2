"""`waveloom doctor --fast` on 10,000 files against soundfile.info in a loop: files/s, medians of interleaved rounds.

python benchmarks/bench_doctor.py
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import soundfile

from waveloom.project.doctor import examine
from waveloom.project.doctor_target import find_target

FILES, ROUNDS, RATE, CLASSES = 10_000, 5, 16_000, 10


def write_files(folder: Path, suffix: str) -> list[Path]:
    """Write half a second of noise per file, of equal size where possible: the worst case for finding copies."""
    random, paths = np.random.default_rng(0), []
    for number in range(FILES):
        path = folder / str(number % CLASSES) / f"{number}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, random.uniform(-0.5, 0.5, RATE // 2), RATE)
        paths.append(path)
    return paths


def files_a_second(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return FILES / (perf_counter() - start)


def main() -> None:
    print(f"{'':6}{'soundfile.info':>16}{'doctor --fast':>16}{'ratio':>8}   (files/s)")
    for suffix in ("wav", "flac", "ogg"):
        with tempfile.TemporaryDirectory() as folder:
            paths = write_files(Path(folder), suffix)
            target = find_target(folder, None)
            ways = (lambda paths=paths: [soundfile.info(path) for path in paths], lambda t=target: examine(t, True))
            rounds = [[files_a_second(way) for way in ways] for _ in range(ROUNDS)]
        loop, ours = (median(column) for column in zip(*rounds, strict=True))
        print(f"{suffix:6}{loop:16,.0f}{ours:16,.0f}{ours / loop:8.2f}")


if __name__ == "__main__":
    main()
