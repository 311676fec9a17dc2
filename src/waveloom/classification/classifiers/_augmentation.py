"""Data augmentation of spectrograms."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.config.checked import checked_dataclass


@checked_dataclass
class Augmentation:
    """How spectrograms are changed each time they are drawn for training."""

    shift: bool = True  # circularly in time, by any number of frames
    crop: Annotated[float, Field(gt=0, le=1)] = 0.5  # share of the frames that remains
    mixup: Annotated[float, Field(ge=0)] = 0.2  # two examples are mixed with a weight from Beta(mixup, mixup)
    mask: Annotated[float, Field(ge=0, lt=1)] = 0.2  # maximum share of the bands, and of the frames, that is masked


def augmented(
    config: Augmentation, spectrograms: np.ndarray, targets: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Shift, crop, mix (mixup, Zhang et al. 2018) and mask (SpecAugment, Park et al. 2019) spectrograms of mean 0.

    Spectrograms are (n, frames, mels); targets (n, labels) are mixed with the same shares.
    """
    length = max(round(config.crop * spectrograms.shape[1]), 1)
    cropped = np.stack([_crop(one, length, config.shift, draw) for one in spectrograms]).astype(np.float32)
    if config.mixup:
        share = draw.beta(config.mixup, config.mixup, len(cropped)).astype(np.float32)
        other = draw.permutation(len(cropped))
        cropped = share[:, None, None] * cropped + (1 - share)[:, None, None] * cropped[other]
        targets = share[:, None] * targets + (1 - share)[:, None] * targets[other]
    for spectrogram in cropped:
        _mask(spectrogram, config.mask, draw)
        _mask(spectrogram.T, config.mask, draw)
    return cropped, targets


def _crop(spectrogram: np.ndarray, length: int, shift: bool, draw: np.random.Generator) -> np.ndarray:
    if shift:
        return np.roll(spectrogram, draw.integers(len(spectrogram)), axis=0)[:length]
    start = draw.integers(len(spectrogram) - length + 1)
    return spectrogram[start : start + length]


def _mask(spectrogram: np.ndarray, widest: float, draw: np.random.Generator) -> None:
    """Set a random range of rows to 0, in place; `widest` is a share of the rows."""
    width = draw.integers(int(widest * len(spectrogram)) + 1)
    start = draw.integers(len(spectrogram) - width + 1)
    spectrogram[start : start + width] = 0
