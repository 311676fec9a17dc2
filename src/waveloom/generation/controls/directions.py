"""In which directions of a generator's noise its sounds become brighter, noisier, higher, slower or longer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waveloom.audio.clip import to_mono
from waveloom.config.errors import InputError
from waveloom.execution.progress_bar import progress_bar
from waveloom.generation.controls.descriptors import NAMES, descriptors
from waveloom.generation.sampler import BATCH, from_noise, noise
from waveloom.models.model import Exported, Model

SOUNDS = 600  # half of them to find directions by, half to see how far they lead
WORKS = 0.2  # correlation below which a handle moves nothing that one could hear
_PART = 3 * BATCH  # sounds made at a time
FIRST_SEED = 1_000_000  # far from those that people ask for


@dataclass(frozen=True)
class Handle:
    """A `direction` (n,) of length 1 in the noise; `follows` is how well its descriptor goes along, -1 to 1."""

    name: str
    direction: np.ndarray
    follows: float


def find(model: Model | Exported, sounds: int = SOUNDS) -> list[Handle]:
    """Find a handle for each descriptor, the surest first.

    Half of `sounds` tells by ridge regression which way a descriptor grows, within a label; `follows` is the
    correlation of the descriptor with the way along that direction in the other half.
    """
    names = model.spec["labels"]
    labels = [names[number % len(names)] for number in range(sounds)] if names else None
    drawn = noise(range(FIRST_SEED, FIRST_SEED + sounds), model.spec["recipe"]["noise"])
    measured = descriptors(_clips(model, drawn, labels), model.spec["rate_hz"])
    groups = np.unique(labels or [""] * sounds, return_inverse=True)[1]
    handles = [_handle(name, drawn, _within(measured[name], groups)) for name in NAMES]
    return sorted(handles, key=lambda handle: -handle.follows)


def _clips(model: Model | Exported, drawn: np.ndarray, labels: Sequence[str] | None) -> np.ndarray:
    parts = [slice(first, first + _PART) for first in range(0, len(drawn), _PART)]
    clips = []
    with progress_bar("finding handles", len(parts)) as advance:
        for part in parts:
            clips.append(to_mono(from_noise(model, drawn[part], None if labels is None else labels[part])))
            advance(1)
    return np.concatenate(clips)


def moved(drawn: np.ndarray, handles: Sequence[Handle], wanted: dict[str, float]) -> np.ndarray:
    """Move noise (n, length) along handles, so many standard deviations of the noise each; InputError if one cannot."""
    known = {handle.name: handle for handle in handles if handle.follows >= WORKS}
    for name in wanted:
        if name not in known:
            why = "does not move this generator's sounds" if name in NAMES else "is no handle"
            raise InputError(f"{name!r} {why}; those that do: {', '.join(known) or 'none'} (`waveloom handles`).")
    return drawn + sum((share * known[name].direction for name, share in wanted.items()), np.zeros_like(drawn[0]))


def _within(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Take each label's own mean and spread away, and put what was not measured at the mean."""
    left = np.zeros(len(values))
    for group in np.unique(groups):
        own = values[groups == group]
        if np.isfinite(own).sum() > 1:
            spread = np.nanstd(own)
            left[groups == group] = np.nan_to_num((own - np.nanmean(own)) / (spread if spread > 0 else 1))
    return left


def _handle(name: str, drawn: np.ndarray, values: np.ndarray) -> Handle:
    half = len(drawn) // 2
    weights = np.linalg.solve(
        drawn[:half].T @ drawn[:half] + half * np.eye(drawn.shape[1]), drawn[:half].T @ values[:half]
    )
    length = np.linalg.norm(weights)
    direction = (weights / length if length > 0 else weights).astype(np.float32)
    return Handle(name, direction, _correlation(drawn[half:] @ direction, values[half:]))


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
