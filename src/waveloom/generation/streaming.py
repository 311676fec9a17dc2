"""One sound of any length from a trained generator: windows of related noise, laid over each other.

Nothing is held but the windows at hand, so a sound of an hour takes the memory of one of a minute.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from waveloom.audio.resample import resample_stream
from waveloom.config.errors import InputError
from waveloom.generation.sampler import BATCH, classes_of, network, recipe_of
from waveloom.models.model import Exported, Model
from waveloom.models.networks import OffersNoisePath, call_network
from waveloom.models.recipe import parts
from waveloom.representations import band_limited_blocks

LONGEST = 6 * 3600  # seconds
_FADE = 0.02  # seconds, at the end
_EVERY = 4  # windows from one drawn noise to the next, where networks do not know of related ones


def samples_of(model: Model | Exported, seconds: float, rate_hz: int | None = None) -> int:
    """How many samples a sound of `seconds` has, at the model's rate or another; InputError for what cannot be had."""
    rate, clip = model.spec["rate_hz"], model.spec["samples"]
    if not 0 < seconds <= LONGEST:
        raise InputError(f"--seconds is {seconds:g}; give a number above 0 and up to {LONGEST} (six hours).")
    if seconds * rate < clip:
        raise InputError(
            f"--seconds is {seconds:g}, shorter than one clip of this generator ({clip / rate:g} s); leave it out for "
            "clips, or give more."
        )
    return round(seconds * (rate_hz or rate))


def long_sound(
    model: Model | Exported,
    seed: int,
    seconds: float,
    label: str | None = None,
    rate_hz: int | None = None,
    among: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """Give the samples of one sound, (time,) or (2, time) float32, some at a time, at the model's rate or another.

    The same seed and label give the same sound, and a longer one begins as a shorter one does but for the 20 ms over
    which each ends. With `among` only what lies at these of the label's places is called to mind.
    """
    if isinstance(model, Exported):
        raise InputError("An export makes clips; for --seconds, give the folder of the generator that it was made of.")
    chosen, samples, rate = parts(recipe_of(model)), samples_of(model, seconds, rate_hz), model.spec["rate_hz"]
    if not hasattr(chosen.representation, "stream"):
        raise InputError(
            "generate --seconds needs a representation whose windows can be laid over each other: spectrogram, stereo "
            f"or mel. This generator was trained on {recipe_of(model).representation}; leave --seconds out, or train "
            "another."
        )
    encoded = windows(model, seed, label, among)
    made = chosen.representation.stream(chosen.representation_config, encoded, rate, seed)
    made = band_limited_blocks(made, rate, model.spec.get("bandwidth_hz"))
    return cut(resample_stream(made, rate, rate_hz or rate), samples, _FADE * (rate_hz or rate))


def cut(blocks: Iterable[np.ndarray], samples: int, fade: float) -> Iterator[np.ndarray]:
    """End an endless sound after `samples`, of which the last `fade` lead to silence."""
    for block in blocks:
        ending = samples - 1 - np.arange(min(block.shape[-1], samples))  # samples that follow each
        yield block[..., : len(ending)] * np.minimum(ending / fade, 1).astype(np.float32)
        samples -= len(ending)
        if not samples:
            return


def windows(model: Model, seed: int, label: str | None = None, among: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """Give encoded clips (frames, bins) without an end, each of a noise that is related to the one before."""
    known = model.spec["labels"]
    (place,) = classes_of(known, None if label is None else [label], 1)
    return _windows(model, seed, int(place), {} if among is None else {"among": among})


def _windows(model: Model, seed: int, place: int, only: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    made_by, module = network(model), parts(recipe_of(model)).generator
    along = module.noise_path if isinstance(module, OffersNoisePath) else between_anchors
    noises = along(made_by, _drawn(seed, recipe_of(model).noise), place, **only)
    while True:
        noise = np.stack(list(islice(noises, BATCH)))
        yield from np.asarray(call_network(made_by, False, noise=noise, label=np.full(BATCH, place)))


def between_anchors(generator: Any, noises: Iterator[np.ndarray], label: int) -> Iterator[np.ndarray]:
    """Go from one noise (n,) to the next in some steps, along a circle: each is as likely as one drawn at random."""
    here = next(noises)
    for there in noises:
        for angle in np.arange(_EVERY, dtype=np.float32) * np.float32(np.pi / 2 / _EVERY):
            yield np.cos(angle) * here + np.sin(angle) * there
        here = there


def _drawn(seed: int, length: int) -> Iterator[np.ndarray]:
    """Standard normal noise (length,) float32 without an end; the first is the seed's own, not drawn again."""
    draw = np.random.default_rng(seed)
    while True:
        yield draw.standard_normal(length, np.float32)
