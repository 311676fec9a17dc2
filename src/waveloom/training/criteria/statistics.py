"""Differences in statistics of bands over time, which the L1 distance leaves too small.

What cannot be known is smoothed by L1, whose optimum is the median: sounds become duller and change less. The
variance over time of the true sound restores it ("global variance": Toda and Tokuda, 2007).
"""

from functools import lru_cache
from math import log
from typing import Any

import numpy as np
import tensorflow as tf

MAX_BANDS, CEPSTRA = 32, 19  # bands become wider with frequency; cepstral coefficients without the first
CEPSTRUM_SCALE = 0.35  # so that coefficients vary about as much as bands
NEPERS = 4 * log(10) / 2  # per unit of level, in the representation's default range of 80 dB
FLOOR = 1e-4
NEIGHBOURS = 8  # bins whose differences are averaged


def loss(target: Any, generated: Any) -> Any:
    """Sum over the statistics of (batch, time, bins) or (batch, time) of their mean absolute differences."""
    pairs = zip(_statistics(target), _statistics(generated), strict=True)
    return tf.add_n([tf.reduce_mean(tf.abs(one - other)) for one, other in pairs])


def _statistics(levels: Any) -> list[Any]:
    """Mean, deviation and rate of change of bands and cepstra, energy of bands, differences of neighbouring bins.

    Each is a value per clip and channel, over all time steps.
    """
    levels = levels if len(levels.shape) == 3 else levels[..., None]
    matrix = _band_matrix(levels.shape[-1])
    bands = tf.matmul(levels, matrix)
    shapes = tf.concat([bands, tf.matmul(bands, _cepstra(matrix.shape[1]))], axis=-1)
    mean, variance = tf.nn.moments(shapes, axes=[1])
    change = tf.reduce_mean((shapes[:, 1:] - shapes[:, :-1]) ** 2, axis=1)
    energy = tf.reduce_mean(tf.matmul(tf.exp((levels - 1) * NEPERS), matrix), axis=1)
    found = [mean, _root(variance), _root(change), tf.math.log(energy + FLOOR) / NEPERS]
    if count := (levels.shape[-1] - 1) // NEIGHBOURS:
        steps = tf.reduce_mean(tf.abs(levels[..., 1:] - levels[..., :-1]), axis=1)[:, : count * NEIGHBOURS]
        found.append(tf.reduce_mean(tf.reshape(steps, (-1, count, NEIGHBOURS)), axis=-1))
    return found


def _root(squares: Any) -> Any:
    """Square root with a finite gradient at 0."""
    return tf.sqrt(squares + 1e-5)


@lru_cache(maxsize=4)
def _band_matrix(bins: int) -> np.ndarray:
    """Means of at most 32 bands, of which the last is 16 times as wide as the first: (bins, bands) float32."""
    bands = min(MAX_BANDS, bins)
    edges = np.round(bins * (np.geomspace(1, 16, bands + 1) - 1) / 15).astype(int)
    matrix = np.zeros((bins, bands), np.float32)
    for band, start in enumerate(edges[:-1]):
        stop = max(edges[band + 1], start + 1)
        matrix[start:stop, band] = 1 / (stop - start)
    return matrix


@lru_cache(maxsize=4)
def _cepstra(bands: int) -> np.ndarray:
    """Cosine transform without the mean: (bands, coefficients) float32."""
    order, centres = np.arange(1, min(CEPSTRA + 1, bands)), np.arange(bands)[:, None] + 0.5
    rows = np.cos(np.pi * order * centres / bands) * np.sqrt(2 / bands) * CEPSTRUM_SCALE
    return np.asarray(rows, np.float32)
