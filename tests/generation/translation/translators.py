"""Translators for tests: functions of levels in place of a trained network."""

from collections.abc import Callable
from dataclasses import asdict

import numpy as np

from waveloom.generation.translator import Translator
from waveloom.models.build_networks import build_generator
from waveloom.models.model import Exported, Model
from waveloom.models.networks import weights_by_name
from waveloom.models.recipe import parts, resolve

RATE, SAMPLES = 16000, 16384
RECIPE = {"task": "translation", "representation": "spectrogram", "generator": "dense", "discriminator": "dense"}


def spec(domains=("organ", "strings")) -> dict:
    return {"recipe": RECIPE, "rate_hz": RATE, "samples": SAMPLES, "labels": list(domains), "steps": 1, "seed": 0}


def translator(network: Callable[[np.ndarray], np.ndarray], domains=("organ", "strings")) -> Translator:
    """A translator whose network is `network`, levels (1, frames, bins) -> the same shape, for every domain."""
    return Translator(Exported(spec(domains), "digest", lambda source, label: network(source)))


def identity(levels: np.ndarray) -> np.ndarray:
    return levels


def shifted(bins: int) -> Callable[[np.ndarray], np.ndarray]:
    """Moves every level up in frequency."""

    def network(levels: np.ndarray) -> np.ndarray:
        moved = np.full_like(levels, -1)
        moved[..., bins:] = levels[..., :-bins]
        return moved

    return network


def averaged(levels: np.ndarray) -> np.ndarray:
    """Moving average over 33 frames, of which 16 lie before and 16 after."""
    padded = np.pad(levels, ((0, 0), (16, 16), (0, 0)), constant_values=-1)
    return np.lib.stride_tricks.sliding_window_view(padded, 33, axis=1).mean(axis=-1)


def trained(domains=("organ", "strings"), seed=1) -> Model:
    """A translator with the network of the generator `translator`, with random weights in every layer."""
    import keras

    recipe = {"task": "translation", "representation": "spectrogram", "generator": "translator", "condition": "label"}
    recipe |= {"discriminator": "patches", "objective": "hinge", "game": "unpaired"}
    recipe |= {"options": {"generators": {"translator": {"width": 16, "blocks": 2}}}}
    resolved = resolve(recipe, {})
    keras.utils.set_random_seed(seed)
    network = build_generator(resolved, parts(resolved), (64, 512), len(domains))
    draw = np.random.default_rng(seed)
    shapes = {name: weight.shape for name, weight in weights_by_name(network).items()}
    weights = {name: draw.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    return Model({**spec(domains), "recipe": asdict(resolved)}, weights)
