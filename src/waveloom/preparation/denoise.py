"""Reduction of steady noise in a recording, by spectral subtraction with a noise profile of the recording itself.

It can damage sounds: parts fainter than the noise are removed, and steady sounds count as noise. Off by default.
"""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass

_FRAME_SECONDS = 0.032
_DIGITAL_SILENCE = 1e-12  # of the greatest power: quieter than any recorder's noise


@checked_dataclass
class Denoise:
    """How the noise profile is measured and how far noise is lowered."""

    enabled: bool = False
    quietest: Annotated[float, Field(gt=0, le=1)] = 0.1  # share of the frames whose mean is the noise profile
    over: Annotated[float, Field(ge=0)] = 2.0  # over-subtraction: multiple of the noise's power that is subtracted
    depth_db: Annotated[float, Field(ge=0, le=60)] = 20.0  # largest attenuation of any part of the spectrum


def denoise(clip: Clip, config: Denoise) -> Clip:
    """Attenuate each time-frequency bin, most where its power is close to the noise of the quietest frames.

    The gain is 1 - over x noise / power, at least -`depth_db`, with power averaged over three frames and bins to avoid
    musical noise (Berouti, Schwartz and Makhoul, 1979). A sound of fewer than eight frames of 32 ms is too short for a
    noise profile and is returned unchanged. Both channels have the same gain.
    """
    from scipy.ndimage import uniform_filter

    # SciPy's STFT and not `audio.stft`, whose inverse sums frames in another order, which changes the bytes of clips.
    from scipy.signal import istft, stft

    length = 2 ** round(np.log2(_FRAME_SECONDS * clip.rate))
    if clip.samples.shape[-1] < 8 * length:
        return clip
    _, _, spectrum = stft(clip.samples, nperseg=length, noverlap=length - length // 4)
    power = np.square(np.abs(spectrum)).reshape(-1, *spectrum.shape[-2:]).mean(axis=0)
    noise = noise_profile(power, config.quietest)
    smooth = np.maximum(uniform_filter(power, 3), np.finfo(np.float32).tiny)
    gain = np.maximum(1 - config.over * noise[:, None] / smooth, 10 ** (-config.depth_db / 20))
    _, cleaned = istft(spectrum * gain, nperseg=length, noverlap=length - length // 4)
    return Clip(cleaned[..., : clip.samples.shape[-1]].astype(np.float32), clip.rate)


def noise_profile(power: np.ndarray, quietest: float) -> np.ndarray:
    """Average the power of the quietest frames that are not digital silence: (bins, frames) -> (bins,)."""
    frame_power = power.sum(axis=0)
    frames = np.flatnonzero(frame_power > _DIGITAL_SILENCE * frame_power.max())
    if not len(frames):
        return np.zeros(len(power), power.dtype)
    count = max(round(quietest * len(frames)), 1)
    return power[:, frames[np.argsort(frame_power[frames], kind="stable")[:count]]].mean(axis=1)
