"""Training sounds remembered as a few hundred numbers each, and new ones woven between a sound and its neighbours.

A manifold Parzen window (Vincent and Bengio, 2003): about each remembered sound lies a Gaussian that is wide only
where its nearest neighbours of the same label lie. The numbers are principal components of the spectrograms.
"""

from typing import Annotated, Any

import keras
import numpy as np
from keras import ops
from pydantic import Field
from threadpoolctl import threadpool_limits

from waveloom.config import config

_NEAR = 64  # leading components by which neighbours are found; the rest is detail


@config
class Config:
    """How much is remembered, and how far from it new sounds lie."""

    sounds: Annotated[int, Field(gt=0)] = 2048  # remembered at most, the same number of each label
    components: Annotated[int, Field(gt=0)] = 512  # numbers a sound
    spectra: Annotated[int, Field(gt=0)] = 128  # that each frame of a sound is blended from
    neighbours: Annotated[int, Field(gt=0)] = 3
    reach: Annotated[float, Field(ge=0, le=2)] = 0.5  # share of the way to its neighbours; 0: the sound itself

    def places(self, labels: int) -> int:
        """Sounds of one label that there is room for."""
        return max(self.sounds // max(labels, 1), 1)


class Memory(keras.layers.Layer):
    """Spectrograms (batch, frames, bins) that noise (batch, n), and a label (batch,) if there are any, call to mind.

    The first number of the noise chooses a sound, one for each neighbour says how far towards it to go, or away.
    Until `remember` fills it, it holds nothing but a faint noise.
    """

    def __init__(self, config: Config, shape: tuple[int, int], labels: int, **options: Any) -> None:
        super().__init__(trainable=False, dtype="float32", **options)
        self.config, self.shape, self.labels = config, shape, labels
        self.places = config.places(labels)

    def build(self, *_: Any) -> None:
        """Make room."""
        config, (frames, bins) = self.config, self.shape
        held = max(self.labels, 1) * self.places
        self.codes = self._room("codes", held, config.components)
        self.near = self._room("near", held, config.neighbours, start="zeros")  # rows of `codes`
        self.counts = self._room("counts", max(self.labels, 1), start="ones")  # places taken of each label
        self.basis = self._room("basis", config.components, frames * config.spectra)
        self.spectra = self._room("spectra", config.spectra, bins)
        self.mean = self._room("mean", frames, bins)

    def _room(self, name: str, *shape: int, start: Any = None) -> Any:
        faint = start or keras.initializers.RandomNormal(stddev=0.05)
        return self.add_weight(shape, faint, name=name, trainable=False)

    def call(self, noise: Any, label: Any | None = None) -> Any:
        """Weave a spectrogram."""
        label = ops.zeros_like(noise[:, 0], "int32") if label is None else ops.cast(label, "int32")
        chosen = 0.5 * (1 + ops.erf(noise[:, 0] * 0.5**0.5))  # uniform in [0, 1]
        count = ops.take(self.counts, label)
        own = label * self.places + ops.cast(ops.minimum(ops.floor(chosen * count), count - 1), "int32")
        others = ops.cast(ops.take(self.near, own, axis=0), "int32")  # (batch, neighbours)
        towards = noise[:, 1 : 1 + self.config.neighbours] * (self.config.reach / self.config.neighbours**0.5)
        rows = ops.concatenate([own[:, None], others], axis=1)
        shares = ops.concatenate([1 - ops.sum(towards, axis=1, keepdims=True), towards], axis=1)
        return self.sound(ops.sum(shares[:, :, None] * ops.take(self.codes, rows, axis=0), axis=1))

    def sound(self, codes: Any) -> Any:
        """Turn codes (batch, components) into spectrograms (batch, frames, bins)."""
        courses = ops.reshape(ops.matmul(codes, self.basis), (-1, self.shape[0], self.config.spectra))
        return ops.matmul(courses, self.spectra) + self.mean

    def compute_output_shape(self, *_: Any) -> tuple[int | None, ...]:
        """Tell Keras of the shape."""
        return (None, *self.shape)


@threadpool_limits.wrap(limits=1)  # sums keep their order
def remember(memory: Memory, clips: np.ndarray, labels: np.ndarray) -> None:
    """Fill `memory` with spectrograms (n, frames, bins) of labels (n,): no more of a label than it has places for."""
    config = memory.config
    mean = clips.mean(axis=0)
    apart = clips - mean
    spectra = _spectra(apart.reshape(-1, clips.shape[2]), config.spectra)
    codes, basis = _components((apart @ spectra.T).reshape(len(clips), -1), config.components)
    held, near = np.zeros(memory.codes.shape, np.float32), np.zeros(memory.near.shape, np.float32)
    counts = np.ones(memory.counts.shape, np.float32)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        first = label * memory.places
        held[first : first + len(own)] = codes[own]
        near[first : first + len(own)] = first + _neighbours(codes[own], config.neighbours)
        counts[label] = len(own)
    filled = {"codes": held, "near": near, "counts": counts, "basis": basis, "spectra": spectra, "mean": mean}
    for name, values in filled.items():
        getattr(memory, name).assign(values)


def choose(labels: np.ndarray, places: int, seed: int) -> np.ndarray:
    """Draw the rows to remember: at most `places` of each label, sorted."""
    order = np.random.default_rng(seed).permutation(len(labels))
    return np.sort(np.concatenate([order[labels[order] == label][:places] for label in np.unique(labels)]))


def _spectra(frames: np.ndarray, count: int) -> np.ndarray:
    """Principal directions of frames (n, bins), as rows (count, bins); zeros where there are fewer."""
    return _padded(_leading(frames.T @ frames, count)[1].T, count)


def _components(rows: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Split rows (n, d) into codes (n, count) and basis (count, d), whose product they are but for what is least."""
    values, vectors = _leading(rows @ rows.T, count)
    sizes = np.sqrt(np.maximum(values, 1e-12))
    basis = (vectors / sizes).T.astype(np.float32) @ rows
    return _padded((vectors * sizes).T, count).T, _padded(basis, count)


def _leading(symmetric: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest eigenvalues, descending, and their vectors as columns, signs settled."""
    from scipy.linalg import eigh

    size = len(symmetric)
    values, vectors = eigh(symmetric.astype(np.float64), subset_by_index=(max(size - count, 0), size - 1))
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])
    return values[::-1], (vectors * signs)[:, ::-1]


def _padded(rows: np.ndarray, count: int) -> np.ndarray:
    return np.pad(rows, ((0, count - len(rows)), (0, 0))).astype(np.float32)


def _neighbours(codes: np.ndarray, count: int) -> np.ndarray:
    """Each row's nearest others, (n, count); the same ones again where there are fewer, itself where there is none."""
    few = codes[:, :_NEAR]
    squares = (few**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * few @ few.T
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, : max(min(count, len(codes) - 1), 1)]
    return order[:, np.arange(count) % order.shape[1]]
