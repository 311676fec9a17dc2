"""Small convolutional network on mel spectrograms, trained with data augmentation."""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from waveloom.classification.classifiers import Arrays
from waveloom.classification.classifiers._augmentation import Augmentation, augmented
from waveloom.classification.classifiers._class_weights import balanced_weights
from waveloom.config.checked import checked_dataclass
from waveloom.features import Features
from waveloom.features.mel import power_to_mel_db
from waveloom.features.spectrum import masked_chunks, power_spectrogram

NEEDS = "clips"
_BATCH = 32  # examples per batch in training; at most this many are scored together


@checked_dataclass
class Config(Augmentation):
    """Spectrogram, network and training; the data augmentation is inherited."""

    mels: Annotated[int, Field(gt=7)] = 64
    window_ms: Annotated[float, Field(gt=0)] = 46.0  # rounded up to a number of samples that is a power of two
    hop_ms: Annotated[float, Field(gt=0)] = 20.0
    widths: Annotated[tuple[int, ...], Field(min_length=1, max_length=5)] = (16, 32, 64, 128)  # channels of each stage
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.4
    steps: Annotated[int, Field(gt=0)] = 800  # batches
    rate: Annotated[float, Field(gt=0)] = 0.003  # highest learning rate; linear warm-up, cosine decay
    decay: Annotated[float, Field(ge=0)] = 0.001  # weight decay
    smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.05  # label smoothing


def preprocess(config: Config, clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Mel spectrograms in dB relative to each clip's maximum: (n, samples) -> (n, frames, mels) float32, -80 to 0."""
    features = Features(
        n_mels=config.mels,
        n_fft=2 ** int(np.ceil(np.log2(config.window_ms * rate_hz / 1000))),
        hop=max(round(config.hop_ms * rate_hz / 1000), 1),
    )
    levels = [
        power_to_mel_db(power_spectrogram(chunk, features), rate_hz, features)
        for chunk in masked_chunks(clips, rate_hz, features)
    ]
    return np.concatenate([chunk - chunk.max(axis=(1, 2), keepdims=True) for chunk in levels])


def fit(config: Config, examples: np.ndarray, classes: np.ndarray, count: int, seed: int) -> Arrays:
    """Train on examples drawn with equal probability of every label; equal seeds give equal weights."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    scale = {"mean": examples.mean(axis=(0, 1)), "std": np.maximum(examples.std(), 1e-6)}
    network = _network(config, examples.shape[2], count)
    network.compile(_optimiser(config), keras.losses.CategoricalCrossentropy(True, label_smoothing=config.smoothing))
    draw = np.random.default_rng(seed)
    probabilities = balanced_weights(classes, count) / len(classes)
    for _ in range(config.steps):
        rows = draw.choice(len(classes), _BATCH, p=probabilities)
        spectrograms = (examples[rows] - scale["mean"]) / scale["std"]
        targets = np.eye(count, dtype=np.float32)[classes[rows]]
        network.train_on_batch(*augmented(config, spectrograms, targets, draw))
    return {**scale, **{f"w{i:03d}": weight for i, weight in enumerate(network.get_weights())}}


def scores(config: Config, arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Logits: log-probabilities up to a constant."""
    names = sorted(name for name in arrays if name not in ("mean", "std"))
    network = _network(config, len(arrays["mean"]), len(arrays[names[-1]]))
    network.set_weights([arrays[name] for name in names])
    logits = [np.zeros((0, len(arrays[names[-1]])))]
    for start in range(0, len(examples), _BATCH):
        batch = (examples[start : start + _BATCH] - arrays["mean"]) / arrays["std"]
        logits.append(np.asarray(network(batch.astype(np.float32), training=False), np.float64))
    return np.concatenate(logits)


def _network(config: Config, mels: int, count: int) -> Any:
    import keras

    inputs = keras.Input((None, mels))
    x = keras.layers.Reshape((-1, mels, 1))(inputs)
    for stage, width in enumerate(config.widths):
        if stage:
            x = keras.layers.MaxPooling2D(2, padding="same")(x)
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.ReLU()(x)
    pooled = [keras.layers.GlobalAveragePooling2D()(x), keras.layers.GlobalMaxPooling2D()(x)]
    x = keras.layers.Dropout(config.dropout)(keras.layers.Concatenate()(pooled))
    return keras.Model(inputs, keras.layers.Dense(count)(x))


def _optimiser(config: Config) -> Any:
    import keras

    warmup = max(config.steps // 20, 1)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(config.steps - warmup, 1), warmup_target=config.rate, warmup_steps=warmup
    )
    return keras.optimizers.AdamW(rate, weight_decay=config.decay)
