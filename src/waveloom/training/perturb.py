"""Random changes of a sound's timbre that keep its notes: what a translator must undo to rebuild the sound.

Perturbed self-reconstruction, as in "NANSY" (Choi et al., 2021). All changes act on levels of the representation
`spectrogram`, and a bin of silence stays silent unless noise is added.
"""

from functools import partial
from math import sqrt
from typing import Annotated, Any

import numpy as np
import tensorflow as tf
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.training.replicas import drawn

UNIT_DB = 40.0  # decibels per unit of level, in the representation's default range of 80 dB
AUDIBLE = 0.15  # units above silence, within which the changes fade out
GAIN_POINTS = 5  # of the slow gain, per clip
BANDS = 24  # of equal width in Hz, which are attenuated or not
NOISE_LEVELS, NOISE_SPREAD = (-1.4, -0.75), 0.12  # range of the mean level of the noise, and its standard deviation

NonNegative = Annotated[float, Field(ge=0)]
Probability = Annotated[float, Field(ge=0, le=1)]


@checked_dataclass
class Perturbation:
    """How strong each change is; 0 leaves it out."""

    equaliser_db: NonNegative = 9.0  # standard deviation of a random filter of `equaliser_terms` cosines
    equaliser_terms: Annotated[int, Field(gt=0)] = 10
    partials_db: NonNegative = 8.0  # standard deviation of one of `partials_terms`, which changes single partials
    partials_terms: Annotated[int, Field(gt=0)] = 48
    contrast: NonNegative = 0.5  # largest change of the factor of what the smooth envelope leaves over
    envelope_terms: Annotated[int, Field(gt=0)] = 30  # cosines of the smooth envelope
    slow_gain_db: NonNegative = 5.0  # standard deviation of a gain that changes over the clip
    gain_db: NonNegative = 8.0  # largest constant gain, in either direction
    bands: Probability = 0.15  # mean fraction of the bands that are attenuated
    noise: Probability = 0.5  # probability of background noise


def perturb(clips: Any, config: Perturbation, seed: Any) -> Any:
    """Change each clip (batch, frames, bins) at random; the result depends on clips, config and `seed` (2,) alone."""
    draw = partial(_draw, clips, seed)
    audible = tf.minimum((clips + 1) / AUDIBLE, 1.0)
    change = _contrast(clips, config, draw) + _filter(clips, config, draw) + _gain(clips, config, draw)
    change -= _attenuated_bands(clips, config, draw)
    return tf.clip_by_value(_with_noise(clips + audible * change, config, draw), -1.0, 1.0)


def cosines(length: int, terms: int) -> np.ndarray:
    """The first `terms` rows of the orthonormal discrete cosine transform of `length` values: (terms, length)."""
    rows = np.cos(np.pi / length * np.arange(terms)[:, None] * (np.arange(length) + 0.5)) * sqrt(2 / length)
    rows[0] /= sqrt(2)
    return rows.astype(np.float32)


def envelope(clips: Any, terms: int) -> Any:
    """The smooth part of each frame's levels over frequency, of `terms` cosines."""
    basis = cosines(clips.shape[-1], terms)
    return tf.matmul(tf.matmul(clips, basis, transpose_b=True), basis)


def _contrast(clips: Any, config: Perturbation, draw: Any) -> Any:
    factor = config.contrast * draw(0, (1, 1))
    return factor * (clips - envelope(clips, config.envelope_terms))


def _filter(clips: Any, config: Perturbation, draw: Any) -> Any:
    """The sum of both random filters (batch, 1, bins), each of the standard deviation that the config gives."""
    filters = [(config.equaliser_db, config.equaliser_terms), (config.partials_db, config.partials_terms)]
    total = 0.0
    for number, (decibels, terms) in enumerate(filters):
        weights = draw(1 + number, (1, terms), normal=True) * (decibels / UNIT_DB * sqrt(clips.shape[-1] / terms))
        total += tf.matmul(weights, cosines(clips.shape[-1], terms))
    return total


def _gain(clips: Any, config: Perturbation, draw: Any) -> Any:
    """A constant gain and a slow one, linear between `GAIN_POINTS` random points: (batch, frames, 1)."""
    points = draw(3, (GAIN_POINTS, 1), normal=True) * (config.slow_gain_db / UNIT_DB)
    position = np.linspace(0, GAIN_POINTS - 1, clips.shape[1])[:, None]
    weights = np.maximum(1 - np.abs(position - np.arange(GAIN_POINTS)), 0).astype(np.float32)  # (frames, points)
    return tf.matmul(weights, points) + draw(4, (1, 1)) * (config.gain_db / UNIT_DB)


def _attenuated_bands(clips: Any, config: Perturbation, draw: Any) -> Any:
    """How much each bin is attenuated: 0.3 to 1 in the chosen bands of a clip, 0 elsewhere: (batch, 1, bins)."""
    share = config.bands * (1 + draw(5, (1, 1)))  # 0 to 2 times the mean fraction
    chosen = tf.cast((1 + draw(6, (1, BANDS))) / 2 < share, tf.float32)
    depth = 0.65 + 0.35 * draw(7, (1, 1))
    return depth * tf.gather(chosen, np.arange(clips.shape[-1]) * BANDS // clips.shape[-1], axis=2)


def _with_noise(clips: Any, config: Perturbation, draw: Any) -> Any:
    """Raise each bin to the level of the noise, in the clips that have noise."""
    low, high = NOISE_LEVELS
    level = (low + high) / 2 + draw(8, (1, 1)) * (high - low) / 2
    noise = level + NOISE_SPREAD * draw(9, tuple(clips.shape[1:]), normal=True)
    noisy = (1 + draw(10, (1, 1))) / 2 < config.noise
    return tf.where(noisy, tf.maximum(clips, noise), clips)


def _draw(clips: Any, seed: Any, number: int, shape: tuple[int, ...], normal: bool = False) -> Any:
    """Random numbers (batch, *shape) of the `number`-th draw: uniform from -1 to 1, or standard normal."""
    kind = tf.random.stateless_normal if normal else partial(tf.random.stateless_uniform, minval=-1.0, maxval=1.0)
    return drawn(kind, (tf.shape(clips)[0], *shape), tf.random.fold_in(seed, number))
