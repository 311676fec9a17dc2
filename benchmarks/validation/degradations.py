"""Degradations of real sounds: each kind in several strengths, from slight to severe."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import librosa
import numpy as np
import scipy.signal

SEED = 0


@dataclass(frozen=True)
class Clips:
    """Real `clips` (n, samples) at `rate_hz` with their `labels` (n,), and clips of the `training` split."""

    clips: np.ndarray
    labels: np.ndarray
    rate_hz: int
    training: np.ndarray


@dataclass(frozen=True)
class Degradation:
    """A kind of degradation: `apply(clips, strength)`; the first of `strengths` changes nothing and is the baseline.

    `keeps_all` if the number and order of clips do not change.
    """

    name: str
    unit: str
    strengths: tuple[float, ...]
    apply: Callable[[Clips, float], Clips]
    keeps_all: bool = True


def add_noise(real: Clips, snr_db: float) -> Clips:
    """Add white noise at a signal-to-noise ratio."""
    noise = np.random.default_rng(SEED).standard_normal(real.clips.shape)
    gain = np.sqrt(np.square(real.clips).mean(axis=1, keepdims=True)) * 10 ** (-snr_db / 20)
    return _with(real, real.clips + gain * noise)


def low_pass(real: Clips, hertz: float) -> Clips:
    """Low-pass filter, 48 dB per octave, zero phase."""
    if hertz >= real.rate_hz / 2:
        return real
    sections = scipy.signal.butter(4, hertz, fs=real.rate_hz, output="sos")
    return _with(real, scipy.signal.sosfiltfilt(sections, real.clips, axis=1))


def clip(real: Clips, gain_db: float) -> Clips:
    """Amplify, then clip at the original peak."""
    peak = np.abs(real.clips).max(axis=1, keepdims=True)
    return _with(real, np.clip(real.clips * 10 ** (gain_db / 20), -peak, peak))


def stretch(real: Clips, times: float) -> Clips:
    """Slow down with a phase vocoder at constant pitch; the end is cut off."""
    if times == 1:
        return real
    slow = librosa.effects.time_stretch(real.clips, rate=1 / times)
    return _with(real, slow[:, : real.clips.shape[1]])


def swap_labels(real: Clips, share: float) -> Clips:
    """Give a share of the clips another label; sounds do not change."""
    names = np.unique(real.labels)
    wrong = names[(np.searchsorted(names, real.labels) + 1) % len(names)]
    return replace(real, labels=np.where(_chosen(len(real.clips), share), wrong, real.labels))


def drop_modes(real: Clips, share: float) -> Clips:
    """Leave out a share of the labels; at every strength a quarter of the clips remains."""
    drawn = np.random.default_rng(SEED).permutation(len(real.clips))
    names = np.random.default_rng(SEED).permutation(np.unique(real.labels))
    remaining = names[: max(1, round(len(names) * (1 - share)))]
    rows = np.sort([row for row in drawn if real.labels[row] in remaining][: len(drawn) // 4])
    return replace(real, clips=real.clips[rows], labels=real.labels[rows])


def copy_training(real: Clips, share: float) -> Clips:
    """Replace a share of the clips by training clips."""
    chosen = _chosen(len(real.clips), share)
    return _with(real, np.where(chosen[:, None], _training_clips(real.training, len(real.clips)), real.clips))


def copy_halves(real: Clips, share: float) -> Clips:
    """Replace the first half of a share of the clips by that of training clips."""
    chosen = _chosen(len(real.clips), share)
    first = np.arange(real.clips.shape[1]) < real.clips.shape[1] // 2
    return _with(real, np.where(chosen[:, None] & first, _training_clips(real.training, len(real.clips)), real.clips))


def silence(real: Clips, share: float) -> Clips:
    """Replace a share of the clips by digital silence."""
    return _with(real, np.where(_chosen(len(real.clips), share)[:, None], 0, real.clips))


def _with(real: Clips, clips: np.ndarray) -> Clips:
    return replace(real, clips=np.clip(clips, -1, 1).astype(np.float32))


def _chosen(count: int, share: float) -> np.ndarray:
    """A random share of `count`; a larger share contains every smaller one."""
    return np.random.default_rng(SEED).permutation(count) < round(share * count)


def _training_clips(training: np.ndarray, count: int) -> np.ndarray:
    return training[np.resize(np.random.default_rng(SEED).permutation(len(training)), count)]


SHARES = (0.0, 0.1, 0.5, 1.0)
DEGRADATIONS = (
    Degradation("noise", "dB SNR", (np.inf, 40, 30, 20, 10, 0), add_noise),
    Degradation("low-pass", "Hz", (np.inf, 3000, 1500, 750, 375), low_pass),
    Degradation("clipping", "dB over", (0, 6, 12, 18, 24, 30), clip),
    Degradation("time-stretch", "times", (1, 1.1, 1.25, 1.5, 2), stretch),
    Degradation("label swap", "of clips", SHARES, swap_labels),
    Degradation("mode dropped", "of labels", (0, 0.25, 0.5, 0.75), drop_modes, keeps_all=False),
    Degradation("exact copies", "of clips", SHARES, copy_training),
    Degradation("half copies", "of clips", SHARES, copy_halves),
    Degradation("all silence", "of clips", SHARES, silence),
)
