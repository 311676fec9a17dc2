"""Generates echolocation clicks of toothed whales: short pulses up to 90 kHz, to test high sample rates.

Trains of Gabor and chirp pulses with centre frequencies, lengths and sweeps measured on axis: sperm whale
(Møhl et al., 2003), Risso's dolphin (Madsen et al., 2004), Cuvier's beaked whale (Zimmer et al., 2005). The trains are
faster than those of hunting animals, and propagation in the sea is not modelled: this is no substitute for recordings.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass
from waveloom.ingest.corpora import Recording

INTERVAL_SECONDS = 0.02  # between two clicks, varied by a tenth
PEAK = 0.9
DEVIATIONS = 4.0  # standard deviations of the envelope in a pulse's length


class Pulse(NamedTuple):
    """A pulse: centre frequency (Hz), length (s), and by how many Hz it rises over that length."""

    hertz: float
    seconds: float
    sweep: float


SPECIES = {
    "sperm_whale": Pulse(15_000, 120e-6, 0),
    "risso_dolphin": Pulse(75_000, 40e-6, 0),
    "beaked_whale": Pulse(42_000, 200e-6, 25_000),
}


@checked_dataclass
class Config:
    """Numbers of animals of each species, of recordings of each animal, and of clicks in each recording."""

    animals: Annotated[int, Field(gt=0)] = 10
    recordings: Annotated[int, Field(gt=0)] = 4
    clicks: Annotated[int, Field(gt=0)] = 8
    rate_hz: Annotated[int, Field(ge=192_000, le=384_000)] = 192_000
    noise_db: Annotated[float, Field(le=-20)] = -55.0  # RMS, dBFS
    seed: Annotated[int, Field(ge=0)] = 0


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Generate the recordings animal by animal; clicks vary by 2% within an animal and by 8% between animals."""
    for number, (label, species) in enumerate(SPECIES.items()):
        for animal in range(config.animals):
            random = np.random.default_rng([config.seed, number, animal])
            animal_pulse = _varied(species, 0.08, random)
            group = f"{label}-{animal:02d}"
            for take in range(config.recordings):
                clip = Clip(click_train(animal_pulse, config, random), config.rate_hz)
                yield Recording(f"{label}/{group}-{take:02d}", None, clip, label, group, "", "CC0-1.0", "Waveloom")


def click_train(parameters: Pulse, config: Config, random: np.random.Generator) -> np.ndarray:
    """Generate a train of clicks, each up to 12 dB below the loudest, in faint noise: (samples,) float32."""
    times = INTERVAL_SECONDS * (np.arange(config.clicks) + 0.5 + random.uniform(-0.1, 0.1, config.clicks))
    time = np.arange(round(INTERVAL_SECONDS * config.clicks * config.rate_hz)) / config.rate_hz
    sound = random.standard_normal(len(time)) * 10 ** (config.noise_db / 20)
    gains = PEAK * 10 ** (-random.uniform(0, 12, config.clicks) / 20)
    for click_time, gain in zip(times, gains, strict=True):
        sound += gain * pulse(_varied(parameters, 0.02, random), time - click_time)
    return np.clip(sound, -1, 1).astype(np.float32)


def pulse(parameters: Pulse, time: np.ndarray) -> np.ndarray:
    """Generate a pulse centred at time 0 (s), of peak 1: a linear chirp with a Gaussian envelope."""
    phase = 2 * np.pi * (parameters.hertz * time + parameters.sweep / parameters.seconds * time**2 / 2)
    return np.exp(-0.5 * (DEVIATIONS * time / parameters.seconds) ** 2) * np.cos(phase)


def _varied(parameters: Pulse, spread: float, random: np.random.Generator) -> Pulse:
    return Pulse(*(value * (1 + spread * random.uniform(-1, 1)) for value in parameters))
