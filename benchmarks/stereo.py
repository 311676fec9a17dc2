"""Time and accuracy of the stereo representation against simpler alternatives.

    python benchmarks/stereo.py FOLDER

FOLDER is a project whose clips have two channels (preset `stereo`). Its test clips with different channels are
encoded and decoded as a spectrogram per channel, with the phases of the mix (which preserves only the balance), and as
`stereo`.
"""

import sys
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from waveloom.audio.store import open_store
from waveloom.evaluation.stereo import balance_and_correlation
from waveloom.representations import spectrogram, stereo
from waveloom.representations._stft import clip_to_stft
from waveloom.representations.spectrogram import Config

CONFIG, N_FFT, HOP = Config(), 1024, 256
APART = 0.999  # channels with a lower correlation count as different


def main() -> None:
    store = open_store(Path(sys.argv[1]) / "data/02_clips/clips")
    clips = store.read(np.flatnonzero(store.index["split"] == "test"), 2)
    balance, correlation = balance_and_correlation(clips).T
    differing = clips[(correlation < APART) | (np.abs(balance) > 1)]
    print(f"{len(differing)} of {len(clips)} test clips, {store.rate_hz} Hz\n")
    print(
        "| | convergence of a channel, dB | of the mean, dB | balance off by, dB | correlation off by | ms per clip |"
    )
    print("|---|---|---|---|---|---|")
    for name, way in WAYS.items():
        way(differing[:2], store.rate_hz)  # compiles
        start = perf_counter()
        found = way(differing, store.rate_hz)
        took = 1000 * (perf_counter() - start) / len(differing)
        moved = np.abs(balance_and_correlation(found) - balance_and_correlation(differing))
        channels = np.median([_convergence(a, b) for a, b in zip(_flat(differing), _flat(found), strict=True)])
        means = np.median([_convergence(a.mean(axis=0), b.mean(axis=0)) for a, b in zip(differing, found, strict=True)])
        balance, correlation = (f"{np.median(one):.2g} ({np.quantile(one, 0.9):.2g})" for one in moved.T)
        print(f"| {name} | {channels:.1f} | {means:.1f} | {balance} | {correlation} | {took:.1f} |")


def apart(clips: np.ndarray, rate: int) -> np.ndarray:
    """Encode each channel as a separate spectrogram."""
    flat = _flat(clips)
    return spectrogram.decode(CONFIG, spectrogram.encode(CONFIG, flat, rate), clips.shape[-1], rate).reshape(
        clips.shape
    )


def round_trip(clips: np.ndarray, rate: int, balance_only: bool = False) -> np.ndarray:
    """Encode as `stereo`, completely or without the phase differences between channels."""
    encoded = stereo.encode(CONFIG, clips, rate)
    if balance_only:
        encoded[..., 2] = np.sqrt(np.maximum(1 - encoded[..., 1] ** 2, 0))
        encoded[..., 3] = 0
    return stereo.decode(CONFIG, encoded, clips.shape[-1], rate)


WAYS = {
    "each channel by itself": apart,
    "balance alone": partial(round_trip, balance_only=True),
    "`stereo`": round_trip,
}


def _flat(clips: np.ndarray) -> np.ndarray:
    return clips.reshape(-1, clips.shape[-1])


def _convergence(wanted: np.ndarray, found: np.ndarray) -> float:
    """Spectral convergence: relative error of the magnitude spectrum in dB."""
    ours, theirs = (np.abs(clip_to_stft(one.astype(np.float32), N_FFT, HOP)) for one in (wanted, found))
    return float(20 * np.log10(np.linalg.norm(ours - theirs) / max(np.linalg.norm(ours), 1e-9)))


if __name__ == "__main__":
    main()
