"""Baseline that assembles the output from frames of the target domain (audio mosaicing, musaicing)."""

from typing import NamedTuple

import numpy as np
import scipy.fft

from waveloom.audio.stft import hann, stft
from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.sound import Sound
from waveloom.representations._reconstruction import PhaseRetrieval, reconstruct

TITLE = "Musaicing"
MEANING = (
    "Musaicing replaces every frame of the source by the training frame of the target domain whose fine spectrum, "
    "without its envelope, is nearest, at the level of the source's frame (audio mosaicing; phases by PGHI)."
)
N_FFT, HOP = 1024, 256
COEFFICIENTS = 30  # cepstral coefficients of the envelope, which is removed
DEPTH_DB = 60.0  # training frames this far below the loudest one of their clip are not used
MAX_FRAMES = 16_384  # of a domain that are searched
_BINS = 320  # lowest bins that are compared: up to 5 kHz at 16 kHz
_FLOOR_DB = -100.0


class Frames(NamedTuple):
    """Magnitudes (frames, bins) of training frames, and their unit vectors of content (frames, _BINS)."""

    magnitudes: np.ndarray
    content: np.ndarray


def make(request: Request) -> Sound | None:
    """Find the nearest training frames, and reconstruct a sound from their magnitudes at the level of the source."""
    source, training = request.source, request.training.measured(_training_frames, request.target)
    magnitudes = _magnitudes(source.samples)
    nearest = (_content(magnitudes) @ training.content.T).argmax(axis=1)
    chosen = training.magnitudes[nearest]
    gains = np.linalg.norm(magnitudes, axis=1) / np.maximum(np.linalg.norm(chosen, axis=1), 1e-9)
    retrieval = PhaseRetrieval(N_FFT, HOP, -_FLOOR_DB, griffin_lim_steps=4)
    samples = reconstruct((chosen * gains[:, None]).astype(np.float32), retrieval)
    return Sound(samples, source.rate_hz).fitted_to(len(source.samples)).at_level_of(source)


def _training_frames(clips: np.ndarray, rate_hz: int) -> Frames:
    """The sounding frames of clips (n, samples), evenly thinned to `MAX_FRAMES`."""
    parts = [_magnitudes(clip) for clip in clips]
    levels = [np.linalg.norm(part, axis=1) for part in parts]
    sounding = [part[level > level.max() * 10 ** (-DEPTH_DB / 20)] for part, level in zip(parts, levels, strict=True)]
    frames = np.concatenate(sounding)
    frames = frames[:: -(-len(frames) // MAX_FRAMES) or 1]
    return Frames(frames, _content(frames))


def _magnitudes(samples: np.ndarray) -> np.ndarray:
    """One frame per hop, without the Nyquist bin: (samples,) -> (ceil(samples / hop), bins) float32."""
    padding = N_FFT - HOP
    padded = np.pad(samples, (padding // 2, padding - padding // 2 + -len(samples) % HOP))
    return np.abs(stft(padded, hann(N_FFT), HOP)[:, :-1]).astype(np.float32)


def _content(magnitudes: np.ndarray) -> np.ndarray:
    """Level of each bin above the envelope of its frame, of unit norm: (frames, bins) -> (frames, _BINS) float32."""
    levels = 20 * np.log10(np.maximum(magnitudes, 10 ** (_FLOOR_DB / 20)))
    cepstrum = scipy.fft.dct(levels, axis=1, norm="ortho")
    cepstrum[:, :COEFFICIENTS] = 0
    fine = np.clip(scipy.fft.idct(cepstrum, axis=1, norm="ortho"), 0, 24)[:, :_BINS]
    return (fine / np.maximum(np.linalg.norm(fine, axis=1, keepdims=True), 1e-9)).astype(np.float32)
