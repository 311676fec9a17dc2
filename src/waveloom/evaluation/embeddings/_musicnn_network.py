"""The musicnn network: tall filters for timbre, long filters for rhythm, pooled over any number of frames."""

from typing import Any

import keras
from keras import layers, ops

MELS, TAGS = 96, 50
TIMBRE = ((204, 38), (204, 67))  # filters, and how many mel bands each spans; 7 frames long
RHYTHM = ((51, 128), (51, 64), (51, 32))  # filters, and how many frames each spans; 1 band high


def build() -> keras.Model:
    """Map log mel power (n, frames, 96) to the penultimate layer (n, 200) and to the tag probabilities (n, 50)."""
    name = _Names()
    inputs = keras.Input((None, MELS))
    x = _normalised(name, inputs[..., None])  # (n, frames, 96, 1)
    wide = layers.ZeroPadding2D(((3, 3), (0, 0)))(x)
    convolved = [_convolved(name, wide, filters, (7, bands), "valid") for filters, bands in TIMBRE]
    convolved += [_convolved(name, x, filters, (frames, 1), "same") for filters, frames in RHYTHM]
    x = _pooled(_residual_convolutions(name, ops.concatenate(convolved, axis=-1)))  # (n, 1506)
    x = layers.Dense(200, "relu", name=name("dense"))(_normalised(name, x))
    penultimate = _normalised(name, x)
    tags = layers.Dense(TAGS, "sigmoid", name=name("dense"))(penultimate)
    return keras.Model(inputs, [penultimate, tags])


def _convolved(name: "_Names", x: Any, filters: int, size: tuple[int, int], padding: str) -> Any:
    """Convolve, then take the maximum over mel bands: (n, frames, bands, 1) -> (n, frames, filters)."""
    x = layers.Conv2D(filters, size, padding=padding, activation="relu", name=name("conv2d"))(x)
    return ops.max(_normalised(name, x), axis=2)


def _residual_convolutions(name: "_Names", x: Any) -> Any:
    """Three more convolutions over time with residual connections, all concatenated: (n, frames, 561 + 3 x 64)."""
    outputs = [x]
    for _ in range(3):
        output = layers.Conv1D(64, 7, padding="same", activation="relu", name=name("conv2d"))(outputs[-1])
        output = _normalised(name, output)
        outputs.append(output if len(outputs) == 1 else output + outputs[-1])
    return ops.concatenate(outputs, axis=-1)


def _pooled(x: Any) -> Any:
    """Maximum and mean over time, interleaved: (n, frames, d) -> (n, 2 d)."""
    return layers.Flatten()(ops.stack([ops.max(x, axis=1), ops.mean(x, axis=1)], axis=-1))


def _normalised(name: "_Names", x: Any) -> Any:
    return layers.BatchNormalization(epsilon=1e-3, name=name("batch_normalization"))(x)


class _Names:
    """Layer names as TensorFlow 1 numbered them: conv2d, conv2d_1, conv2d_2, ..."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def __call__(self, kind: str) -> str:
        number = self._used.get(kind, 0)
        self._used[kind] = number + 1
        return f"{kind}_{number}" if number else kind
