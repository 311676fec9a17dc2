"""New sounds from a trained generator."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from waveloom.audio.clip import to_mono
from waveloom.config.checked import overlay
from waveloom.config.errors import InputError
from waveloom.models.build_networks import build_generator
from waveloom.models.model import Call, Exported, Model
from waveloom.models.networks import call_network, load_weights
from waveloom.models.recipe import Recipe, decoder, parts, resolve
from waveloom.representations import band_limited
from waveloom.similarity.training_sounds import TrainingSounds

DRAWS = 8  # of a seed, beyond the first, before a copy is kept after all
BATCH = 32  # clips generated at a time, whatever the count: a sound does not depend on how many are asked for


def generate(model: Model | Exported, seeds: Sequence[int], labels: Sequence[str] | None = None) -> np.ndarray:
    """Make one clip a seed, as `from_noise` does; a conditioned model needs a label's name for each.

    A clip that copies a training sound the model knows of is drawn again, up to `DRAWS` times.
    """
    return drawn(model, seeds, labels)[0]


def drawn(
    model: Model | Exported, seeds: Sequence[int], labels: Sequence[str] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Do as `generate` does, and say how often each clip was drawn again, (seeds,)."""
    classes, seeds = classes_of(model.spec["labels"], labels, len(seeds)), list(seeds)
    length, make = model.spec["recipe"]["noise"], maker(model)
    clips, again = make(noise(seeds, length), classes), np.zeros(len(seeds), int)
    if model.training_sounds is None or not seeds:
        return clips, again
    known = TrainingSounds(model.training_sounds, model.spec["copy_threshold"], model.spec["rate_hz"])
    left = np.arange(len(seeds))
    for turn in range(1, DRAWS + 1):
        left = left[known.are_copies(to_mono(clips[left]))]
        if not len(left):
            break
        again[left] = turn
        clips[left] = make(noise([seeds[place] for place in left], length, turn), classes[left])
    return clips, again


def from_noise(model: Model | Exported, drawn: np.ndarray, labels: Sequence[str] | None = None) -> np.ndarray:
    """Make one clip a row of noise (n, noise): (n, samples) float32 in [-1, 1], in stereo (n, 2, samples)."""
    return maker(model)(drawn, classes_of(model.spec["labels"], labels, len(drawn)))


def maker(model: Model | Exported) -> Call:
    """Give what makes clips of noise (n, noise) and classes (n,), a batch at a time."""
    decode, samples, rate = decoder(model.spec["recipe"]), model.spec["samples"], model.spec["rate_hz"]
    call, size = (model.call, 1) if isinstance(model, Exported) else (called(model), BATCH)
    limit = model.spec.get("bandwidth_hz")
    stage = [model.spec["channels"]] if "channels" in model.spec else []

    def make(drawn: np.ndarray, classes: np.ndarray) -> np.ndarray:
        clips = np.empty((len(drawn), *stage, samples), np.float32)
        for first in range(0, len(drawn), size):
            batch, left = slice(first, first + size), max(0, first + size - len(drawn))
            given = np.pad(drawn[batch], ((0, left), (0, 0))), np.resize(classes[batch], size)
            clips[batch] = band_limited(decode(call(*given)[: size - left], samples, rate), rate, limit)
        return clips

    return make


def called(model: Model) -> Call:
    """Give the generator's network as a function of noise (batch, n) and label (batch,), needed or not."""
    made_by = network(model)

    def call(noise: np.ndarray, label: np.ndarray) -> np.ndarray:
        return np.asarray(call_network(made_by, False, noise=noise, label=label))

    return call


def network(model: Model) -> Any:
    """Build the generator's network, a Keras model, with its weights."""
    recipe = recipe_of(model)
    chosen = parts(recipe)
    shape = chosen.representation.shape(chosen.representation_config, model.spec["samples"], model.spec["rate_hz"])
    generator = build_generator(recipe, chosen, shape, len(model.spec["labels"]))
    load_weights(generator, model.weights)
    return generator


def truncated(model: Model | Exported, share: float) -> Model:
    """Have a generator stray `share` (0 to 1) as far from its mean sound as it would, if its networks know how."""
    if isinstance(model, Exported):
        raise InputError("An exported generator cannot be truncated; ask it of the generator that was exported.")
    recipe = overlay(
        model.spec["recipe"], {"options": {"generators": {model.spec["recipe"]["generator"]: {"truncation": share}}}}
    )
    return replace(model, spec={**model.spec, "recipe": recipe})


def recipe_of(model: Model) -> Recipe:
    """Read a model's own recipe, checked."""
    return resolve(model.spec["recipe"], {}, "the model's recipe")


def classes_of(known: list[str], labels: Sequence[str] | None, count: int) -> np.ndarray:
    """Turn names into indices (count,) int32; zeros, which nobody reads, for a model without labels."""
    if not known and labels is not None:
        raise InputError("This generator was trained without labels, so none can be asked of it; leave them out.")
    if not known:
        return np.zeros(count, np.int32)
    if unknown := sorted({str(label) for label in labels or []} - set(known)):
        raise InputError(f"This generator does not know {', '.join(unknown)}; it knows: {', '.join(known)}.")
    if labels is None or len(labels) != count:
        asked = "none" if labels is None else len(labels)
        raise InputError(
            f"This generator needs a label for each of {count} sounds, and got {asked}; it knows: {', '.join(known)}."
        )
    return np.array([known.index(label) for label in labels], np.int32)


def noise(seeds: Sequence[int], length: int, turn: int = 0) -> np.ndarray:
    """Standard normal noise (seeds, length) float32, a row a seed, drawn for the first time or again."""
    drawn = np.empty((len(seeds), length), np.float32)
    for row, seed in zip(drawn, seeds, strict=True):
        np.random.default_rng([seed, turn] if turn else seed).standard_normal(out=row, dtype=np.float32)
    return drawn
