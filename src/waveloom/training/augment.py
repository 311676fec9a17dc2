"""What keeps a discriminator from learning a small set by heart: real and fake are both shown it moved, louder or
with holes.

Differentiable augmentation (Zhao et al., 2020, "DiffAugment"): the generator learns through it, in both steps of the
game, so that what it makes is not itself augmented.
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

Draw = Callable[..., Any]  # its number, least, most, type -> one number a clip
FREQUENCY = 2  # where that axis stands in a batch, if there is one


@dataclass(frozen=True)
class Augmentation:
    """The kinds of `rule`, for clips whose silence is `silence` (*shape).

    `louder` makes (batch, *shape) louder by a factor (batch, 1, ...), where it is known how; `frequency` says whether
    the second axis is that.
    """

    rule: Augment
    silence: np.ndarray
    louder: Callable[[Any, Any], Any] | None
    frequency: bool

    def __call__(self, clips: Any, seed: Any, probability: Any, batches: int = 1) -> Any:
        """Change each of the clips (batch, *shape), each kind with `probability` (0 to 1); `seed` (2,) decides all.

        `batches` of one size may be laid end to end in `clips`.
        """

        for kind in self.rule.kinds:
            draw = partial(_draw, (batches, tf.shape(clips)[0] // batches), tf.random.fold_in(seed, KINDS.index(kind)))
            chance = draw(0, 0.0, 1.0)
            changed = getattr(self, f"_{kind}")(clips, draw)
            clips = tf.where(tf.reshape(chance < probability, per_clip(clips)), changed, clips)
        return clips

    def _shift(self, clips: Any, draw: Draw) -> Any:
        most = steps(self.rule.shift, clips.shape[1])
        moves = draw(1, -most, most + 1, tf.int32)
        return shift(clips, moves, None if self.rule.wrap else self.silence)

    def _gain(self, clips: Any, draw: Draw) -> Any:
        assert self.louder  # or `augmentation` would have refused
        decibels = draw(1, -self.rule.gain_db, self.rule.gain_db)
        return self.louder(clips, tf.reshape(10 ** (decibels / 20), per_clip(clips)))

    def _cutout(self, clips: Any, draw: Draw) -> Any:
        for axis in (1, FREQUENCY) if self.frequency else (1,):
            width = steps(self.rule.cutout, clips.shape[axis])
            starts = draw(axis, 0, clips.shape[axis] - width + 1, tf.int32)
            clips = cut(clips, starts, width, axis, self.silence)
        return clips


def augmentation(rule: Augment, chosen: Parts, shape: tuple[int, ...], samples: int, rate: int) -> Augmentation:
    """Make ready to augment clips of `shape`, that were `samples` long at `rate` Hz; InputError if a kind cannot be."""
    module, options = chosen.representation, chosen.representation_config
    louder = partial(module.amplify, options) if hasattr(module, "amplify") else None
    if "gain" in rule.kinds and not louder:
        raise InputError(
            f"augment.kinds holds 'gain', but the representation {module.__name__.rpartition('.')[2]} does not say "
            "what a louder clip looks like. Leave gain out of augment.kinds, or choose waveform or spectrogram."
        )
    frequency = len(shape) >= FREQUENCY and "frequency" in getattr(module, "AXES", ())
    _check(rule, shape, frequency)
    silent = np.zeros((1, samples) if channel_count(module) == 1 else (1, channel_count(module), samples), np.float32)
    silence = module.encode(options, silent, rate)[0]
    return Augmentation(rule, silence, louder, frequency)


def shift(clips: Any, moves: Any, silence: Any | None) -> Any:
    """Move each clip of (batch, time, ...) `moves` (batch,) steps later: silence comes in, or without it what went out.

    A step is a sample, or a frame.
    """
    length = clips.shape[1]
    sources = tf.range(length) - moves[:, None]  # (batch, time)
    moved = tf.gather(clips, sources % length, axis=1, batch_dims=1)
    if silence is None:
        return moved
    inside = (sources >= 0) & (sources < length)
    return tf.where(tf.reshape(inside, (-1, length, *(1 for _ in clips.shape[2:]))), moved, silence)


def cut(clips: Any, starts: Any, width: int, axis: int, silence: Any) -> Any:
    """Silence `width` steps of an axis (1 is time) of each clip, from `starts` (batch,) on."""
    places = tf.range(clips.shape[axis]) - starts[:, None]  # (batch, length)
    hole = (places >= 0) & (places < width)
    sides = [clips.shape[axis] if side == axis else 1 for side in range(1, len(clips.shape))]
    return tf.where(tf.reshape(hole, (-1, *sides)), silence, clips)


def steps(share: float, length: int) -> int:
    """How many whole steps of an axis of `length` a share of it is."""
    return int(share * length)


def _draw(shape: tuple[Any, Any], seed: Any, number: int, least: Any, most: Any, kind: Any = tf.float32) -> Any:
    """One number a clip of (batches, batch), from `least` up to `most`, by `seed` and the `number` of the draw."""
    uniform = partial(tf.random.stateless_uniform, minval=least, maxval=most, dtype=kind)
    return tf.reshape(drawn(uniform, shape, tf.random.fold_in(seed, number), axis=1), [-1])


def _check(rule: Augment, shape: tuple[int, ...], frequency: bool) -> None:
    """Refuse shares of an axis that are less than a step of it."""
    axes = {"cutout": shape[: 1 + frequency], "shift": shape[:1]}
    for kind, lengths in axes.items():
        for length in lengths if kind in rule.kinds else ():
            if not steps(getattr(rule, kind), length):
                raise InputError(
                    f"augment.{kind} is {getattr(rule, kind)} of an axis of {length} (clips have the shape {shape}), "
                    f"which is less than one step. Raise it to {1 / length:.2g} or more, or leave {kind} out of "
                    "augment.kinds."
                )
