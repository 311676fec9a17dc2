"""One continuous sound of any length: overlapping clips of related latent vectors.

Only the clips that currently overlap are in memory, so that memory does not grow with the length of the sound.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from waveloom.audio.resample import resample_stream
from waveloom.generation import latents
from waveloom.generation.request import RequestError, check_seconds
from waveloom.generation.sampler import BATCH, Sampler, class_indices, model_recipe
from waveloom.models.model import Exported
from waveloom.models.networks import OffersNoisePath
from waveloom.models.recipe import parts
from waveloom.representations import band_limited_blocks

_FADE_SECONDS = 0.02  # fade-out at the end of the sound
_STEPS = 4  # clips from one drawn latent vector to the next, for generators without a `noise_path`


def sample_count(sampler: Sampler, seconds: float, rate_hz: int | None = None) -> int:
    """Length in samples of a sound of `seconds`, at `rate_hz` or at the model's rate.

    RequestError unless `seconds` is between the length of one clip and six hours.
    """
    rate, clip = sampler.model.spec["rate_hz"], sampler.model.spec["samples"]
    check_seconds(seconds)
    if seconds * rate < clip:
        raise RequestError(
            "seconds",
            f"is {seconds:g}, shorter than one clip of this generator ({clip / rate:g} s); leave it out for clips, or "
            "give more.",
        )
    return round(seconds * (rate_hz or rate))


def stream(
    sampler: Sampler,
    seed: int,
    seconds: float,
    label: str | None = None,
    rate_hz: int | None = None,
    selected: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """Make one sound in blocks (time,) or (2, time) float32, at `rate_hz` or at the model's rate.

    The same seed and label give the same sound, and a longer one begins with the samples of a shorter one, except for
    the 20 ms fade at the end of each. `selected` holds positions among the label's stored spectrograms (default: all).
    """
    model = sampler.model
    if isinstance(model, Exported):
        raise RequestError("seconds", "needs the trained generator: an export makes clips only. Give its folder.")
    recipe, samples, rate = model_recipe(model), sample_count(sampler, seconds, rate_hz), model.spec["rate_hz"]
    plugins = parts(recipe)
    if not hasattr(plugins.representation, "stream"):
        raise RequestError(
            "seconds",
            "needs a representation whose clips can be overlapped: spectrogram, stereo or mel. This generator was "
            f"trained on {recipe.representation}; leave it out, or train another.",
        )
    encoded = encoded_clips(sampler, seed, label, selected)
    blocks = plugins.representation.stream(plugins.representation_config, encoded, rate, seed)
    blocks = band_limited_blocks(blocks, rate, model.spec.get("bandwidth_hz"))
    return cut_with_fade(resample_stream(blocks, rate, rate_hz or rate), samples, _FADE_SECONDS * (rate_hz or rate))


def cut_with_fade(blocks: Iterable[np.ndarray], samples: int, fade: float) -> Iterator[np.ndarray]:
    """Cut an endless sound after `samples` samples, with a linear fade-out over the last `fade` samples."""
    for block in blocks:
        remaining = samples - 1 - np.arange(min(block.shape[-1], samples))  # samples after each sample
        yield block[..., : len(remaining)] * np.minimum(remaining / fade, 1).astype(np.float32)
        samples -= len(remaining)
        if not samples:
            return


def encoded_clips(
    sampler: Sampler, seed: int, label: str | None = None, selected: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Generate encoded clips (*shape) without end, each from a latent vector related to the one before."""
    (index,) = class_indices(sampler.model.spec["labels"], None if label is None else [label], 1)
    return _encoded_clips(sampler, seed, int(index), {} if selected is None else {"among": selected})


def _encoded_clips(sampler: Sampler, seed: int, index: int, options: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    recipe = model_recipe(sampler.model)
    plugin = parts(recipe).generator
    path = plugin.noise_path if isinstance(plugin, OffersNoisePath) else circular_path
    vectors = path(sampler.network, latents.endless(seed, recipe.noise), index, **options)
    while True:
        yield from sampler.encoded(np.stack(list(islice(vectors, BATCH))), np.full(BATCH, index))


def circular_path(generator: Any, vectors: Iterator[np.ndarray], label: int) -> Iterator[np.ndarray]:
    """Interpolate from each latent vector (n,) to the next on a circle, so that every step is standard normal."""
    current = next(vectors)
    for following in vectors:
        for angle in np.arange(_STEPS, dtype=np.float32) * np.float32(np.pi / 2 / _STEPS):
            yield np.cos(angle) * current + np.sin(angle) * following
        current = following
