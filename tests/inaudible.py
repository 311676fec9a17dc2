"""Inaudible changes of clips (n, samples), and clips that end in digital silence."""

from collections.abc import Callable

import numpy as np

from waveloom.representations import spectrogram

Change = Callable[[np.ndarray, int], np.ndarray]


def strokes(count: int, rate: int, seconds: float = 0.512) -> np.ndarray:
    """Decaying harmonic tones and noise bursts, each followed by digital silence: (count, samples) float32."""
    random = np.random.default_rng(1)
    time = np.arange(round(seconds * rate)) / rate
    clips = np.zeros((count, len(time)), np.float32)
    for number, clip in enumerate(clips):
        partials = np.arange(1, random.integers(2, 60))[:, None]
        pitch = random.uniform(80, 600) * partials
        tonal = (np.sin(2 * np.pi * pitch * time) / partials * (pitch < 0.45 * rate)).sum(axis=0)
        sound = np.exp(-random.uniform(3, 20) * time) * (tonal if number % 2 else random.standard_normal(len(time)))
        sounding = time < random.uniform(0.2, 0.9) * seconds
        clip[:] = random.uniform(0.1, 0.9) * sounding * sound / np.abs(sound).max()
    return clips


def lifted_floor(clips: np.ndarray, rate: int) -> np.ndarray:
    """Add the sound that decodes from a spectrogram 0.01 of its range above silence."""
    config = spectrogram.Config()
    shape = spectrogram.shape(config, clips.shape[1], rate)
    return clips + spectrogram.decode(config, np.full((1, *shape), -0.98, np.float32), clips.shape[1], rate)


def offset(value: float) -> Change:
    """Add a constant."""
    return lambda clips, rate: clips + np.float32(value)


def faint_tone(hertz: float, level_db: float = -70.0) -> Change:
    """Add a sine of an amplitude of `level_db` dBFS."""

    def add(clips: np.ndarray, rate: int) -> np.ndarray:
        sine = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * np.arange(clips.shape[1]) / rate)
        return (clips + sine).astype(np.float32)

    return add


def last_bit(clips: np.ndarray, rate: int) -> np.ndarray:
    """Add white noise of one step of 16 bits, and round to such steps."""
    steps = np.random.default_rng(2).uniform(-1, 1, clips.shape)
    return (np.round(clips * 32768 + steps) / 32768).astype(np.float32)


CHANGES: dict[str, Change] = {
    "lifted floor": lifted_floor,
    "offset of 0.001": offset(0.001),
    "offset of -0.02": offset(-0.02),
    "tone of 5 Hz, loud": faint_tone(5.0, -40.0),
    "tone of 30 Hz": faint_tone(30.0),
    "tone of 250 Hz": faint_tone(250.0),
    "tone of 1 kHz": faint_tone(1000.0),
    "tone of 7 kHz": faint_tone(7000.0),
    "last bit": last_bit,
}
