"""Baseline of Gaussian mixtures, one per label, over the principal components of log spectrograms."""

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.evaluation.metrics import Sounds
from waveloom.representations import spectrogram

TITLE = "Mixture of Gaussians"
MEANING = (
    "Mixture of Gaussians draws log spectrograms from Gaussians fitted, label by label, to 32 principal components of "
    "the training sounds, and estimates the phases: no network, fitted in seconds."
)
COMPONENTS = 32  # principal components, at most
GAUSSIANS = 4  # per label, at most; at least 10 sounds for each
_CHUNK = 32  # clips as spectrograms at once
_CONFIG = spectrogram.Config(n_fft=1024, hop=256)


@threadpool_limits.wrap(limits=1)  # fixes the order of sums; a second thread would not be faster
def make(train: Sounds, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fit one mixture per label, then draw each label equally often."""
    from sklearn.decomposition import PCA

    if len(train) < 2:  # no variance to fit
        return np.repeat(train.clips, count, axis=0), np.repeat(train.labels, count)
    encoded = _encode(train)
    components = min(COMPONENTS, len(train) - 1, encoded.shape[1])
    pca = PCA(components, svd_solver="randomized", whiten=True, random_state=seed)
    names = sorted(set(train.labels))
    labels = np.array(names, str)[np.arange(count) % len(names)]
    drawn = np.empty((count, components), np.float32)
    points = pca.fit_transform(encoded)
    for number, name in enumerate(names):
        chosen = labels == name
        drawn[chosen] = _draw(points[train.labels == name], int(chosen.sum()), [seed, number])
    return _decode(pca, drawn, train), labels


def _draw(points: np.ndarray, count: int, seed: list[int]) -> np.ndarray:
    from sklearn.mixture import GaussianMixture

    if count == 0:
        return np.empty((0, points.shape[1]))
    state = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed)))
    gaussians = min(max(len(points) // 10, 1), GAUSSIANS)
    if len(points) < 2:
        return np.repeat(points, count, axis=0)
    mixture = GaussianMixture(gaussians, covariance_type="diag", random_state=state)
    return state.permutation(mixture.fit(points).sample(count)[0])


def _encode(train: Sounds) -> np.ndarray:
    """Log spectrograms as rows, (n, frames x bins) float32."""
    starts = range(0, len(train), _CHUNK)
    chunks = (_padded(train.clips[start : start + _CHUNK]) for start in starts)
    return np.concatenate(
        [spectrogram.encode(_CONFIG, chunk, train.rate_hz).reshape(len(chunk), -1) for chunk in chunks]
    )


def _decode(pca: Any, drawn: np.ndarray, train: Sounds) -> np.ndarray:
    samples = train.clips.shape[1]
    length = _length(samples)
    shape = spectrogram.shape(_CONFIG, length, train.rate_hz)
    clips = np.empty((len(drawn), samples), np.float32)
    for start in range(0, len(drawn), _CHUNK):
        rows = pca.inverse_transform(drawn[start : start + _CHUNK]).astype(np.float32)
        sound = spectrogram.decode(_CONFIG, np.clip(rows, -1, 1).reshape(-1, *shape), length, train.rate_hz)
        clips[start : start + _CHUNK] = sound[:, :samples]
    return clips


def _padded(clips: np.ndarray) -> np.ndarray:
    return np.pad(clips, ((0, 0), (0, _length(clips.shape[1]) - clips.shape[1])))


def _length(samples: int) -> int:
    """The smallest whole number of hops that holds `samples`, in samples."""
    return -(-samples // _CONFIG.hop) * _CONFIG.hop
