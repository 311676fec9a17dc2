"""Measures the noise gate of prepare on the real clips, with white noise of a set level added."""

from dataclasses import replace

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.evaluation.comparison import NO_REAL
from waveloom.evaluation.evaluate import Evaluation
from waveloom.evaluation.paired_metrics import si_sdr_db
from waveloom.preparation.denoise import Denoise, denoise

NOISE_DB = 10.0  # level of the sound above that of the added noise
PAUSE_SECONDS = 0.25  # before and after the sound, as in a recording; the gate estimates the noise there

MEANING = (
    f"Real clips with white noise {NOISE_DB:.0f} dB below them, before and after the noise gate, and clean clips after "
    "it: scale-invariant signal-to-distortion ratio to the clean clip in dB, higher is better (Le Roux et al., 2019). "
    "The gate helps if after is above before; the last number shows how much it distorts a clean sound."
)


def with_denoising(result: Evaluation, config: Denoise) -> Evaluation:
    """Add the measurement of the noise gate to the metrics, if the gate is on."""
    if not config.enabled:
        return result
    measured = measure_gate(result.real.clips, result.real.rate_hz, config, result.metrics["sets"]["seed"])
    return replace(result, metrics={**result.metrics, "denoise_si_sdr_db": measured})


def measure_gate(clips: np.ndarray, rate_hz: int, config: Denoise, seed: int) -> dict[str, float | str]:
    """Mean SI-SDR of clips (n, samples) with noise `before` and `after` the gate, and of clean clips `clean_after` it.

    Silent clips are skipped.
    """
    random = np.random.default_rng(seed)
    scores = np.array([_measure_clip(clip, rate_hz, config, random) for clip in clips if clip.any()])
    names = ("before", "after", "clean_after")
    return dict(zip(names, scores.mean(axis=0).tolist(), strict=True)) if len(scores) else dict.fromkeys(names, NO_REAL)


def _measure_clip(clip: np.ndarray, rate_hz: int, config: Denoise, random: np.random.Generator) -> list[float]:
    pause = round(PAUSE_SECONDS * rate_hz)
    clean = np.pad(clip.astype(np.float32), pause)
    noise = random.standard_normal(len(clean), np.float32)
    noise *= np.float32(np.sqrt(np.mean(np.square(clip)) * 10 ** (-NOISE_DB / 10)))
    gated = (denoise(Clip(sound, rate_hz), config).samples for sound in (clean + noise, clean))
    sounds = np.stack([sound[pause : pause + len(clip)] for sound in (clean + noise, *gated)])
    return si_sdr_db(np.broadcast_to(clip, sounds.shape), sounds).tolist()
