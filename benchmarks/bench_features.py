"""MFCC and deltas: ours against librosa called for each clip, the numbers compared, clips a second on one core.

    python benchmarks/bench_features.py [clips] [rounds]

Each method runs once in every round, in turn, so that a busy machine slows all alike; medians are printed.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import librosa
import numpy as np
import pandas as pd

from waveloom.features import Features
from waveloom.features.mfcc import mfcc
from waveloom.features.table import KEYS, describe, feature_table

RATE = 16000
CONFIG = Features()
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def sounds(count: int) -> np.ndarray:
    """One-second decaying harmonic tones and noise bursts, loud and soft: (count, 16000)."""
    draw = np.random.default_rng(0)
    seconds = np.arange(RATE) / RATE
    clips = np.empty((count, RATE), np.float32)
    for number, clip in enumerate(clips):
        decay = np.exp(-draw.uniform(1, 12) * seconds)
        partials = np.arange(1, draw.integers(2, 12))[:, None]
        tone = (np.sin(2 * np.pi * draw.uniform(80, 600) * partials * seconds) / partials).sum(axis=0)
        sound = decay * (tone if number % 3 else draw.standard_normal(RATE))
        clip[:] = draw.uniform(0.05, 0.95) * sound / np.abs(sound).max()
    return clips


def librosa_each(clips: np.ndarray) -> np.ndarray:
    measured = []
    for clip in clips:
        coefficients = librosa.feature.mfcc(y=clip, sr=RATE, n_mfcc=CONFIG.n_mfcc)
        slopes = [librosa.feature.delta(coefficients, order=order) for order in (1, 2)]
        measured.append(np.stack([coefficients, *slopes]))
    return np.stack(measured)


def librosa_table(clips: np.ndarray) -> np.ndarray:
    """The same 132 columns: mean and deviation of MFCC, slopes and six descriptors."""
    of, rows = librosa.feature, []
    for clip in clips:
        spectral = [of.spectral_centroid, of.spectral_bandwidth, of.spectral_rolloff]
        moving = [*librosa_each(clip[None])[0], *(function(y=clip, sr=RATE) for function in spectral)]
        moving += [function(y=clip) for function in (of.spectral_flatness, of.zero_crossing_rate, of.rms)]
        rows.append(np.concatenate([[row.mean(), row.std()] for row in np.concatenate(moving)]))
    return np.stack(rows)


def ours(clips: np.ndarray) -> np.ndarray:
    return mfcc(clips, RATE, CONFIG)


def ours_in_two_threads(clips: np.ndarray) -> np.ndarray:
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(ours, np.array_split(clips, 4))))


def whole_table(clips: np.ndarray) -> pd.DataFrame:
    return describe(clips, RATE, CONFIG)


def whole_table_in_two_threads(clips: np.ndarray) -> pd.DataFrame:
    index = pd.DataFrame("", index=range(64), columns=KEYS)
    chunks = ((index[: len(part)], part) for part in np.array_split(clips, max(len(clips) // 64, 1)))
    return pd.concat(feature_table(chunks, RATE, CONFIG))


METHODS: dict[str, tuple[Callable[[np.ndarray], object], int]] = {
    "librosa, clip by clip": (librosa_each, 1),
    "waveloom": (ours, 1),
    "waveloom, two threads": (ours_in_two_threads, 2),
    "librosa, whole table, clip by clip": (librosa_table, 1),
    "waveloom, whole table": (whole_table, 1),
    "waveloom, whole table, two threads": (whole_table_in_two_threads, 2),
}


def seconds_of(method: Callable[[np.ndarray], object], cores: int, clips: np.ndarray) -> float:
    if CORES:
        os.sched_setaffinity(0, set(CORES[:cores]))
    start = time.perf_counter()
    method(clips)
    return time.perf_counter() - start


def main(count: int = 256, rounds: int = 7) -> None:
    clips = sounds(count)
    for method, _ in METHODS.values():
        method(clips[:64])
    times = {name: [] for name in METHODS}
    for _ in range(rounds):
        for name, (method, cores) in METHODS.items():
            times[name].append(seconds_of(method, cores, clips))
    print(f"{count} clips of 1 s at {RATE} Hz; medians of {rounds} interleaved rounds, ratios with their range")
    for name, taken in times.items():
        base = times["librosa, whole table, clip by clip" if "table" in name else "librosa, clip by clip"]
        ratio, cores = np.array(base) / np.array(taken), METHODS[name][1]
        print(
            f"{name:<36}{cores} core{'s'[: cores - 1]:<3}{count / np.median(taken):>8.0f} clips/s"
            f"{np.median(ratio):>8.1f}x  ({ratio.min():.1f} to {ratio.max():.1f})"
        )
    expected, measured = librosa_each(clips), ours(clips)
    for name, a, b in zip(("mfcc", "delta", "delta2"), expected.swapaxes(0, 1), measured.swapaxes(0, 1), strict=True):
        print(f"largest difference, {name}: {np.abs(a - b).max():.1e} (values reach {np.abs(a).max():.0f})")
    print(f"MFCC equal within rtol 1e-4, atol 2e-3: {np.allclose(measured, expected, rtol=1e-4, atol=2e-3)}")
    table = np.allclose(whole_table(clips), librosa_table(clips), rtol=1e-4, atol=2e-3)
    print(f"table equal within rtol 1e-4, atol 2e-3: {table}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
