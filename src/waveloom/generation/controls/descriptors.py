"""What of a sound a handle may move, each on the scale on which the ear hears it."""

import numpy as np

from waveloom.features import Features
from waveloom.features.table import measure

NAMES = {
    "brightness": "centre of the spectrum, octaves",
    "noisiness": "flatness of the spectrum, dB",
    "pitch": "fundamental where there is one, octaves",
    "attack": "time to the loudest moment, doublings",
    "length": "time that holds 90% of the energy, doublings",
}
PERIODIC = 0.3  # aperiodicity below which a frame has a pitch
SHORT = 128  # samples in which a moment is heard


def descriptors(clips: np.ndarray, rate_hz: int) -> dict[str, np.ndarray]:
    """Measure clips (n, samples): a number a clip (n,), nan for the pitch of a clip that has none."""
    found = measure(clips, rate_hz, Features(groups=("spectral", "pitch")))
    sounding = found["rms"] > 0.1 * found["rms"].max(axis=1, keepdims=True)
    energy = np.add.reduceat(np.square(clips), np.arange(0, clips.shape[1], SHORT), axis=1)
    so_far = np.cumsum(energy, axis=1) / np.maximum(energy.sum(axis=1, keepdims=True), 1e-12)
    return {
        "brightness": _mean(np.log2(np.maximum(found["centroid"], 1)), sounding),
        "noisiness": _mean(10 * np.log10(np.maximum(found["flatness"], 1e-10)), sounding),
        "pitch": _mean(np.log2(found["f0_hz"]), sounding & (found["aperiodicity"] < PERIODIC)),
        "attack": np.log2(1 + energy.argmax(axis=1)),
        "length": np.log2(1 + (so_far < 0.9).sum(axis=1)),
    }


def _mean(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Average each row over the frames that count; nan where none does."""
    times = counted.sum(axis=1)
    return np.where(times > 0, (values * counted).sum(axis=1) / np.maximum(times, 1), np.nan)
