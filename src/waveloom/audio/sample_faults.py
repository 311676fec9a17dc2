"""Faults of decoded samples: corrupt values, silence, channels that cancel each other, constants."""

import numpy as np

from waveloom.audio.decoder_process import Sound

FAULTY_SAMPLES = 3  # that a storage fault may affect; if the peak is ten times full scale, a thousandth of all
OUTLIER_RATIO = 10.0  # peak to the other samples, 20 dB, from which samples count as outliers


def corruption(samples: np.ndarray, peak: float, silence: float) -> str:
    """Say what is wrong with samples above full scale if their `peak` is an outlier; empty if scaling is enough.

    Whole files in units of integers reach 2^31. A few values far above all others are a storage fault: scaling by them
    would make the sound itself almost silent. Samples are outliers if the others lie within full scale, or
    would be below `silence` (a magnitude) once scaled.
    """
    if peak > 2**32:
        return f"corrupt: its peak, {peak:.3g}, is above any unit of samples; write the file again"
    values = np.abs(samples).reshape(-1, samples.shape[-1]).max(axis=0)  # of several channels, the loudest
    few = FAULTY_SAMPLES if peak < 10 else max(FAULTY_SAMPLES, len(values) // 1000)
    if peak < 2 or len(values) <= few:
        return ""
    rest = float(np.partition(values, -few - 1)[-few - 1])
    if not silence < rest <= max(min(1, peak / OUTLIER_RATIO), peak * silence):
        return ""
    count, peak_db, rest_db = int((values > rest * OUTLIER_RATIO).sum()), 20 * np.log10(peak), 20 * np.log10(rest)
    subject, pronoun = ("samples reach", "them") if count > 1 else ("sample reaches", "it")
    return (
        f"corrupt: {count} {subject} {peak_db:.0f} dB above full scale, and the rest peaks at {rest_db:.0f} dB; "
        f"remove {pronoun} or write the file again"
    )


def missing_sound(sound: Sound, peak: float, silence: float) -> str:
    """Say why the samples, without their offset, do not exceed `silence` (a magnitude); empty if they do."""
    centred = sound.samples - sound.samples.mean(axis=-1, keepdims=True, dtype=np.float64)
    centred_peak = float(np.abs(centred).max())
    if centred_peak > silence:
        return ""
    if sound.channel_peak > max(silence, 2 * peak):
        channel_db, mix_db = 20 * np.log10(sound.channel_peak), 20 * np.log10(max(peak, 1e-12))
        return (
            f"cancelled: its channels cancel each other in the mix, whose peak is {mix_db:.0f} dB, that of the loudest "
            f"channel {channel_db:.0f} dB; set prepare.channel to the number of one"
        )
    if peak <= silence:
        return "silent"
    offset = max(np.atleast_1d(sound.samples.mean(axis=-1, dtype=np.float64)), key=abs)  # of both channels, the larger
    rest_db = 20 * np.log10(max(centred_peak, 1e-12))
    rest = f"the rest peaks at {rest_db:.0f} dB" if rest_db > -200 else "nothing else"
    return f"constant: an offset of {offset:.3g} and {rest}"
