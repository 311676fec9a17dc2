"""Paired translation: each source has its true translation (Isola et al., 2017, "pix2pix").

The generator learns L1 distances to the truth, and against a discriminator of patches of the target's domain.
"""

from typing import Annotated, Any

import tensorflow as tf
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.models.recipe import Recipe
from waveloom.training.batches import Batch
from waveloom.training.recipe_checks import check_translation
from waveloom.training.translation_game import Losses, Translated, TranslationGame

TASK, PAIRED = "translation", True


@checked_dataclass
class Config:
    """Weights of the terms of the generator's loss."""

    l1: Annotated[float, Field(gt=0)] = 10.0  # of the L1 distance to the truth, and of that of local means
    multi_resolution: Annotated[float, Field(ge=0)] = 1.0  # of the distance of local means, relative to L1
    adversarial: Annotated[float, Field(ge=0)] = 1.0
    second_phase_from: Annotated[float, Field(ge=0, lt=1)] = 0.0  # fraction of the steps without a discriminator


def check_recipe(recipe: Recipe, name: str) -> None:
    """Raise an InputError for settings that translation cannot have; `name` is the recipe's."""
    check_translation(recipe, name)


class Game(TranslationGame):
    """A batch has the true translation of each source as its target."""

    def generator_losses(self, step: Any, batch: Batch, second: bool) -> tuple[Losses, Translated]:
        """The distance of all translated clips to their truth."""
        translated = self.translate(batch.source, batch.labels)
        losses = {"distance_loss": self.options.l1 * self.distance(batch.target, translated)}
        return losses, Translated(translated, tf.shape(translated)[0])
