"""Augmentation of real and fake clips before the discriminator, against overfitting on few clips.

Differentiable augmentation (Zhao et al., 2020, "DiffAugment"): the generator's gradients pass through the
augmentation. The discriminator receives augmented clips in the updates of both networks; otherwise the generator would
learn to generate augmented clips.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.models.recipe import KINDS, Augment, Parts
from waveloom.representations import channel_count
from waveloom.training.penalties import per_clip
from waveloom.training.replicas import drawn

Draw = Callable[..., Any]  # (number of the draw, minimum, maximum, type) -> one number per clip
FREQUENCY = 2  # axis of frequency in a batch, if the representation has one


@dataclass(frozen=True)
class Augmentation:
    """Augmentation of encoded clips by the kinds in `config`; `silence` (*shape) is a silent clip, encoded.

    `with_gain` multiplies clips (batch, *shape) by an amplitude factor (batch, 1, ...), and is None if the
    representation cannot; `has_frequency` says whether the second axis of a clip is frequency.
    """

    config: Augment
    silence: np.ndarray
    with_gain: Callable[[Any, Any], Any] | None
    has_frequency: bool

    def __call__(self, clips: Any, seed: Any, probability: Any, batches: int = 1) -> Any:
        """Apply each kind to each clip (batch, *shape) with `probability` (0 to 1); `seed` (2,) makes it reproducible.

        `clips` may be several concatenated `batches` of equal size.
        """
        for kind in self.config.kinds:
            shape = batches, tf.shape(clips)[0] // batches
            draw = partial(_draw, shape, tf.random.fold_in(seed, KINDS.index(kind)))
            uniform = draw(0, 0.0, 1.0)
            changed = getattr(self, f"_{kind}")(clips, draw)
            clips = tf.where(tf.reshape(uniform < probability, per_clip(clips)), changed, clips)
        return clips

    def _shift(self, clips: Any, draw: Draw) -> Any:
        maximum = whole_steps(self.config.shift, clips.shape[1])
        offsets = draw(1, -maximum, maximum + 1, tf.int32)
        return shift(clips, offsets, None if self.config.wrap else self.silence)

    def _gain(self, clips: Any, draw: Draw) -> Any:
        assert self.with_gain  # checked in `augmentation`
        decibels = draw(1, -self.config.gain_db, self.config.gain_db)
        return self.with_gain(clips, tf.reshape(10 ** (decibels / 20), per_clip(clips)))

    def _cutout(self, clips: Any, draw: Draw) -> Any:
        for axis in (1, FREQUENCY) if self.has_frequency else (1,):
            width = whole_steps(self.config.cutout, clips.shape[axis])
            starts = draw(axis, 0, clips.shape[axis] - width + 1, tf.int32)
            clips = cut_out(clips, starts, width, axis, self.silence)
        return clips


def augmentation(config: Augment, plugins: Parts, shape: tuple[int, ...], samples: int, rate: int) -> Augmentation:
    """Build the augmentation for encoded clips of `shape`, which have `samples` at `rate` Hz.

    InputError if the representation does not support a kind.
    """
    module, options = plugins.representation, plugins.representation_config
    with_gain = partial(module.amplify, options) if hasattr(module, "amplify") else None
    if "gain" in config.kinds and not with_gain:
        raise InputError(
            f"augment.kinds holds 'gain', but the representation {module.__name__.rpartition('.')[2]} cannot change "
            "the level of an encoded clip. Leave gain out of augment.kinds, or choose waveform or spectrogram."
        )
    has_frequency = len(shape) >= FREQUENCY and "frequency" in getattr(module, "AXES", ())
    _check_shares(config, shape, has_frequency)
    silent = np.zeros((1, samples) if channel_count(module) == 1 else (1, channel_count(module), samples), np.float32)
    silence = module.encode(options, silent, rate)[0]
    return Augmentation(config, silence, with_gain, has_frequency)


def shift(clips: Any, offsets: Any, silence: Any | None) -> Any:
    """Shift each clip of (batch, time, ...) later by `offsets` (batch,) samples or frames.

    The gap is filled with `silence`; if that is None, the clip is shifted circularly.
    """
    length = clips.shape[1]
    sources = tf.range(length) - offsets[:, None]  # (batch, time)
    shifted = tf.gather(clips, sources % length, axis=1, batch_dims=1)
    if silence is None:
        return shifted
    inside = (sources >= 0) & (sources < length)
    return tf.where(tf.reshape(inside, (-1, length, *(1 for _ in clips.shape[2:]))), shifted, silence)


def cut_out(clips: Any, starts: Any, width: int, axis: int, silence: Any) -> Any:
    """Silence `width` steps of an axis (1 is time) of each clip, from step `starts` (batch,) on."""
    positions = tf.range(clips.shape[axis]) - starts[:, None]  # (batch, length)
    cut = (positions >= 0) & (positions < width)
    lengths = [clips.shape[axis] if other == axis else 1 for other in range(1, len(clips.shape))]
    return tf.where(tf.reshape(cut, (-1, *lengths)), silence, clips)


def whole_steps(share: float, length: int) -> int:
    """Number of steps, rounded down, in the fraction `share` (0 to 1) of an axis of `length`."""
    return int(share * length)


def _draw(shape: tuple[Any, Any], seed: Any, number: int, minimum: Any, maximum: Any, dtype: Any = tf.float32) -> Any:
    """Draw one uniform random number per clip from `seed` and the `number` of the draw: (batches * batch,)."""
    uniform = partial(tf.random.stateless_uniform, minval=minimum, maxval=maximum, dtype=dtype)
    return tf.reshape(drawn(uniform, shape, tf.random.fold_in(seed, number), axis=1), [-1])


def _check_shares(config: Augment, shape: tuple[int, ...], has_frequency: bool) -> None:
    """Raise an InputError if the fraction of an axis to shift or cut out is less than one step."""
    axes = {"cutout": shape[: 1 + has_frequency], "shift": shape[:1]}
    for kind, lengths in axes.items():
        for length in lengths if kind in config.kinds else ():
            if not whole_steps(getattr(config, kind), length):
                raise InputError(
                    f"augment.{kind} is {getattr(config, kind)} of an axis of {length} (clips have the shape {shape}), "
                    f"which is less than one step. Raise it to {1 / length:.2g} or more, or leave {kind} out of "
                    "augment.kinds."
                )
