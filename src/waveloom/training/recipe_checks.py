"""Whether an objective can be trained with the discriminator settings and the augmentation of its recipe."""

from types import ModuleType

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.models.recipe import Discriminator, Recipe
from waveloom.training import objectives


def check_recipe(recipe: Recipe, name: str = "recipe") -> None:
    """Raise an InputError if the objective does not exist or the settings contradict it; `name` is the recipe's."""
    objective = plugins.load(objectives, recipe.objective)
    _check_slopes(recipe, objective, name)
    _check_smoothing(recipe, objective, name)
    _check_adaptive_augmentation(recipe, objective, name)


def _check_slopes(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if getattr(objective, "BOUNDED_SLOPES", False) and not _bounded(recipe.discriminator):
        raise InputError(
            f"{name}.objective is {recipe.objective!r}, which needs a discriminator of bounded slopes; set "
            f"{name}.discriminator.clip (0.01 in the paper) or discriminator.penalty.kind (wgan_gp)."
        )


def _bounded(discriminator: Discriminator) -> bool:
    return bool(discriminator.clip) or discriminator.spectral_norm or discriminator.penalty.kind != "none"


def _check_smoothing(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if recipe.discriminator.smoothing and not getattr(objective, "SMOOTHS", False):
        raise InputError(
            f"{name}.discriminator.smoothing is {recipe.discriminator.smoothing}, but {recipe.objective} has no "
            "targets to smooth; set it to 0, or objective to bce."
        )


def _check_adaptive_augmentation(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if recipe.augment.probability == "adaptive" and not getattr(objective, "SIGN_TELLS", False):
        raise InputError(
            f"{name}.augment.probability is 'adaptive', but the logits of {recipe.objective} have no sign that means "
            "real; set it to a number from 0 to 1, or objective to hinge or bce."
        )
