"""Feature table: speed in clips per second on one core, and values, compared with librosa called for each clip.

    python benchmarks/bench_features.py [clips] [rounds]

Methods alternate in every round, so that load on the machine affects all of them; medians are printed. One core is
measured in CPU seconds, workers in wall-clock seconds; as in the stage, workers read clips from the store. The limit is
the minimum of any MFCC: windowing, FFT, mel filters, logarithm.
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
MFCC, SPECTRAL, ALL = (Features(groups=groups, floor_db=None) for groups in GROUPS)  # librosa adds no masking noise
WORKERS = ProcessPoolExecutor(2, get_context("forkserver"))
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


def by_librosa(clip: np.ndarray, config: Features) -> np.ndarray:
    """One row of the table by librosa, which has no aperiodicity."""
    of = librosa.feature
    coefficients = of.mfcc(y=clip, sr=RATE, n_mfcc=config.n_mfcc)
    varying = [coefficients, *(of.delta(coefficients, order=order) for order in (1, 2))]
    constant = []
    if "spectral" in config.groups:
        varying += [f(y=clip, sr=RATE) for f in (of.spectral_centroid, of.spectral_bandwidth, of.spectral_rolloff)]
        varying += [f(y=clip) for f in (of.spectral_flatness, of.zero_crossing_rate, of.rms)]
    if "rhythm" in config.groups:
        onsets = librosa.onset.onset_strength(y=clip, sr=RATE)
        varying += [of.spectral_contrast(y=clip, sr=RATE), of.chroma_stft(y=clip, sr=RATE)]
        varying += [librosa.yin(clip, fmin=config.f0_min_hz, fmax=config.f0_max_hz, sr=RATE)[None], onsets[None]]
        constant = [of.tempo(onset_envelope=onsets, sr=RATE)[0]]
    values = np.concatenate(varying)
    return np.append(np.stack([values.mean(axis=1), values.std(axis=1)], axis=1).ravel(), constant)


def librosa_table(clips: np.ndarray, config: Features) -> np.ndarray:
    return np.stack([by_librosa(clip, config) for clip in clips])


def our_table(clips: np.ndarray, config: Features) -> pd.DataFrame:
    return clip_features(clips, RATE, config)


def by_one_worker(store: ClipStore, config: Features) -> pd.DataFrame:
    return pd.concat(map(partial(read_and_measure, config=config), reads(store)))


def by_two_workers(store: ClipStore, config: Features) -> pd.DataFrame:
    """Two running processes that read 64 clips each; the time to start them is not counted."""
    return pd.concat(WORKERS.map(partial(read_and_measure, config=config), reads(store)))


def reads(store: ClipStore) -> list[Callable[[], np.ndarray]]:
    return [read for _, read in store.parts()]


def read_and_measure(read: Callable[[], np.ndarray], config: Features) -> pd.DataFrame:
    return our_table(read(), config)


def limit(clips: np.ndarray) -> None:
    """Windowing, FFT, mel product and logarithm of every frame, and nothing else."""
    for chunk in masked_chunks(clips, RATE, MFCC):
        power_to_mel_db(power_spectrogram(chunk, MFCC), RATE, MFCC)


TABLES = {"MFCC and deltas": MFCC, "and spectral shape": SPECTRAL, "everything": ALL}
METHODS: dict[str, tuple[Callable[[Any], object], int, bool]] = (
    {  # function, number of cores, whether it reads from the store
        f"{name}, {method_name}": (partial(method, config=config), cores, stored)
        for name, config in TABLES.items()
        for method_name, method, cores, stored in (
            ("librosa", librosa_table, 1, False),
            ("ours", our_table, 1, False),
            ("one worker", by_one_worker, 1, True),
            ("two workers", by_two_workers, 2, True),
        )
    }
    | {"limit of MFCC": (limit, 1, False)}
)


def seconds_of(method: Callable[[Any], object], cores: int, clips: np.ndarray | ClipStore) -> tuple[float, float]:
    """CPU and wall-clock seconds."""
    if CORES:
        os.sched_setaffinity(0, set(CORES[:cores]))
    busy, start = time.process_time(), time.perf_counter()
    method(clips)
    return time.process_time() - busy, time.perf_counter() - start


def main(count: int = 256, rounds: int = 7) -> None:
    warnings.filterwarnings("ignore", "Trying to estimate tuning")  # a warning of librosa for clips without a peak
    clips = sounds(count)
    with tempfile.TemporaryDirectory() as folder:
        store = stored(clips, Path(folder) / "clips")
        calls = [(method, cores, store if stored_clips else clips) for method, cores, stored_clips in METHODS.values()]
        list(
            WORKERS.map(partial(read_and_measure, config=ALL), reads(store)[:4])
        )  # start the workers and import everything
        measure(clips, [[seconds_of(*call) for call in calls] for _ in range(rounds + 1)][1:])
    compare(clips[:256])
    WORKERS.shutdown()


def stored(clips: np.ndarray, folder: Path) -> ClipStore:
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
        for who in ("librosa", "ours"):
            name = f"{table}, {who}"
            report(name, count / taken[name], taken[f"{table}, librosa"] / taken[name], "x librosa")
        one, both = (taken[f"{table}, {who}"] for who in ("one worker", "two workers"))
        report(f"{table}, two workers", count / both, one / both, "x one worker, wall clock")
    share = taken["MFCC and deltas, ours"] / taken["limit of MFCC"]
    report("limit of MFCC", count / taken["limit of MFCC"], share, "x the limit")


def report(name: str, rates: np.ndarray, ratios: np.ndarray, of: str) -> None:
    spread = f"({ratios.min():.2f} to {ratios.max():.2f})"
    print(f"{name:<36}{np.median(rates):>8.0f} clips/s{np.median(ratios):>8.2f} {of}  {spread}")


def compare(clips: np.ndarray) -> None:
    measured, expected = our_table(clips, ALL), librosa_table(clips, ALL)
    measured = measured.drop(columns=[column for column in measured if column.startswith("aperiodicity")])
    different = ~np.isclose(measured, expected, rtol=1e-4, atol=2e-3)
    print(f"numbers that differ from librosa's by more than 1e-4 (or 0.002): {different.sum()} of {different.size}")
    for column, number in zip(measured.columns, different.sum(axis=0), strict=True):
        if number:
            print(f"    {column}: {number} clips")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
