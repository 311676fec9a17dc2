"""Training sounds remembered, and new ones woven of a sound and its neighbours.

Each place in time and frequency is taken from one of them, with smooth seams. An average at a seam would smooth the
grain of noise away; so what differs there from the mean is strengthened, as Heitz and Neyret do between patches of a
texture (2018, "High-Performance By-Example Noise using a Histogram-Preserving Blending Operator", equation 2). A choice
is drawn by the normal distribution function as Bowling et al. approximate it (2009, "A Logistic Approximation to the
Cumulative Normal Distribution"), which every export can express.
"""

from collections.abc import Iterator
from math import asinh, exp, log, prod, sinh, sqrt
from typing import Annotated, Any

import keras
import numpy as np
from keras import ops
from pydantic import Field
from threadpoolctl import threadpool_limits

from waveloom.config import config

_LEVEL = -0x7F7F7F80  # four bytes of 128, which is level 0 of [-1, 1]
_CALLED = 16  # sounds of which the most alike comes next in a walk
_LINE, _CUBE = 1.5976, 0.07056  # of Bowling's approximation
Count = Annotated[int, Field(gt=0)]


@config
class Config:
    """How much is remembered, and how finely it is woven."""

    sounds: Count = 1024  # remembered at most, the same number of each label; a byte a value
    neighbours: Count = 3  # that a sound is woven with
    knots: tuple[Count, Count] = (3, 4)  # in time and in frequency, between which threads may change
    sharpness: Annotated[float, Field(gt=0)] = 2.0  # of seams: near 0 all is blended, at 10 hardly anything

    def places(self, labels: int) -> int:
        """Sounds of one label that there is room for."""
        return max(self.sounds // max(labels, 1), 1)

    @property
    def noise(self) -> int:
        """Numbers of the noise that are used."""
        return 1 + (self.neighbours + 1) * self.knots[0] * self.knots[1]


class Memory(keras.layers.Layer):
    """Spectrograms (batch, frames, bins) that noise (batch, n), and a label (batch,) if there are any, call to mind.

    The first number of the noise chooses a sound, those after it which thread lies above at which knot. Until
    `remember` fills it, it holds one level throughout.
    """

    def __init__(self, config: Config, shape: tuple[int, int], labels: int, **options: Any) -> None:
        super().__init__(trainable=False, dtype="float32", **options)
        self.config, self.shape, self.labels = config, shape, labels
        self.places = config.places(labels)
        self.unpacked: np.ndarray | None = None

    def build(self, *_: Any) -> None:
        """Make room."""
        held = max(self.labels, 1) * self.places
        # Four bytes a number: TensorFlow passes 32 bits from machine to machine, and not single bytes.
        self.sounds = self._room("sounds", "int32", held, prod(self.shape) // 4, start=_LEVEL)
        self.near = self._room("near", "int32", held, self.config.neighbours)  # rows of `sounds`
        self.counts = self._room("counts", "int32", max(self.labels, 1))  # places taken of each label

    def _room(self, name: str, dtype: str, *shape: int, start: int = 0) -> Any:
        return self.add_weight(shape, keras.initializers.Constant(start), dtype=dtype, name=name, trainable=False)

    def call(self, noise: Any, label: Any | None = None) -> Any:
        """Weave a spectrogram."""
        rows = self._threads(noise[:, 0], label)  # (batch, threads)
        levels = self._levels(rows)  # (batch, threads, frames x bins)
        sounds = ops.reshape(ops.cast(levels, "float32") / 127.5 - 1, (-1, rows.shape[1], *self.shape))
        return ops.sum(sounds * self._above(noise[:, 1 : self.config.noise]), axis=1)

    def unpack(self) -> None:
        """Hold single bytes from now on, for an export: other libraries cannot take numbers apart."""
        self.unpacked = np.array(self.sounds).view(np.uint8)

    def _levels(self, rows: Any) -> Any:
        if self.unpacked is not None:
            return ops.take(self.unpacked, rows, axis=0)
        return ops.view(ops.take(self.sounds, rows, axis=0), "uint8")

    def _threads(self, choice: Any, label: Any | None) -> Any:
        """Rows of a sound that standard normal numbers (batch,) choose, each as likely, and of its neighbours."""
        label = ops.zeros_like(choice, "int32") if label is None else ops.cast(label, "int32")
        count = ops.take(self.counts, label)
        share = ops.sigmoid(_LINE * choice + _CUBE * choice**3)  # share of such numbers, within 0.00014
        place = ops.floor(share * ops.cast(count, "float32"))
        own = label * self.places + ops.clip(ops.cast(place, "int32"), 0, ops.maximum(count - 1, 0))
        return ops.concatenate([own[:, None], ops.take(self.near, own, axis=0)], axis=1)

    def _above(self, heights: Any) -> Any:
        """How much of each thread is seen: (batch, threads, frames, bins), of sum 1 over threads."""
        (times, pitches), (frames, bins) = self.config.knots, self.shape
        heights = ops.reshape(heights, (-1, self.config.neighbours + 1, times, pitches))
        over_time = ops.convert_to_tensor(between(times, np.linspace(0, 1, frames)))
        over_bins = ops.convert_to_tensor(between(pitches, np.linspace(0, 1, bins) ** 0.5))  # denser where ears are
        heights = ops.einsum("bkij,if,jn->bkfn", heights, over_time, over_bins)
        shares = ops.softmax(self.config.sharpness * heights, axis=1)
        shares = shares / ops.sqrt(
            ops.sum(shares**2, axis=1, keepdims=True)
        )  # differences from the mean, at full strength
        return shares + (1 - ops.sum(shares, axis=1, keepdims=True)) / shares.shape[1]  # and of the mean the rest

    def compute_output_shape(self, *_: Any) -> tuple[int | None, ...]:
        """Tell Keras of the shape."""
        return (None, *self.shape)


def between(knots: int, places: np.ndarray) -> np.ndarray:
    """Interpolate between evenly spaced knots linearly at `places` in [0, 1]: (knots, places) float32."""
    at = np.eye(knots)
    return np.stack([np.interp(places, np.linspace(0, 1, knots), one) for one in at]).astype(np.float32)


@threadpool_limits.wrap(limits=1)  # sums keep their order
def remember(memory: Memory, clips: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> None:
    """Fill `memory` with spectrograms (n, frames, bins) in [-1, 1]: no more of a label than it has places for.

    Those of a label lie from the darkest to the brightest, so that noise little different calls a sound little
    different to mind. A sound's neighbours are the nearest of its label and of other groups, where there are any.
    """
    sounds = np.zeros((memory.sounds.shape[0], prod(memory.shape)), np.uint8)
    near, counts = np.zeros(memory.near.shape, np.int32), np.zeros(memory.counts.shape, np.int32)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        own = own[np.argsort(brightness(clips[own]), kind="stable")]
        taken = slice(label * memory.places, label * memory.places + len(own))
        rows = clips[own].reshape(len(own), -1)
        sounds[taken] = np.rint((rows + 1) * 127.5)
        near[taken] = taken.start + neighbours(rows, groups[own], near.shape[1])
        counts[label] = len(own)
    for room, values in ((memory.sounds, sounds.view(np.int32)), (memory.near, near), (memory.counts, counts)):
        room.assign(values)


def brightness(clips: np.ndarray) -> np.ndarray:
    """The centre of each spectrogram (n, frames, bins) in bins, its range of -1 to 1 taken for 80 dB: (n,)."""
    heights = (10 ** (2 * clips)).sum(axis=1)
    return heights @ np.arange(clips.shape[2]) / heights.sum(axis=1)


def neighbours(rows: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Number each row's nearest others (n, count), of other groups first; the same again where there are too few."""
    squares = (rows**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * rows @ rows.T
    kin = groups[:, None] == groups
    distances[kin] += 2 * distances.max() + 1
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, : max(min(count, len(rows) - 1), 1)]
    return order[:, np.arange(count) % order.shape[1]]


def below(choice: float) -> float:
    """The share of standard normal numbers below `choice`, as the layer takes it."""
    return 1 / (1 + exp(-(_LINE * choice + _CUBE * choice**3)))


def at_share(share: float) -> float:
    """The number that `share` (above 0, below 1) of standard normal numbers lie below: `below` the other way round.

    The one real root of a cubic equation without a square term, by hyperbolic functions.
    """
    steep = _LINE / _CUBE
    height = log(share / (1 - share)) / _CUBE
    return 2 * sqrt(steep / 3) * sinh(asinh(1.5 * height / steep * sqrt(3 / steep)) / 3)


def walk(memory: Memory, noises: Iterator[np.ndarray], label: int) -> Iterator[np.ndarray]:
    """Have the first number of each noise but the first choose a sound like the one before, and never the same.

    It is the nearest of `_CALLED` that lie evenly over the memory from where the noise itself would choose, so that no
    walk is caught among a few.
    """
    count = int(memory.counts[label])
    held = np.asarray(memory.sounds[label * memory.places : label * memory.places + count]).view(np.uint8)
    here = None
    for noise in noises:
        place = min(int(below(float(noise[0])) * count), max(count - 1, 0))
        if here is not None and count > 1:
            called = np.unique((place + np.arange(_CALLED) * count // _CALLED) % count)
            place = _nearest(held, here, called[called != here] if len(called) > 1 else np.array([1 - here]))
            noise = np.concatenate([np.array([at_share((place + 0.5) / count)], np.float32), noise[1:]])
        here = place
        yield noise


def _nearest(held: np.ndarray, here: int, called: np.ndarray) -> int:
    """The row of `called` that differs least from row `here` in the mean square."""
    apart = held[called].astype(np.float32) - held[here]
    return int(called[np.argmin(np.einsum("ij,ij->i", apart, apart))])


def choose(labels: np.ndarray, places: int, seed: int) -> np.ndarray:
    """Draw the rows to remember: at most `places` of each label, sorted."""
    order = np.random.default_rng(seed).permutation(len(labels))
    return np.sort(np.concatenate([order[labels[order] == label][:places] for label in np.unique(labels)]))
