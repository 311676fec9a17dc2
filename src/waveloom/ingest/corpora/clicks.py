"""Echolocation clicks of toothed whales, made on the spot: short pulses up to 90 kHz, to try out high sampling rates.

Trains of Gabor and chirp pulses with the centre frequencies, lengths and sweeps that were measured on axis: sperm whale
(Møhl et al., 2003), Risso's dolphin (Madsen et al., 2004), Cuvier's beaked whale (Zimmer et al., 2005). The trains are
faster than those of hunting animals, and nothing is said about the sea: this is no substitute for recordings.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording

INTERVAL_SECONDS = 0.02  # between two clicks, give or take a tenth
LOUDEST = 0.9
PULSES = 4.0  # standard deviations of the envelope in a pulse's length


class Kind(NamedTuple):
    """A pulse: centre frequency (Hz), length (s), and by how many Hz it rises over that length."""

    hertz: float
    seconds: float
    sweep: float


KINDS = {
    "sperm_whale": Kind(15_000, 120e-6, 0),
    "risso_dolphin": Kind(75_000, 40e-6, 0),
    "beaked_whale": Kind(42_000, 200e-6, 25_000),
}


@checked_dataclass
class Config:
    """How many animals of each kind, how many recordings of each animal, and how many clicks in each."""

    animals: Annotated[int, Field(gt=0)] = 10
    recordings: Annotated[int, Field(gt=0)] = 4
    clicks: Annotated[int, Field(gt=0)] = 8
    rate_hz: Annotated[int, Field(ge=192_000, le=384_000)] = 192_000
    noise_db: Annotated[float, Field(le=-20)] = -55.0  # RMS, re full scale
    seed: Annotated[int, Field(ge=0)] = 0


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Make each animal's recordings in turn; its clicks differ a little from each other, and more from another's."""
    for number, (label, kind) in enumerate(KINDS.items()):
        for animal in range(config.animals):
            draw = np.random.default_rng([config.seed, number, animal])
            own = _varied(kind, 0.08, draw)
            group = f"{label}-{animal:02d}"
            for take in range(config.recordings):
                clip = Clip(train(own, config, draw), config.rate_hz)
                yield Recording(f"{label}/{group}-{take:02d}", None, clip, label, group, "", "CC0-1.0", "Waveloom")


def train(kind: Kind, config: Config, draw: np.random.Generator) -> np.ndarray:
    """A train of clicks in faint noise, each up to 12 dB below the loudest: (samples,) float32."""
    moments = INTERVAL_SECONDS * (np.arange(config.clicks) + 0.5 + draw.uniform(-0.1, 0.1, config.clicks))
    time = np.arange(round(INTERVAL_SECONDS * config.clicks * config.rate_hz)) / config.rate_hz
    sound = draw.standard_normal(len(time)) * 10 ** (config.noise_db / 20)
    gains = LOUDEST * 10 ** (-draw.uniform(0, 12, config.clicks) / 20)
    for moment, gain in zip(moments, gains, strict=True):
        sound += gain * pulse(_varied(kind, 0.02, draw), time - moment)
    return np.clip(sound, -1, 1).astype(np.float32)


def pulse(kind: Kind, time: np.ndarray) -> np.ndarray:
    """A pulse about time 0 (s), its peak 1: a cosine that may rise in frequency, under a Gaussian envelope."""
    phase = 2 * np.pi * (kind.hertz * time + kind.sweep / kind.seconds * time**2 / 2)
    return np.exp(-0.5 * (PULSES * time / kind.seconds) ** 2) * np.cos(phase)


def _varied(kind: Kind, spread: float, draw: np.random.Generator) -> Kind:
    return Kind(*(value * (1 + spread * draw.uniform(-1, 1)) for value in kind))
