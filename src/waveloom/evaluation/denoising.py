"""What the noise gate of prepare does to sounds like these: measured with noise that is known."""

from dataclasses import replace

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.denoise import Denoise, denoise
from waveloom.evaluation.comparison import NO_REAL
from waveloom.evaluation.evaluate import Evaluation

NOISE_DB = 10.0  # by how much the sound is louder than the noise that is put under it
PAUSE_SECONDS = 0.25  # before and after the sound, as a recording has it; noise is learned there
_MOST_DB = 100.0  # an exact copy has no error; its ratio is given as this

MEANING = (
    f"Real clips with white noise {NOISE_DB:.0f} dB below them, before and after the noise gate, and without any noise "
    "after it: scale-invariant signal to distortion ratio to the clean clip in dB, higher is better (Le Roux et al., "
    "2019). The gate helps if after is above before; what it costs a clean sound shows in the last number."
)


def with_denoising(result: Evaluation, rules: Denoise) -> Evaluation:
    """Add the probe of the noise gate to the metrics, if the gate is on."""
    if not rules.enabled:
        return result
    probed = probe(result.real.clips, result.real.rate_hz, rules, result.metrics["sets"]["seed"])
    return replace(result, metrics={**result.metrics, "denoise_si_sdr_db": probed})


def probe(clips: np.ndarray, rate_hz: int, rules: Denoise, seed: int) -> dict[str, float | str]:
    """Measure SI-SDR of clips (n, samples) with known noise `before` and `after` the gate, and `clean_after` it."""
    draw = np.random.default_rng(seed)
    scores = np.array([_probe(clip, rate_hz, rules, draw) for clip in clips if clip.any()])
    names = ("before", "after", "clean_after")
    return dict(zip(names, scores.mean(axis=0).tolist(), strict=True)) if len(scores) else dict.fromkeys(names, NO_REAL)


def _probe(clip: np.ndarray, rate_hz: int, rules: Denoise, draw: np.random.Generator) -> list[float]:
    pause = round(PAUSE_SECONDS * rate_hz)
    clean = np.pad(clip.astype(np.float32), pause)
    noise = draw.standard_normal(len(clean), np.float32)
    noise *= np.float32(np.sqrt(np.mean(np.square(clip)) * 10 ** (-NOISE_DB / 10)))
    gated = (denoise(Clip(sound, rate_hz), rules).samples for sound in (clean + noise, clean))
    return [si_sdr_db(clip, sound[pause : pause + len(clip)]) for sound in (clean + noise, *gated)]


def si_sdr_db(clean: np.ndarray, estimate: np.ndarray) -> float:
    """How far the part of `estimate` that is `clean`, at whatever gain, stands above the rest, in dB; 100 at most."""
    clean, estimate = clean.astype(np.float64), estimate.astype(np.float64)
    kept = (estimate @ clean) / (clean @ clean) * clean
    lost = np.sum(np.square(estimate - kept))
    tiny = np.finfo(np.float64).tiny
    return float(np.clip(10 * (np.log10(max(kept @ kept, tiny)) - np.log10(max(lost, tiny))), -_MOST_DB, _MOST_DB))
