"""The order in which networks are built, which keeps the initial weights of a seed the same in every version.

Keras draws the seed of each initialiser when it is created, so initial weights depend on all that was built before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waveloom.config import plugins
from waveloom.models import generators
from waveloom.models.networks import Inputs
from waveloom.models.recipe import Parts, Recipe

if TYPE_CHECKING:
    import keras


def build_pair(recipe: Recipe, parts: Parts, shape: tuple[int, ...], inputs: Inputs) -> tuple[keras.Model, keras.Model]:
    """Build the generator and the discriminator of the plug-ins, in this order; for `loom` in that of its first
    version.

    That one built a residual generator, which it discarded, and the discriminator before its own generator. A narrow
    residual generator draws the same number of seeds.
    """
    if (recipe.generator, recipe.discriminator) == ("loom", "residual"):
        residual = plugins.load(generators, "residual")
        narrow = residual.Config(width=1, style=1, spectra=1, halvings=parts.discriminator_config.halvings)
        residual.build(narrow, shape, inputs)
        discriminator = parts.discriminator.build(parts.discriminator_config, shape, inputs.labels)
        return parts.generator.build(parts.generator_config, shape, inputs), discriminator
    generator = parts.generator.build(parts.generator_config, shape, inputs)
    return generator, parts.discriminator.build(parts.discriminator_config, shape, inputs.labels)
