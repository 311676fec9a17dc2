"""The content of a spectrogram: what is played and when, without the spectral envelope of the instrument.

The arrays are levels (batch, frames, bins) of the representation `spectrogram`, 2 / 80 per decibel. The envelope is
that of the cepstrum: the discrete cosine transform of a frame without the coefficients above the lowest few.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import ops

MARGIN, RANGE = 0.05, 0.6  # 2 dB above the envelope, where noise ends, and 24 dB
SCALE = 0.3  # level of 12 dB, so that values are near 1
BANDS = (0, 16, 32, 64, 96, 144, 224, 336, 512)  # of 512 bins


class Content(keras.layers.Layer):
    """Residual above the envelope, flux of eight bands and mean level of each frame.

    (batch, frames, bins) -> (batch, frames, channels); the residual is the first `bins` channels, at least 0. All
    matrices are constants.
    """

    def __init__(self, coefficients: int, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.coefficients = coefficients

    def call(self, levels: Any) -> Any:
        """Compute all channels."""
        bins = levels.shape[-1]
        above = levels - ops.matmul(levels, envelope_matrix(bins, self.coefficients))
        residual = ops.clip(above - MARGIN, 0, RANGE) / SCALE
        bands = ops.matmul(levels, band_matrix(bins))
        before = ops.concatenate([bands[:, :1], bands[:, :-1]], axis=1)
        flux = ops.clip((bands - before) * 4, -1, 2)
        loudness = ops.mean(bands, axis=-1, keepdims=True) + 0.5
        return ops.concatenate([residual, flux, loudness], axis=-1)


@lru_cache(maxsize=4)
def envelope_matrix(bins: int, coefficients: int) -> np.ndarray:
    """Projection of a spectrum on its lowest cepstral coefficients: (bins, bins) float32, symmetric, idempotent."""
    order, centres = np.arange(coefficients)[:, None], np.arange(bins) + 0.5
    cosines = np.cos(np.pi * order * centres / bins) * np.sqrt(2 / bins)
    cosines[0] /= np.sqrt(2)
    return (cosines.T @ cosines).astype(np.float32)


@lru_cache(maxsize=4)
def band_matrix(bins: int) -> np.ndarray:
    """Mean levels of eight bands that become wider with frequency: (bins, 8) float32."""
    edges = np.round(np.array(BANDS) * bins / BANDS[-1]).astype(int)
    matrix = np.zeros((bins, len(edges) - 1), np.float32)
    for band, (start, stop) in enumerate(pairwise(edges)):
        matrix[start:stop, band] = 1 / max(stop - start, 1)
    return matrix
