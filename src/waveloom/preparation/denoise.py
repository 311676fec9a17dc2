"""Less of the steady noise under a recording: a spectral gate that learns the noise from the recording itself.

It can hurt: what is fainter than the noise goes with it, and steady sounds are noise to it. Hence off by default.
"""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass

_FRAME_SECONDS = 0.032
_DIGITAL_SILENCE = 1e-12  # of the greatest power: no recorder is this quiet, so it is not its noise


@checked_dataclass
class Denoise:
    """How noise is learned and how far it is lowered."""

    enabled: bool = False
    quietest: Annotated[float, Field(gt=0, le=1)] = 0.1  # share of the frames that are taken for nothing but noise
    over: Annotated[float, Field(ge=0)] = 2.0  # times the noise's power is what is taken off
    depth_db: Annotated[float, Field(ge=0, le=60)] = 20.0  # no part of the spectrum is lowered further


def denoise(clip: Clip, rules: Denoise) -> Clip:
    """Lower each part of the spectrum by how little it rises above the noise of the quietest frames.

    The gain is 1 - over x noise / power, at least `depth_db` down, with power averaged over three frames and bins lest
    single ones blink (Berouti, Schwartz and Makhoul, 1979). A sound of fewer than eight frames of 32 ms, or in which
    no frame differs from digital silence, has no noise to learn and stays as it is. Both channels are lowered alike.
    """
    from scipy.ndimage import uniform_filter

    # SciPy's pair and not `audio.stft`: its inverse sums frames in another order, which changes the bytes of clips.
    from scipy.signal import istft, stft

    length = 2 ** round(np.log2(_FRAME_SECONDS * clip.rate))
    if clip.samples.shape[-1] < 8 * length:
        return clip
    _, _, spectrum = stft(clip.samples, nperseg=length, noverlap=length - length // 4)
    power = np.square(np.abs(spectrum)).reshape(-1, *spectrum.shape[-2:]).mean(axis=0)
    noise = noise_profile(power, rules.quietest)
    smooth = np.maximum(uniform_filter(power, 3), np.finfo(np.float32).tiny)
    gain = np.maximum(1 - rules.over * noise[:, None] / smooth, 10 ** (-rules.depth_db / 20))
    _, cleaned = istft(spectrum * gain, nperseg=length, noverlap=length - length // 4)
    return Clip(cleaned[..., : clip.samples.shape[-1]].astype(np.float32), clip.rate)


def noise_profile(power: np.ndarray, quietest: float) -> np.ndarray:
    """Average the power of the quietest frames that are not digital silence: (bins, frames) -> (bins,)."""
    loudness = power.sum(axis=0)
    heard = np.flatnonzero(loudness > _DIGITAL_SILENCE * loudness.max())
    if not len(heard):
        return np.zeros(len(power), power.dtype)
    count = max(round(quietest * len(heard)), 1)
    return power[:, heard[np.argsort(loudness[heard], kind="stable")[:count]]].mean(axis=1)
