"""Whether an objective can be trained with the discriminator settings and the augmentation of its recipe."""

from types import ModuleType
from typing import Annotated

from pydantic import Field

from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, read_config
from waveloom.config.errors import InputError
from waveloom.models.build_networks import check_two_views
from waveloom.models.recipe import DiscriminatorTraining, Recipe, parts
from waveloom.training import objectives


def check_recipe(recipe: Recipe, name: str = "recipe") -> None:
    """Raise an InputError if the objective does not exist or the settings contradict it; `name` is the recipe's."""
    objective = plugins.load(objectives, recipe.objective)
    _check_game(recipe, name)
    _check_slopes(recipe, objective, name)
    _check_smoothing(recipe, objective, name)
    _check_adaptive_augmentation(recipe, objective, name)


@checked_dataclass
class DualOptions:
    """Options of the game `dual`."""

    select: bool = True  # in a step only the generator that its discriminator tells apart better is trained
    fourier_weight: Annotated[float, Field(ge=0)] = 10.0  # of the difference between the two views in the loss


def game_options(recipe: Recipe) -> DualOptions:
    """Read the options of the game `dual`."""
    return read_config(DualOptions, recipe.options.games.get("dual", {}), "recipe.options.games.dual")


def _check_game(recipe: Recipe, name: str) -> None:
    games = ("dual", "generation")
    for key, game in [("game", recipe.game), *((f"options.games.{game}", game) for game in recipe.options.games)]:
        if game not in games:
            raise InputError(f"{name}.{key}: there is no game {game!r}; choose from {', '.join(games)}.")
    game_options(recipe)
    if recipe.game == "dual":
        check_two_views(parts(recipe))
        _check_dual(recipe, name)


def _check_dual(recipe: Recipe, name: str) -> None:
    """Refuse what is not possible with two generators and two discriminators."""
    settings = recipe.discriminator_training
    refused = {
        "label_as one_hot": recipe.label_as == "one_hot",
        "discriminator_training.head acgan": settings.head == "acgan",
        "discriminator_training.minibatch_stddev": settings.minibatch_stddev,
        "discriminator_training.spectral_norm": settings.spectral_norm,
        "discriminator_training.feature_matching": settings.feature_matching > 0,
        "discriminator_training.smoothing": settings.smoothing > 0,
    }
    if found := [option for option, chosen in refused.items() if chosen]:
        raise InputError(f"{name}.game is 'dual', which is not possible with {', '.join(found)}; leave that out.")


def _check_slopes(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if getattr(objective, "BOUNDED_SLOPES", False) and not _bounded(recipe.discriminator_training):
        raise InputError(
            f"{name}.objective is {recipe.objective!r}, which needs a discriminator of bounded slopes; set "
            f"{name}.discriminator_training.clip (0.01 in the paper) or discriminator_training.penalty.kind (wgan_gp)."
        )


def _bounded(discriminator: DiscriminatorTraining) -> bool:
    return bool(discriminator.clip) or discriminator.spectral_norm or discriminator.penalty.kind != "none"


def _check_smoothing(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if recipe.discriminator_training.smoothing and not getattr(objective, "SMOOTHS", False):
        raise InputError(
            f"{name}.discriminator_training.smoothing is {recipe.discriminator_training.smoothing}, but "
            f"{recipe.objective} has no "
            "targets to smooth; set it to 0, or objective to bce."
        )


def _check_adaptive_augmentation(recipe: Recipe, objective: ModuleType, name: str) -> None:
    if recipe.augment.probability == "adaptive" and not getattr(objective, "SIGN_TELLS", False):
        raise InputError(
            f"{name}.augment.probability is 'adaptive', but the logits of {recipe.objective} have no sign that means "
            "real; set it to a number from 0 to 1, or objective to hinge or bce."
        )
