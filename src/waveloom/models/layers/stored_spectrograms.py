"""Training sounds remembered, and new ones woven of a sound and its neighbours.

Each place in time and frequency is taken from one of them, with smooth seams. An average at a seam would smooth the
grain of noise away; so what differs there from the mean is strengthened, as Heitz and Neyret do between patches of a
texture (2018, "High-Performance By-Example Noise using a Histogram-Preserving Blending Operator", equation 2). What is
woven together is bent first, to one length and one height, and then all of it a little more. A choice is drawn by the
normal distribution function as Bowling et al. approximate it (2009, "A Logistic Approximation to the Cumulative Normal
Distribution"), which every export can express.
"""

from math import prod
from typing import Annotated, Any

import keras
import numpy as np
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.layers.selection import CUBE, LINE, TURNS
from waveloom.models.layers.warp import MOST, STEP, places
from waveloom.models.layers.warped_distance import LONGER, OF

_LEVEL = -0x7F7F7F80  # four bytes of 128, which is level 0 of [-1, 1]
_FLOOR = -1 + 1 / 255  # below is silence
_TRACE = 1e-12  # of a thread that is not heard, so that none is divided by nothing
Count = Annotated[int, Field(gt=0)]
Spread = Annotated[float, Field(ge=0)]


@checked_dataclass
class Config:
    """How much is remembered, how finely it is woven, and how far sounds stray from those remembered."""

    sounds: Count = 1024  # remembered at most, the same number of each label; a byte a value
    neighbours: Count = 3  # that a sound is woven with
    knots: tuple[Count, Count] = (2, 4)  # in time and in frequency, between which threads may change
    sharpness: Annotated[float, Field(gt=0)] = 2.5  # of seams: near 0 all is blended, at 10 hardly anything
    whole: Spread = 1.0  # how much a thread is above others throughout, to how much it is at one knot
    height: Spread = 0.03  # deviation of the logarithm of how much higher a sound is, or lower
    pace: Spread = 0.1  # the same of how much faster, or slower
    tilt: Spread = 0.1  # deviation of how much brighter or duller, of the range of 2 from silence to full scale

    def places(self, labels: int) -> int:
        """Sounds of one label that there is room for."""
        return max(self.sounds // max(labels, 1), 1)

    @property
    def noise(self) -> int:
        """Numbers of the noise that are used."""
        return TURNS + (self.neighbours + 1) * (1 + prod(self.knots))


class Memory(keras.layers.Layer):
    """Spectrograms (batch, *shape) that noise (batch, n), and a label (batch,) if there are any, call to mind.

    The shape is (frames, bins), or (frames, bins, parts) of which the first is how loud it is.

    Of the noise the first number chooses a sound; the next say how much higher, faster and brighter it is; those after
    them which thread lies above, throughout and at which knot. Before `remember` it holds one level throughout.
    """

    def __init__(self, config: Config, shape: tuple[int, ...], labels: int, **options: Any) -> None:
        super().__init__(trainable=False, dtype="float32", **options)
        self.config, self.shape, self.labels = config, shape, labels
        self.places = config.places(labels)
        self.unpacked: np.ndarray | None = None

    def build(self, *_: Any) -> None:
        """Make room."""
        held = max(self.labels, 1) * self.places
        # Four bytes a number: TensorFlow passes 32 bits from machine to machine, and not single bytes.
        self.sounds = self._room("sounds", held, prod(self.shape) // 4, start=_LEVEL)
        self.near = self._room("near", held, self.config.neighbours)  # rows of `sounds`
        self.heights = self._room("heights", held, self.config.neighbours)  # steps to bend these by
        self.lengths = self._room("lengths", held, start=self.shape[0])  # frames until a sound falls silent
        self.counts = self._room("counts", max(self.labels, 1))  # places taken of each label

    def _room(self, name: str, *shape: int, start: int = 0) -> Any:
        return self.add_weight(shape, keras.initializers.Constant(start), dtype="int32", name=name, trainable=False)

    def call(self, noise: Any, label: Any | None = None) -> Any:
        """Weave a spectrogram."""
        own = self._own(noise[:, 0], label)
        threads = self._threads(own, noise[:, 1], noise[:, 2])
        heard = ops.max(loudness(threads, 4), axis=3, keepdims=True) > _FLOOR  # (batch, threads, frames, 1)
        shares = self._shares(noise[:, TURNS : self.config.noise], heard)
        woven = ops.sum(threads * (shares if len(self.shape) == 2 else shares[..., None]), axis=1)
        loud = loudness(woven, 3)
        tilted = loud + self.config.tilt * noise[:, 3, None, None] * self._slope()
        tilted = ops.where(ops.logical_and(heard[:, 0], loud > _FLOOR), tilted, -1.0)
        return tilted if len(self.shape) == 2 else ops.concatenate([tilted[..., None], woven[..., 1:]], axis=-1)

    def unpack(self) -> None:
        """Hold single bytes from now on, for an export: other libraries cannot take numbers apart."""
        self.unpacked = np.array(self.sounds).view(np.uint8)

    def _own(self, choice: Any, label: Any | None) -> Any:
        """Rows (batch,) of sounds that standard normal numbers (batch,) choose, each as likely."""
        label = ops.zeros_like(choice, "int32") if label is None else ops.cast(label, "int32")
        count = ops.take(self.counts, label)
        share = ops.sigmoid(LINE * choice + CUBE * choice**3)  # share of such numbers, within 0.00014
        place = ops.floor(share * ops.cast(count, "float32"))
        return label * self.places + ops.clip(ops.cast(place, "int32"), 0, ops.maximum(count - 1, 0))

    def _threads(self, own: Any, height: Any, pace: Any) -> Any:
        """The sounds of rows `own` (batch,) and their neighbours, bent: (batch, threads, *shape) in [-1, 1]."""
        rows = ops.concatenate([own[:, None], ops.take(self.near, own, axis=0)], axis=1)  # (batch, threads)
        frames, bins = self._frames(rows, pace), self._bins(own, height)
        first = ops.reshape(ops.arange(ops.size(rows), dtype="int32"), (-1, rows.shape[1], 1))
        index = (first * self.shape[0] + frames)[..., None] * self.shape[1] + bins[:, :, None]
        levels = ops.reshape(self._levels(rows), (-1, *self.shape[2:]))
        return ops.cast(ops.take(levels, index, axis=0), "float32") / 127.5 - 1

    def _frames(self, rows: Any, pace: Any) -> Any:
        """Where to take frames of each thread from, so that all are as long as the first: (batch, threads, frames)."""
        at = ops.take(places(self.shape[0]), _steps(self.config.pace * pace), axis=0)
        lengths = ops.take(self.lengths, rows)  # (batch, threads)
        first = lengths[:, :1]
        lengths = ops.clip(lengths, first * OF // LONGER, first * LONGER // OF)
        return ops.minimum(at[:, None] * lengths[..., None] // first[..., None], self.shape[0] - 1)

    def _bins(self, own: Any, height: Any) -> Any:
        """Where to take bins of each thread from: (batch, threads, bins)."""
        fitting = ops.pad(ops.take(self.heights, own, axis=0), ((0, 0), (1, 0)))
        steps = ops.clip(fitting + _steps(self.config.height * height)[:, None], 0, 2 * MOST)
        return ops.take(places(self.shape[1]), steps, axis=0)

    def _levels(self, rows: Any) -> Any:
        if self.unpacked is not None:
            return ops.take(self.unpacked, rows, axis=0)
        return ops.view(ops.take(self.sounds, rows, axis=0), "uint8")

    def _shares(self, drawn: Any, heard: Any) -> Any:
        """How much of each thread is seen: (batch, threads, frames, bins), of sum 1 over threads that are `heard`."""
        (times, pitches), (frames, bins), threads = self.config.knots, self.shape[:2], self.config.neighbours + 1
        whole = self.config.whole * drawn[:, :threads, None, None]
        knots = ops.reshape(drawn[:, threads:], (-1, threads, times, pitches))
        over_time = ops.convert_to_tensor(between(times, np.linspace(0, 1, frames)))
        over_bins = ops.convert_to_tensor(between(pitches, _ears(bins)))
        above = self.config.sharpness * ops.einsum("bkij,if,jn->bkfn", knots + whole, over_time, over_bins)
        present = ops.cast(heard, "float32")
        shares = ops.exp(above - ops.max(above, axis=1, keepdims=True)) * present + _TRACE
        shares = shares / ops.sqrt(ops.sum(shares**2, axis=1, keepdims=True))  # differences at full strength
        rest = 1 - ops.sum(shares, axis=1, keepdims=True)
        return shares + rest * present / ops.maximum(ops.sum(present, axis=1, keepdims=True), 1)  # and of the mean

    def _slope(self) -> Any:
        return ops.convert_to_tensor((_ears(self.shape[1]) - 0.5).astype(np.float32))

    def compute_output_shape(self, *_: Any) -> tuple[int | None, ...]:
        """Tell Keras of the shape."""
        return (None, *self.shape)


def loudness(sounds: Any, axes: int) -> Any:
    """Of sounds whose bins may have parts, the first of these: `axes` are left."""
    return sounds if len(sounds.shape) == axes else sounds[..., 0]


def _steps(bend: Any) -> Any:
    """Rows of `places` for logarithms of a factor (batch,)."""
    return ops.cast(ops.clip(ops.round(bend / STEP), -MOST, MOST), "int32") + MOST


def _ears(bins: int) -> np.ndarray:
    """Where bins lie for an ear, from 0 to 1: wider apart the lower they are."""
    return np.linspace(0, 1, bins) ** 0.5


def between(knots: int, at: np.ndarray) -> np.ndarray:
    """Interpolate between evenly spaced knots linearly at places `at` in [0, 1]: (knots, places) float32."""
    each = np.eye(knots)
    return np.stack([np.interp(at, np.linspace(0, 1, knots), one) for one in each]).astype(np.float32)
