"""The best that averages can do: Gaussians over the main directions in which spectrograms differ."""

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.evaluation.metrics import Sounds
from waveloom.representations import spectrogram

TITLE = "Mixture of Gaussians"
MEANING = (
    "Mixture of Gaussians draws log spectrograms from Gaussians fitted, label by label, to 32 principal components of "
    "the training sounds, and finds the phases that fit: no network, seconds of fitting."
)
COMPONENTS = 32  # principal
GAUSSIANS = 4  # a label, at most; each has 10 sounds or more
_CHUNK = 32  # clips as spectrograms at once
_CONFIG = spectrogram.Config(n_fft=1024, hop=256)


@threadpool_limits.wrap(limits=1)  # sums in one order, and no waiting for a second thread
def make(train: Sounds, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fit, then draw each label as often as any other."""
    from sklearn.decomposition import PCA

    if len(train) < 2:  # nothing varies
        return np.repeat(train.clips, count, axis=0), np.repeat(train.labels, count)
    encoded = _encode(train)
    components = min(COMPONENTS, len(train) - 1, encoded.shape[1])
    pca = PCA(components, svd_solver="randomized", whiten=True, random_state=seed)
    names = sorted(set(train.labels))
    labels = np.array(names, str)[np.arange(count) % len(names)]
    drawn = np.empty((count, components), np.float32)
    points = pca.fit_transform(encoded)
    for turn, name in enumerate(names):
        wanted = labels == name
        drawn[wanted] = _draw(points[train.labels == name], int(wanted.sum()), [seed, turn])
    return _decode(pca, drawn, train), labels


def _draw(points: np.ndarray, count: int, seed: list[int]) -> np.ndarray:
    from sklearn.mixture import GaussianMixture

    if count == 0:
        return np.empty((0, points.shape[1]))
    state = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed)))
    parts = min(max(len(points) // 10, 1), GAUSSIANS)
    if len(points) < 2:
        return np.repeat(points, count, axis=0)
    mixture = GaussianMixture(parts, covariance_type="diag", random_state=state)
    return state.permutation(mixture.fit(points).sample(count)[0])


def _encode(train: Sounds) -> np.ndarray:
    """Log spectrograms as rows, (n, frames x bins) float32."""
    starts = range(0, len(train), _CHUNK)
    parts = (_padded(train.clips[start : start + _CHUNK]) for start in starts)
    return np.concatenate([spectrogram.encode(_CONFIG, part, train.rate_hz).reshape(len(part), -1) for part in parts])


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
    """The next length that the spectrogram can hold."""
    return -(-samples // _CONFIG.hop) * _CONFIG.hop
