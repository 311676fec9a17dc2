"""Removal of the DC offset."""

from waveloom.audio.clip import Clip


def remove_dc(clip: Clip) -> Clip:
    """Subtract each channel's mean, an offset of the recorder; a constant becomes silence."""
    return Clip(clip.samples - clip.samples.mean(axis=-1, keepdims=True, dtype="float64").astype("float32"), clip.rate)
