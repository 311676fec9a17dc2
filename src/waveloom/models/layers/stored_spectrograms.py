"""Stored training spectrograms, and new ones blended from a sound and its neighbours.

Each point in time and frequency is taken from one of them, with smooth transitions. A plain average would smooth noise;
so the difference from the mean is amplified, as Heitz and Neyret do between patches of a texture (2018,
"High-Performance By-Example Noise using a Histogram-Preserving Blending Operator", equation 2). The sounds are first
warped to one length and pitch, and then all of them by a small random amount.
"""

from math import prod
from typing import Annotated, Any

import keras
import numpy as np
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.selection import CONTROLS, CUBIC, LINEAR
from waveloom.models.layers.warp import MAX_STEPS, STEP, warped_positions
from waveloom.models.layers.warped_distance import STRETCH_DENOMINATOR, STRETCH_NUMERATOR

_EMPTY = -0x7F7F7F80  # four bytes of 128, which is level 0 of [-1, 1]
_SILENCE = -1 + 1 / 255  # levels up to this are silent
_TINY = 1e-12  # weight of a silent source, against division by zero
Count = Annotated[int, Field(gt=0)]
Deviation = Annotated[float, Field(ge=0)]


@checked_dataclass
class Config:
    """How many sounds are stored, how they are blended, and how far new sounds differ from them."""

    sounds: Count = 1024  # stored at most, the same number of each label; one byte per value
    neighbours: Count = 3  # that a sound is blended with
    knots: tuple[Count, Count] = (2, 4)  # of the blend weights, in time and in frequency
    sharpness: Annotated[float, Field(gt=0)] = 2.5  # of the transitions: near 0 all is mixed, at 10 hardly anything
    offset: Deviation = 1.0  # deviation of a source's weight everywhere, relative to that at one knot
    pitch: Deviation = 0.03  # standard deviation of the logarithm of the change in pitch
    speed: Deviation = 0.1  # standard deviation of the logarithm of the change in speed
    tilt: Deviation = 0.1  # standard deviation of the spectral tilt; the range from silence to full scale is 2

    def positions(self, labels: int) -> int:
        """How many sounds of one label can be stored."""
        return max(self.sounds // max(labels, 1), 1)

    @property
    def noise(self) -> int:
        """How many numbers of the latent vector are used."""
        return CONTROLS + (self.neighbours + 1) * (1 + prod(self.knots))


class StoredSpectrograms(keras.layers.Layer):
    """Blends of stored spectrograms: noise (batch, n), and label (batch,) if there are any -> (batch, *shape).

    The shape is (frames, bins), or (frames, bins, parts) of which the first is the log magnitude.

    The first number of the latent vector selects a sound; the next three change its pitch, speed and brightness; the
    others are the blend weights of the sound and its neighbours (the sources), overall and at each knot. Before
    `layers.storing_spectrograms.store` all stored values are 0.
    """

    def __init__(self, config: Config, shape: tuple[int, ...], labels: int, **options: Any) -> None:
        super().__init__(trainable=False, dtype="float32", **options)
        self.config, self.shape, self.labels = config, shape, labels
        self.positions = config.positions(labels)
        self.exportable: np.ndarray | None = None

    def build(self, *_: Any) -> None:
        """Create the weights, which have no gradients."""
        capacity = max(self.labels, 1) * self.positions
        # Four bytes a number: TensorFlow passes 32 bits from machine to machine, and not single bytes.
        self.sounds = self._integers("sounds", capacity, prod(self.shape) // 4, start=_EMPTY)
        self.neighbours = self._integers("neighbours", capacity, self.config.neighbours)  # rows of `sounds`
        self.pitch_steps = self._integers("pitch_steps", capacity, self.config.neighbours)  # to warp these by
        self.lengths = self._integers("lengths", capacity, start=self.shape[0])  # frames until a sound becomes silent
        self.counts = self._integers("counts", max(self.labels, 1))  # stored sounds of each label

    def _integers(self, name: str, *shape: int, start: int = 0) -> Any:
        return self.add_weight(shape, keras.initializers.Constant(start), dtype="int32", name=name, trainable=False)

    def call(self, noise: Any, label: Any | None = None) -> Any:
        """Select, warp and blend."""
        row = self._selected_row(noise[:, 0], label)
        sources = self._sources(row, noise[:, 1], noise[:, 2])
        audible = ops.max(log_magnitudes(sources, 4), axis=3, keepdims=True) > _SILENCE  # (batch, sources, frames, 1)
        weights = self._blend_weights(noise[:, CONTROLS : self.config.noise], audible)
        blend = ops.sum(sources * (weights if len(self.shape) == 2 else weights[..., None]), axis=1)
        level = log_magnitudes(blend, 3)
        tilted = level + self.config.tilt * noise[:, 3, None, None] * self._tilt_slope()
        tilted = ops.where(ops.logical_and(audible[:, 0], level > _SILENCE), tilted, -1.0)
        return tilted if len(self.shape) == 2 else ops.concatenate([tilted[..., None], blend[..., 1:]], axis=-1)

    def make_exportable(self) -> None:
        """Keep single bytes from now on: other libraries cannot split integers into bytes."""
        self.exportable = np.array(self.sounds).view(np.uint8)

    def _selected_row(self, number: Any, label: Any | None) -> Any:
        """Rows (batch,) of the sounds that standard normal numbers (batch,) select with equal probability."""
        label = ops.zeros_like(number, "int32") if label is None else ops.cast(label, "int32")
        count = ops.take(self.counts, label)
        fraction = ops.sigmoid(LINEAR * number + CUBIC * number**3)  # of such numbers that are smaller, within 0.00014
        position = ops.floor(fraction * ops.cast(count, "float32"))
        return label * self.positions + ops.clip(ops.cast(position, "int32"), 0, ops.maximum(count - 1, 0))

    def _sources(self, row: Any, pitch: Any, speed: Any) -> Any:
        """The warped sounds of `row` (batch,) and their neighbours: (batch, sources, *shape) in [-1, 1]."""
        rows = ops.concatenate([row[:, None], ops.take(self.neighbours, row, axis=0)], axis=1)  # (batch, sources)
        frames, bins = self._source_frames(rows, speed), self._source_bins(row, pitch)
        first = ops.reshape(ops.arange(ops.size(rows), dtype="int32"), (-1, rows.shape[1], 1))
        index = (first * self.shape[0] + frames)[..., None] * self.shape[1] + bins[:, :, None]
        levels = ops.reshape(self._levels(rows), (-1, *self.shape[2:]))
        return ops.cast(ops.take(levels, index, axis=0), "float32") / 127.5 - 1

    def _source_frames(self, rows: Any, speed: Any) -> Any:
        """Frame indices that give each source the first one's length, and the speed: (batch, sources, frames)."""
        frames = ops.take(warped_positions(self.shape[0]), _warp_rows(self.config.speed * speed), axis=0)
        lengths = ops.take(self.lengths, rows)  # (batch, sources)
        first = lengths[:, :1]
        shortest, longest = (
            first * STRETCH_DENOMINATOR // STRETCH_NUMERATOR,
            first * STRETCH_NUMERATOR // STRETCH_DENOMINATOR,
        )
        lengths = ops.clip(lengths, shortest, longest)
        return ops.minimum(frames[:, None] * lengths[..., None] // first[..., None], self.shape[0] - 1)

    def _source_bins(self, row: Any, pitch: Any) -> Any:
        """Bin indices that give each source the pitch of the first, changed by `pitch`: (batch, sources, bins)."""
        fitting = ops.pad(ops.take(self.pitch_steps, row, axis=0), ((0, 0), (1, 0)))
        steps = ops.clip(fitting + _warp_rows(self.config.pitch * pitch)[:, None], 0, 2 * MAX_STEPS)
        return ops.take(warped_positions(self.shape[1]), steps, axis=0)

    def _levels(self, rows: Any) -> Any:
        if self.exportable is not None:
            return ops.take(self.exportable, rows, axis=0)
        return ops.view(ops.take(self.sounds, rows, axis=0), "uint8")

    def _blend_weights(self, drawn: Any, audible: Any) -> Any:
        """The weight of each source: (batch, sources, frames, bins), of sum 1 over the audible ones."""
        (times, pitches), (frames, bins), sources = self.config.knots, self.shape[:2], self.config.neighbours + 1
        offset = self.config.offset * drawn[:, :sources, None, None]
        knots = ops.reshape(drawn[:, sources:], (-1, sources, times, pitches))
        over_time = ops.convert_to_tensor(interpolation_matrix(times, np.linspace(0, 1, frames)))
        over_bins = ops.convert_to_tensor(interpolation_matrix(pitches, _perceptual_positions(bins)))
        logits = self.config.sharpness * ops.einsum("bkij,if,jn->bkfn", knots + offset, over_time, over_bins)
        present = ops.cast(audible, "float32")
        weights = ops.exp(logits - ops.max(logits, axis=1, keepdims=True)) * present + _TINY
        weights = weights / ops.sqrt(ops.sum(weights**2, axis=1, keepdims=True))  # preserves the variance
        rest = 1 - ops.sum(weights, axis=1, keepdims=True)
        return weights + rest * present / ops.maximum(ops.sum(present, axis=1, keepdims=True), 1)  # and the mean

    def _tilt_slope(self) -> Any:
        return ops.convert_to_tensor((_perceptual_positions(self.shape[1]) - 0.5).astype(np.float32))

    def compute_output_shape(self, *_: Any) -> tuple[int | None, ...]:
        """Return (batch, *shape)."""
        return (None, *self.shape)


def log_magnitudes(sounds: Any, axes: int) -> Any:
    """The log magnitudes of sounds, which are the first part where bins have parts; `axes` is their number of axes."""
    return sounds if len(sounds.shape) == axes else sounds[..., 0]


def _warp_rows(log_factor: Any) -> Any:
    """Rows of `warped_positions` for logarithms of a factor (batch,)."""
    return ops.cast(ops.clip(ops.round(log_factor / STEP), -MAX_STEPS, MAX_STEPS), "int32") + MAX_STEPS


def _perceptual_positions(bins: int) -> np.ndarray:
    """Positions of bins from 0 to 1 on an axis that gives low frequencies more room, as hearing does."""
    return np.linspace(0, 1, bins) ** 0.5


def interpolation_matrix(knots: int, positions: np.ndarray) -> np.ndarray:
    """Linear interpolation from evenly spaced knots to `positions` in [0, 1]: (knots, positions) float32."""
    unit = np.eye(knots)
    return np.stack([np.interp(positions, np.linspace(0, 1, knots), one) for one in unit]).astype(np.float32)
