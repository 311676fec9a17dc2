"""The feature table: ours against librosa called for each clip; clips per second on one core, and differing values.

    python benchmarks/bench_features.py [clips] [rounds]

Each method runs once in every round, so that a busy machine slows all equally; medians are printed. One core is
measured in CPU seconds, workers in wall time; as in the stage, each worker reads its clips from the store. The limit is
the minimum for any MFCC: windowing, FFT, mel filters, logarithm.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pandas as pd

from waveloom.audio.store import CHUNK, ClipStore, open_store, write
from waveloom.features import Features
from waveloom.features.mel import power_to_mel_db
from waveloom.features.spectrum import masked_chunks, power_spectrogram
from waveloom.features.table import clip_features

RATE = 16000
GROUPS = (("mfcc",), ("mfcc", "spectral"), Features().groups)
MFCC, SPECTRAL, ALL = (Features(groups=groups, floor_db=None) for groups in GROUPS)  # librosa has no floor
WORKERS = ProcessPoolExecutor(2, get_context("forkserver"))
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def sounds(count: int) -> np.ndarray:
    """Synthesise one-second decaying harmonic tones and noise bursts, loud and soft: (count, 16000)."""
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


def by_librosa(clip: np.ndarray, config: Features) -> np.ndarray:
    """Compute one row of our table with librosa as documented; it has no aperiodicity."""
    of = librosa.feature
    coefficients = of.mfcc(y=clip, sr=RATE, n_mfcc=config.n_mfcc)
    tracks = [coefficients, *(of.delta(coefficients, order=order) for order in (1, 2))]
    scalars = []
    if "spectral" in config.groups:
        tracks += [f(y=clip, sr=RATE) for f in (of.spectral_centroid, of.spectral_bandwidth, of.spectral_rolloff)]
        tracks += [f(y=clip) for f in (of.spectral_flatness, of.zero_crossing_rate, of.rms)]
    if "rhythm" in config.groups:
        onsets = librosa.onset.onset_strength(y=clip, sr=RATE)
        tracks += [of.spectral_contrast(y=clip, sr=RATE), of.chroma_stft(y=clip, sr=RATE)]
        tracks += [librosa.yin(clip, fmin=config.f0_min_hz, fmax=config.f0_max_hz, sr=RATE)[None], onsets[None]]
        scalars = [of.tempo(onset_envelope=onsets, sr=RATE)[0]]
    stacked = np.concatenate(tracks)
    return np.append(np.stack([stacked.mean(axis=1), stacked.std(axis=1)], axis=1).ravel(), scalars)


def librosa_table(clips: np.ndarray, config: Features) -> np.ndarray:
    return np.stack([by_librosa(clip, config) for clip in clips])


def our_table(clips: np.ndarray, config: Features) -> pd.DataFrame:
    return clip_features(clips, RATE, config)


def by_one_worker(store: ClipStore, config: Features) -> pd.DataFrame:
    return pd.concat(map(partial(read_and_measure, config=config), reads(store)))


def by_two_workers(store: ClipStore, config: Features) -> pd.DataFrame:
    """Use two running processes, which read 64 clips at a time; their start is not measured."""
    return pd.concat(WORKERS.map(partial(read_and_measure, config=config), reads(store)))


def reads(store: ClipStore) -> list[Callable[[], np.ndarray]]:
    return [read for _, read in store.lazy_chunks()]


def read_and_measure(read: Callable[[], np.ndarray], config: Features) -> pd.DataFrame:
    return our_table(read(), config)


def limit(clips: np.ndarray) -> None:
    """Compute only windowing, FFT, mel product and logarithm of every frame."""
    for chunk in masked_chunks(clips, RATE, MFCC):
        power_to_mel_db(power_spectrogram(chunk, MFCC), RATE, MFCC)


TABLES = {"MFCC and deltas": MFCC, "and spectral shape": SPECTRAL, "everything": ALL}
METHODS: dict[str, tuple[Callable[[Any], object], int, bool]] = (
    {  # function, number of cores, whether it reads from the store
        f"{name}, {source}": (partial(method, config=config), cores, stored)
        for name, config in TABLES.items()
        for source, method, cores, stored in (
            ("librosa", librosa_table, 1, False),
            ("ours", our_table, 1, False),
            ("one worker", by_one_worker, 1, True),
            ("two workers", by_two_workers, 2, True),
        )
    }
    | {"limit of MFCC": (limit, 1, False)}
)


def seconds_of(method: Callable[[Any], object], cores: int, clips: np.ndarray | ClipStore) -> tuple[float, float]:
    """Measure CPU seconds and wall seconds."""
    if CORES:
        os.sched_setaffinity(0, set(CORES[:cores]))
    busy, start = time.process_time(), time.perf_counter()
    method(clips)
    return time.process_time() - busy, time.perf_counter() - start


def main(count: int = 256, rounds: int = 7) -> None:
    warnings.filterwarnings(
        "ignore", "Trying to estimate tuning"
    )  # librosa warns for every clip without a spectral peak
    clips = sounds(count)
    with tempfile.TemporaryDirectory() as folder:
        store = store_clips(clips, Path(folder) / "clips")
        calls = [(method, cores, store if stored else clips) for method, cores, stored in METHODS.values()]
        list(
            WORKERS.map(partial(read_and_measure, config=ALL), reads(store)[:4])
        )  # starts the workers and imports everything
        measure(clips, [[seconds_of(*call) for call in calls] for _ in range(rounds + 1)][1:])
    compare(clips[:256])
    WORKERS.shutdown()


def store_clips(clips: np.ndarray, folder: Path) -> ClipStore:
    index = pd.DataFrame({"clip_id": [f"{number:06d}" for number in range(len(clips))]})
    parts = (slice(start, start + CHUNK) for start in range(0, len(clips), CHUNK))
    write(folder, ((index[part], clips[part]) for part in parts), RATE, clips.shape[1])
    return open_store(folder)


def measure(clips: np.ndarray, rows: list[list[tuple[float, float]]]) -> None:
    cpu, clock = np.array(rows).transpose(2, 1, 0)  # (methods, rounds) each
    taken = {name: (clock if "worker" in name else cpu)[k] for k, name in enumerate(METHODS)}
    count = len(clips)
    print(f"{count} clips of 1 s at {RATE} Hz; medians of {len(rows)} interleaved rounds, ratios with their range")
    for table in TABLES:
        for source in ("librosa", "ours"):
            name = f"{table}, {source}"
            report(name, count / taken[name], taken[f"{table}, librosa"] / taken[name], "x librosa")
        one, both = (taken[f"{table}, {source}"] for source in ("one worker", "two workers"))
        report(f"{table}, two workers", count / both, one / both, "x one worker, wall time")
    share = taken["MFCC and deltas, ours"] / taken["limit of MFCC"]
    report("limit of MFCC", count / taken["limit of MFCC"], share, "x is our time")


def report(name: str, rates: np.ndarray, ratios: np.ndarray, of: str) -> None:
    spread = f"({ratios.min():.2f} to {ratios.max():.2f})"
    print(f"{name:<36}{np.median(rates):>8.0f} clips/s{np.median(ratios):>8.2f} {of}  {spread}")


def compare(clips: np.ndarray) -> None:
    measured, expected = our_table(clips, ALL), librosa_table(clips, ALL)
    measured = measured.drop(columns=[column for column in measured if column.startswith("aperiodicity")])
    differs = ~np.isclose(measured, expected, rtol=1e-4, atol=2e-3)
    print(f"values that differ from librosa's by more than 1e-4 (or 0.002): {differs.sum()} of {differs.size}")
    for column, number in zip(measured.columns, differs.sum(axis=0), strict=True):
        if number:
            print(f"    {column}: {number} clips")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
