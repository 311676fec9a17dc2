"""A sound that swings about zero."""

from waveloom.audio.clip import Clip


def remove_dc(clip: Clip) -> Clip:
    """Take off the mean, which is no sound but an offset of the recorder; a constant becomes silence."""
    return Clip(clip.samples - clip.samples.mean(dtype="float64").astype("float32"), clip.rate)
