"""Controls: directions in the latent space along which sounds become brighter, noisier, higher, slower or longer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waveloom.audio.clip import to_mono
from waveloom.execution.progress_bar import progress_bar
from waveloom.generation import latents
from waveloom.generation.controls.descriptors import NAMES, descriptors
from waveloom.generation.request import RequestError
from waveloom.generation.sampler import BATCH, Sampler

SOUNDS = 600  # half of them to find the directions, half to measure the correlation
MIN_CORRELATION = 0.2  # controls with a smaller correlation have no audible effect
_CHUNK = 3 * BATCH  # sounds made at a time
FIRST_SEED = 1_000_000  # high, so that users' seeds do not give the same sounds


@dataclass(frozen=True)
class Control:
    """A `direction` (n,) of length 1 in the latent space, named by the descriptor that grows along it.

    `correlation`, -1 to 1, is between the descriptor and the position along the direction, for sounds that were not
    used to find the direction.
    """

    name: str
    direction: np.ndarray
    correlation: float


def find_controls(sampler: Sampler, sounds: int = SOUNDS) -> list[Control]:
    """Find one control per descriptor, the most reliable first.

    The direction is the ridge regression of the descriptor, standardised within each label, on the latent vectors of
    half of the `sounds`; the correlation is measured on the other half.
    """
    spec = sampler.model.spec
    names = spec["labels"]
    labels = [names[number % len(names)] for number in range(sounds)] if names else None
    vectors = latents.draw(range(FIRST_SEED, FIRST_SEED + sounds), spec["recipe"]["noise"])
    measured = descriptors(_clips(sampler, vectors, labels), spec["rate_hz"])
    groups = np.unique(labels or [""] * sounds, return_inverse=True)[1]
    controls = [_control(name, vectors, _standardised(measured[name], groups)) for name in NAMES]
    return sorted(controls, key=lambda control: -control.correlation)


def apply_controls(vectors: np.ndarray, controls: Sequence[Control], amounts: Mapping[str, float]) -> np.ndarray:
    """Move latent vectors (n, length) along controls, by `amounts` in standard deviations of the latent vector.

    RequestError for a control that does not exist or has no effect.
    """
    effective = {control.name: control for control in controls if control.correlation >= MIN_CORRELATION}
    for name in amounts:
        if name not in effective:
            reason = "has no effect on this generator's sounds" if name in NAMES else "is not a control"
            names = ", ".join(effective) or "none"
            raise RequestError("controls", f"has {name!r}, which {reason}; choose from: {names} (`waveloom controls`).")
    steps = (amount * effective[name].direction for name, amount in amounts.items())
    return vectors + sum(steps, np.zeros_like(vectors[0]))


def _clips(sampler: Sampler, vectors: np.ndarray, labels: list[str] | None) -> np.ndarray:
    chunks = [slice(first, first + _CHUNK) for first in range(0, len(vectors), _CHUNK)]
    clips = []
    with progress_bar("finding controls", len(chunks)) as advance:
        for chunk in chunks:
            clips.append(to_mono(sampler.clips_from_latents(vectors[chunk], labels and labels[chunk])))
            advance(1)
    return np.concatenate(clips)


def _standardised(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Subtract each group's mean and divide by its standard deviation; values that are nan become 0, the mean."""
    standardised = np.zeros(len(values))
    for group in np.unique(groups):
        own = values[groups == group]
        if np.isfinite(own).sum() > 1:
            spread = np.nanstd(own)
            standardised[groups == group] = np.nan_to_num((own - np.nanmean(own)) / (spread if spread > 0 else 1))
    return standardised


def _control(name: str, vectors: np.ndarray, values: np.ndarray) -> Control:
    half = len(vectors) // 2
    weights = np.linalg.solve(
        vectors[:half].T @ vectors[:half] + half * np.eye(vectors.shape[1]), vectors[:half].T @ values[:half]
    )
    length = np.linalg.norm(weights)
    direction = (weights / length if length > 0 else weights).astype(np.float32)
    return Control(name, direction, _correlation(vectors[half:] @ direction, values[half:]))


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
