"""Translators for tests: functions of levels in place of a trained network."""

from collections.abc import Callable

import numpy as np

from waveloom.generation.translator import Translator
from waveloom.models.model import Exported

RATE, SAMPLES = 16000, 16384
RECIPE = {"task": "translation", "representation": "spectrogram", "generator": "dense", "discriminator": "dense"}


def spec(domains=("organ", "strings")) -> dict:
    return {"recipe": RECIPE, "rate_hz": RATE, "samples": SAMPLES, "labels": list(domains), "steps": 1, "seed": 0}


def translator(network: Callable[[np.ndarray], np.ndarray], domains=("organ", "strings")) -> Translator:
    """A translator whose network is `network`, levels (1, frames, bins) -> the same shape, for every domain."""
    return Translator(Exported(spec(domains), "digest", lambda source, label: network(source)))


def identity(levels: np.ndarray) -> np.ndarray:
    return levels


def shifted(bins: int) -> Callable[[np.ndarray], np.ndarray]:
    """Moves every level up in frequency."""

    def network(levels: np.ndarray) -> np.ndarray:
        moved = np.full_like(levels, -1)
        moved[..., bins:] = levels[..., :-bins]
        return moved

    return network


def averaged(levels: np.ndarray) -> np.ndarray:
    """Moving average over 33 frames, of which 16 lie before and 16 after."""
    padded = np.pad(levels, ((0, 0), (16, 16), (0, 0)), constant_values=-1)
    return np.lib.stride_tricks.sliding_window_view(padded, 33, axis=1).mean(axis=-1)
