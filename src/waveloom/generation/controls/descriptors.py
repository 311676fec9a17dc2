"""The properties of a sound that controls change, each on a perceptual (logarithmic) scale."""

import numpy as np

from waveloom.features import Features
from waveloom.features.table import measure

NAMES = {
    "brightness": "spectral centroid, in octaves",
    "noisiness": "spectral flatness, in dB",
    "pitch": "fundamental frequency where there is one, in octaves",
    "attack": "time to the loudest moment, in doublings",
    "length": "time that holds 90% of the energy, in doublings",
}
PERIODIC = 0.3  # aperiodicity below which a frame has a pitch
ENERGY_HOP = 128  # samples over which energy is summed


def descriptors(clips: np.ndarray, rate_hz: int) -> dict[str, np.ndarray]:
    """Measure clips (n, samples): one value per clip (n,); the pitch of a clip without a fundamental is nan."""
    found = measure(clips, rate_hz, Features(groups=("spectral", "pitch")))
    sounding = found["rms"] > 0.1 * found["rms"].max(axis=1, keepdims=True)
    energy = np.add.reduceat(np.square(clips), np.arange(0, clips.shape[1], ENERGY_HOP), axis=1)
    cumulated = np.cumsum(energy, axis=1) / np.maximum(energy.sum(axis=1, keepdims=True), 1e-12)
    return {
        "brightness": _mean(np.log2(np.maximum(found["centroid"], 1)), sounding),
        "noisiness": _mean(10 * np.log10(np.maximum(found["flatness"], 1e-10)), sounding),
        "pitch": _mean(np.log2(found["f0_hz"]), sounding & (found["aperiodicity"] < PERIODIC)),
        "attack": np.log2(1 + energy.argmax(axis=1)),
        "length": np.log2(1 + (cumulated < 0.9).sum(axis=1)),
    }


def _mean(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Average each row over the frames that are `counted`; nan where none is."""
    frames = counted.sum(axis=1)
    return np.where(frames > 0, (values * counted).sum(axis=1) / np.maximum(frames, 1), np.nan)
