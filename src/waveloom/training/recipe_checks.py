"""Whether an objective can be trained with the discriminator settings and the augmentation of its recipe."""

from types import ModuleType
from typing import Any

from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.models.recipe import DiscriminatorTraining, Parts, Recipe, parts
from waveloom.training import games, objectives


def check_recipe(recipe: Recipe, name: str = "recipe") -> None:
    """Raise an InputError if the objective does not exist or the settings contradict it; `name` is the recipe's."""
    objective = plugins.load(objectives, recipe.objective)
    _check_task(recipe, parts(recipe), name)
    _check_game(recipe, name)
    _check_bounded_gradient(recipe, objective, name)
    _check_smoothing(recipe, objective, name)
    _check_adaptive_augmentation(recipe, objective, name)


def game_options(recipe: Recipe) -> Any:
    """Read the options of the recipe's game."""
    module = plugins.load(games, recipe.game)
    return read_config(module.Config, recipe.options.games.get(recipe.game, {}), f"recipe.options.games.{recipe.game}")


def _check_task(recipe: Recipe, plugs: Parts, name: str) -> None:
    """Check that game and networks are of the recipe's task; a plug-in without a constant `TASK` is for generation."""
    found = {"game": (recipe.game, plugins.load(games, recipe.game)), "generator": (recipe.generator, plugs.generator)}
    for axis, (choice, module) in found.items():
        task = getattr(module, "TASK", "generation")
        if task != recipe.task:
            raise InputError(
                f"{name}.task is {recipe.task!r}, but {name}.{axis} is {choice!r}, which is for {task}; choose another "
                f"{axis}, or a recipe for {task}."
            )
    if recipe.task == "generation" and not recipe.noise:
        raise InputError(f"{name}.noise is 0, but a generator makes its clips from noise; set it to 1 or more.")
    if recipe.task == "generation" and getattr(plugs.discriminator, "PATCHES", False):
        raise InputError(
            f"{name}.discriminator is {recipe.discriminator!r}, whose logits are of patches, which only recipes for "
            "translation take; choose another discriminator."
        )


def check_translation(recipe: Recipe, name: str) -> None:
    """Raise an InputError for settings of a recipe that no game of translation can train."""
    settings = recipe.discriminator_training
    required = {
        "representation": (recipe.representation, "spectrogram"),
        "condition": (recipe.condition, "label"),
        "noise": (recipe.noise, 0),
        "label_as": (recipe.label_as, "embedding"),
        "discriminator_training.head": (settings.head, "projection"),
        "discriminator_training.minibatch_stddev": (settings.minibatch_stddev, False),
        "discriminator_training.updates": (settings.updates, 1),
    }
    for option, (value, only) in required.items():
        if value != only:
            raise InputError(
                f"{name}.{option} is {value!r}, but {name}.game is {recipe.game!r}, and translation is possible only "
                f"with {only!r}; set {option} to {only!r}."
            )


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
