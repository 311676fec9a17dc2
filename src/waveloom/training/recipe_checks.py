"""Whether an objective can be trained with the discriminator settings and the augmentation of its recipe."""

from types import ModuleType
from typing import Any

from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.models.recipe import DiscriminatorTraining, Recipe
from waveloom.training import games, objectives


def check_recipe(recipe: Recipe, name: str = "recipe") -> None:
    """Raise an InputError if the objective does not exist or the settings contradict it; `name` is the recipe's."""
    objective = plugins.load(objectives, recipe.objective)
    _check_game(recipe, name)
    _check_bounded_gradient(recipe, objective, name)
    _check_smoothing(recipe, objective, name)
    _check_adaptive_augmentation(recipe, objective, name)


def game_options(recipe: Recipe) -> Any:
    """Read the options of the recipe's game."""
    module = plugins.load(games, recipe.game)
    return read_config(module.Config, recipe.options.games.get(recipe.game, {}), f"recipe.options.games.{recipe.game}")


def _check_game(recipe: Recipe, name: str) -> None:
    for game in (recipe.game, *recipe.options.games):
        plugins.load(games, game)
    game_options(recipe)
    if check := getattr(plugins.load(games, recipe.game), "check_recipe", None):
        check(recipe, name)


def _check_bounded_gradient(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if getattr(objective, "NEEDS_BOUNDED_GRADIENT", False) and not _has_bounded_gradient(recipe.discriminator_training):
        raise InputError(
            f"{name}.objective is {recipe.objective!r}, which needs a discriminator with a bounded gradient; set "
            f"{name}.discriminator_training.clip (0.01 in the paper) or discriminator_training.penalty.kind (wgan_gp)."
        )


def _has_bounded_gradient(discriminator: DiscriminatorTraining) -> bool:
    return bool(discriminator.clip) or discriminator.spectral_norm or discriminator.penalty.kind != "none"


def _check_smoothing(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if recipe.discriminator_training.smoothing and not getattr(objective, "SUPPORTS_SMOOTHING", False):
        raise InputError(
            f"{name}.discriminator_training.smoothing is {recipe.discriminator_training.smoothing}, but "
            f"{recipe.objective} has no targets to smooth; set it to 0, or objective to bce."
        )


def _check_adaptive_augmentation(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if recipe.augment.probability == "adaptive" and not getattr(objective, "LOGIT_SIGN_CLASSIFIES", False):
        raise InputError(
            f"{name}.augment.probability is 'adaptive', but the logits of {recipe.objective} have no sign that means "
            "real; set it to a number from 0 to 1, or objective to hinge or bce."
        )
