"""Conversion of a recording to the rate of the clips, and the check that sound is left after it."""

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.preparation.config import Prepare
from waveloom.preparation.dc import remove_dc

WINDOW = 2048  # samples of each spectrum of the quick check


def convert(clip: Clip, config: Prepare) -> Clip:
    """Resample to `config.rate_hz`, and remove the DC offset if the parameters say so."""
    converted = resample(clip, config.rate_hz, config.quality)
    return remove_dc(converted) if config.remove_dc else converted


def rejection_reason(clip: Clip, config: Prepare) -> str:
    """Say why conversion leaves only silence, as `kind: detail`, for clips of any length; empty if sound is left."""
    if (clip.samples.ndim == 1 and clip.rate <= config.rate_hz) or _surely_in_band(clip, config):
        return ""
    centred = remove_dc(clip) if config.remove_dc else clip  # resampling turns an offset into ringing at both ends
    loss = loss_reason(centred, convert(centred, config), config)
    return f"{'cancelled' if 'channels' in loss else 'out of band'}: it has {loss}" if loss else ""


def loss_reason(clip: Clip, converted: Clip, config: Prepare) -> str:
    """Say why the `converted` clip is silent and what to do; empty if sound is left.

    Both its peak and its power are compared: resampling turns a tone above the new band into a click at its onset.
    """
    mono, share = converted.mono, 10 ** (-config.silence_db / 20)
    if mono.peak > 2 * share * clip.peak and _rms(mono) > share * _rms(clip):
        return ""
    whole = remove_dc(clip) if config.remove_dc else clip
    if mono.peak > share * whole.peak and _rms(mono) > share * _rms(whole):
        return ""
    if converted.peak > 2 * mono.peak:
        return "channels that cancel each other in their mean, by which clips are cut; set prepare.channel to one"
    return f"no sound below {config.rate_hz / 2:.0f} Hz, half of prepare.rate_hz; raise that"


def _rms(clip: Clip) -> float:
    return float(np.sqrt(np.mean(np.square(clip.samples))))


def _surely_in_band(clip: Clip, config: Prepare) -> bool:
    """Whether a few spectra already show that enough of the sound lies within the band of the new rate.

    One is taken around the loudest sample; the RMS of its part within the band is a lower bound of the peak there.
    """
    samples = clip.mono.samples
    first = max(int(np.abs(samples).argmax()) - WINDOW // 2, 0)
    more = min(len(samples) // (64 * WINDOW), 15)
    starts = [first, *np.linspace(0, len(samples) - WINDOW, more + 2, dtype=int)[1:-1]]
    pieces = [np.pad(samples[start : start + WINDOW], (0, WINDOW))[:WINDOW] for start in starts]
    power = np.square(np.abs(np.fft.rfft(np.stack(pieces) * np.hanning(WINDOW), axis=1)))
    hertz = np.fft.rfftfreq(WINDOW, 1 / clip.rate)
    energy = power[:, (hertz > 2 * clip.rate / WINDOW) & (hertz < 0.45 * config.rate_hz)].sum(axis=1) * 2 / WINDOW
    share = 2 * 10 ** (-config.silence_db / 20)  # twice, since an offset may be half of a peak
    loud = energy[0] / WINDOW > 4 * (share * clip.peak) ** 2
    return bool(loud and energy.sum() > share**2 * _rms(clip) ** 2 * clip.samples.size)
