"""Examples made harder, so that what is learned from few of them holds for others."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.config.checked import checked_dataclass


@checked_dataclass
class Disturb:
    """How spectrograms are changed each time they are learned from."""

    shift: bool = True  # in time, round the end, by any amount
    crop: Annotated[float, Field(gt=0, le=1)] = 0.5  # share of the time that is kept
    mixup: Annotated[float, Field(ge=0)] = 0.2  # two are blended, shares drawn from Beta(mixup, mixup); 0 for never
    mask: Annotated[float, Field(ge=0, lt=1)] = 0.2  # widest band, and stretch of time, set to the mean


def disturbed(
    rules: Disturb, pictures: np.ndarray, answers: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Shift, crop, blend (Zhang et al. 2018) and mask (Park et al. 2019) pictures (n, frames, mels) of mean 0.

    Answers (n, labels) are blended as their pictures are.
    """
    kept = max(round(rules.crop * pictures.shape[1]), 1)
    cut = np.stack([_stretch(picture, kept, rules.shift, draw) for picture in pictures]).astype(np.float32)
    if rules.mixup:
        share = draw.beta(rules.mixup, rules.mixup, len(cut)).astype(np.float32)
        other = draw.permutation(len(cut))
        cut = share[:, None, None] * cut + (1 - share)[:, None, None] * cut[other]
        answers = share[:, None] * answers + (1 - share)[:, None] * answers[other]
    for picture in cut:
        _mask(picture, rules.mask, draw)
        _mask(picture.T, rules.mask, draw)
    return cut, answers


def _stretch(picture: np.ndarray, kept: int, shift: bool, draw: np.random.Generator) -> np.ndarray:
    if shift:
        return np.roll(picture, draw.integers(len(picture)), axis=0)[:kept]
    start = draw.integers(len(picture) - kept + 1)
    return picture[start : start + kept]


def _mask(picture: np.ndarray, widest: float, draw: np.random.Generator) -> None:
    width = draw.integers(int(widest * len(picture)) + 1)
    start = draw.integers(len(picture) - width + 1)
    picture[start : start + width] = 0
