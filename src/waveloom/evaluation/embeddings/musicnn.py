"""musicnn (Pons and Serra 2019, arXiv 1909.06654), trained on MagnaTagATune: 200 numbers per clip.

The package's own code needs TensorFlow 1; only its weights are used here, in the same network built with Keras.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from waveloom.evaluation.embeddings._resample import at_rate
from waveloom.execution.quiet_stderr import quiet_stderr
from waveloom.features import Features
from waveloom.features.masking import mask_inaudible
from waveloom.models.packaged_weights import Weights

MEANING = (
    "musicnn: the penultimate layer, 200 wide, of a network that tags music (guitar, fast, no vocals, ...), averaged "
    "over patches of about 3 s (weights: musicnn, ISC, trained on MagnaTagATune)."
)
STANDARDISE = False
WEIGHTS = Weights(
    "musicnn",
    "MTT_musicnn",
    {
        ".index": "da2d7bb670b2b31e9bc441bb1bd75eca31b5b061f963cc1f9630c1aff3238f57",
        ".data-00000-of-00001": "041f3935e981a65cea739842d30c188d3a7d2adf4410955c8668eb3de4a5acab",
    },
)
RATE_HZ, N_FFT, HOP, MELS = 16_000, 512, 256, 96
PATCH = 187  # mel frames, 3 s: approximate length of a patch, as in training; a shorter clip is one patch
BATCH = 1024  # mel frames in the network at once; 0.3 GB of feature maps


def missing() -> str:
    """The reason why it is not available and how to install it, or ""."""
    if WEIGHTS.missing():
        return "not installed: make setup brings it, or pip install --no-deps musicnn==0.1.0"
    return ""


def version() -> str:
    """SHA-256 over the files of the checkpoint."""
    return WEIGHTS.version()


def embed(clips: np.ndarray, rate_hz: int, features: Features) -> np.ndarray:
    """Compute the penultimate layer for each clip, (n, samples) -> (n, 200) float32; uses only `features.floor_db`."""
    rows = (row for row, _ in _outputs(clips, rate_hz, features.floor_db))
    return np.concatenate([np.empty((0, 200), np.float32), *rows])


def tags(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Probability of each of the 50 tags of MagnaTagATune for each clip: (n, samples) -> (n, 50) in 0 to 1."""
    return np.concatenate(
        [np.empty((0, 50), np.float32), *(probabilities for _, probabilities in _outputs(clips, rate_hz, None))]
    )


def _outputs(clips: np.ndarray, rate_hz: int, floor_db: float | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Both outputs of the network for a few clips at a time, averaged over the patches of each clip."""
    frames = 1 + round(clips.shape[1] * RATE_HZ / rate_hz) // HOP
    patches = max(1, round(frames / PATCH))
    count = max(1, BATCH // (patches * (frames // patches)))
    for start in range(0, len(clips), count):
        some = np.stack([at_rate(clip, rate_hz, RATE_HZ) for clip in clips[start : start + count]])
        some = mask_inaudible(some, RATE_HZ, floor_db)
        # Always the same batch size: rounding depends on it, and a row must not depend on other clips.
        levels = _levels(some[np.resize(np.arange(len(some)), count)])
        length = levels.shape[1] // patches
        cut = levels[:, : patches * length].reshape(count * patches, length, MELS)
        outputs = _network().predict_on_batch(cut)
        yield tuple(out.reshape(count, patches, -1).mean(axis=1)[: len(some)] for out in outputs)


def _levels(clips: np.ndarray) -> np.ndarray:
    """Log mel power, the input of the network: (n, samples) at 16 kHz -> (n, frames, 96)."""
    from librosa.feature import melspectrogram

    powers = melspectrogram(y=clips, sr=RATE_HZ, n_fft=N_FFT, hop_length=HOP, n_mels=MELS)
    return np.log10(10_000 * powers + 1).swapaxes(1, 2)


@lru_cache(maxsize=1)
def _network() -> Any:
    """The network with its weights; layers have the names of their weights in the checkpoint."""
    with quiet_stderr():  # TensorFlow's libraries write to the terminal while they load
        from tensorflow.compat.v1.train import NewCheckpointReader

        from waveloom.evaluation.embeddings._musicnn_network import build

    saved, network = NewCheckpointReader(f"{WEIGHTS.checked()}/"), build()
    for layer in network.layers:
        values = [saved.get_tensor(f"{layer.name}/{weight.name}") for weight in layer.weights]
        layer.set_weights([value.reshape(weight.shape) for value, weight in zip(values, layer.weights, strict=True)])
    return network
