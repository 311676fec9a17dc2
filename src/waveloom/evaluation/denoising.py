"""What the noise gate of prepare does to sounds like these: measured with noise that is known."""

from dataclasses import replace

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.evaluation.comparison import NO_REAL
from waveloom.evaluation.evaluate import Evaluation
from waveloom.evaluation.paired import si_sdr_db
from waveloom.preparation.denoise import Denoise, denoise

NOISE_DB = 10.0  # by how much the sound is louder than the noise that is put under it
PAUSE_SECONDS = 0.25  # before and after the sound, as a recording has it; noise is learned there

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
    sounds = np.stack([sound[pause : pause + len(clip)] for sound in (clean + noise, *gated)])
    return si_sdr_db(np.broadcast_to(clip, sounds.shape), sounds).tolist()
