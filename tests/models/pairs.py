"""Small generators and discriminators of one name, for tests of what uses them."""

from typing import Any

import keras
import numpy as np

from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.models import discriminators, generators
from waveloom.models.networks import Inputs, Networks, weights_by_name


def build_generator(name: str, shape: tuple[int, ...], noise: int, labels: int = 0, **options: Any) -> keras.Model:
    module = plugins.load(generators, name)
    translates = is_translator(name)
    inputs = Inputs(0 if translates else noise, labels, translates)
    return module.build(read_config(module.Config, options, name), shape, inputs)


def is_translator(name: str) -> bool:
    """Whether the generator `name` translates clips."""
    return getattr(plugins.load(generators, name), "TASK", "generation") == "translation"


def build_discriminator(name: str, shape: tuple[int, ...], labels: int = 0, **options: Any) -> keras.Model:
    module = plugins.load(discriminators, name)
    return module.build(read_config(module.Config, options, name), shape, labels)


def build_pair(
    name: str,
    shape: tuple[int, ...],
    noise: int,
    labels: int = 0,
    discriminator: dict[str, Any] | None = None,
    **options: Any,
) -> Networks:
    """Both networks, with the same options; `discriminator` has more of them, for that alone."""
    generator = build_generator(name, shape, noise, labels, **options)
    return Networks(generator, build_discriminator(name, shape, labels, **options, **(discriminator or {})))


def both(name: str, **options: Any) -> dict[str, Any]:
    """The options of a recipe for the generator and the discriminator called `name`."""
    return {"generators": {name: options}, "discriminators": {name: options}}


def weights_of(network: keras.Model) -> dict[str, np.ndarray]:
    """The weights of a network as a model holds them."""
    return {name: np.array(weight) for name, weight in weights_by_name(network).items()}
