"""A recipe: a choice of representation, generator, discriminator, objective, and how they are trained."""

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial
from types import ModuleType
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from waveloom import representations
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, overlay, read_config
from waveloom.config.errors import InputError, suggestion
from waveloom.models import discriminators, generators


@checked_dataclass
class Schedule:
    """How a value changes over a training; see `training.schedules`."""

    shape: Literal["constant", "linear", "cosine"] = "constant"  # after the warm-up; linear and cosine end at zero
    warm_up: Annotated[float, Field(ge=0, lt=1)] = 0.0  # fraction of the steps over which it rises from zero


@checked_dataclass
class Optimiser:
    """Adam (Kingma and Ba, 2015), one for each network."""

    generator_rate: Annotated[float, Field(gt=0)] = 0.0002
    discriminator_rate: Annotated[float, Field(gt=0)] = 0.0002
    beta_1: Annotated[float, Field(ge=0, lt=1)] = 0.5
    beta_2: Annotated[float, Field(ge=0, lt=1)] = 0.999
    schedule: Schedule = Schedule()  # of both rates


@checked_dataclass
class Penalty:
    """The gradient penalty in the discriminator's loss: see `training.penalties`."""

    kind: Literal["none", "wgan_gp", "r1", "r1_r2"] = "none"
    weight: Annotated[float, Field(gt=0)] = 10.0
    every: Annotated[int, Field(gt=0)] = 1  # updates (lazy regularisation, Karras et al., 2020)
    difference: Annotated[float, Field(ge=0)] = 0.0  # step of a finite difference in r1 and r2; 0: exact gradients
    schedule: Schedule = Schedule()  # of the weight


@checked_dataclass
class DiscriminatorTraining:
    """How the discriminator is trained: updates per step, each on clips of its own, regularisation and heads."""

    updates: Annotated[int, Field(gt=0)] = 1  # per update of the generator
    clip: Annotated[float, Field(ge=0)] = 0.0  # weights are clipped to plus and minus this; 0: no weight clipping
    penalty: Penalty = Penalty()
    spectral_norm: bool = False  # spectral normalisation: weights are divided by their largest singular value
    smoothing: Annotated[float, Field(ge=0, lt=0.5)] = (
        0.0  # one-sided label smoothing: 1 minus the target of real clips
    )
    minibatch_stddev: bool = False  # adds the minibatch standard deviation of the last features to the logits
    feature_matching: Annotated[float, Field(ge=0)] = 0.0  # weight of feature matching in the generator's loss
    head: Literal["projection", "acgan"] = "projection"  # labels are an input, or are classified (AC-GAN)
    class_weight: Annotated[float, Field(gt=0)] = 1.0  # of the classification in both losses (acgan)


KINDS = ("shift", "gain", "cutout")  # of augmentation


@checked_dataclass
class Augment:
    """Augmentation of real and generated clips before the discriminator: see `training.augment`."""

    kinds: tuple[Literal["shift", "gain", "cutout"], ...] = ()
    probability: Annotated[float, Field(ge=0, le=1)] | Literal["adaptive"] = 1.0  # of each kind, for each clip
    shift: Annotated[float, Field(gt=0, le=1)] = 0.125  # largest, as a fraction of the clip, in either direction
    wrap: bool = False  # circular shift; else the gap is silence
    gain_db: Annotated[float, Field(gt=0, le=60)] = 6.0  # largest, in either direction
    cutout: Annotated[float, Field(gt=0, lt=1)] = 0.25  # fraction of time, and of frequency where that is an axis
    target: Annotated[float, Field(gt=-1, lt=1)] = (
        0.6  # adaptive: mean sign of the discriminator's logits on real clips
    )
    span: Annotated[int, Field(gt=0)] = (
        50_000  # adaptive: clips over which the probability can rise from 0 to 1 (the paper's: 500,000)
    )


Options = dict[str, dict[str, Any]]  # name of a plug-in -> its options


@checked_dataclass
class PluginOptions:
    """Options of plug-ins, by folder and by name; those of plug-ins that the recipe does not choose are ignored."""

    representations: Options = field(default_factory=dict)
    generators: Options = field(default_factory=dict)
    discriminators: Options = field(default_factory=dict)
    games: Options = field(default_factory=dict)


@checked_dataclass
class Recipe:
    """A checked recipe. `objective` and `game` name plug-ins of `waveloom.training`, which checks them."""

    representation: str
    generator: str
    discriminator: str
    objective: str
    task: Literal["generation", "translation"] = "generation"  # labels are then classes, or domains
    game: str = "generation"
    condition: Literal["none", "label"] = "none"
    noise: Annotated[int, Field(ge=0)] = 100  # length of the latent vector; 0 in translation
    optimiser: Optimiser = Optimiser()
    discriminator_training: DiscriminatorTraining = DiscriminatorTraining()
    label_as: Literal["embedding", "one_hot"] = "embedding"  # how the generator receives its label
    augment: Augment = Augment()
    options: PluginOptions = PluginOptions()


class Parts(NamedTuple):
    """The plug-ins of a recipe that it needs to generate, with their checked configs."""

    representation: ModuleType
    representation_config: Any
    generator: ModuleType
    generator_config: Any
    discriminator: ModuleType
    discriminator_config: Any


def choose(book: Mapping[str, Callable[[], Mapping[str, Any]]], name: str, overrides: Mapping[str, Any]) -> Recipe:
    """Read the recipe called `name` from `book` (name -> loader) and resolve it with `overrides`."""
    if name not in book:
        raise InputError(
            f"train.recipe is {name!r}; conf/recipes has: {', '.join(sorted(book))}.{suggestion(name, book)}"
        )
    return resolve(book[name](), overrides, f"recipe {name}")


def resolve(tree: Mapping[str, Any], overrides: Mapping[str, Any], name: str = "recipe") -> Recipe:
    """Lay `overrides` over the recipe `tree` and check the result, options of its plug-ins included."""
    recipe = read_config(Recipe, overlay(tree, overrides), name)
    for package in (representations, generators, discriminators):
        _check_names(package, recipe, name)
    parts(recipe)
    _check_penalty(recipe, name)
    _check_labels(recipe, name)
    _check_augment(recipe, name)
    return recipe


def parts(recipe: Recipe) -> Parts:
    """Import the plug-ins that the recipe names and read the options of each."""
    return Parts(
        *_plugin(representations, recipe.representation, recipe),
        *_plugin(generators, recipe.generator, recipe),
        *_plugin(discriminators, recipe.discriminator, recipe),
    )


def decoder(tree: Mapping[str, Any]) -> Callable[[np.ndarray, int, int], np.ndarray]:
    """Return (encoded sounds, samples, rate in Hz) -> clips, for a resolved recipe; no network is imported for it."""
    name = tree["representation"]
    module = plugins.load(representations, name)
    options = tree.get("options", {}).get("representations", {}).get(name, {})
    return partial(module.decode, read_config(module.Config, options, f"recipe.options.representations.{name}"))


def _plugin(package: ModuleType, name: str, recipe: Recipe) -> tuple[ModuleType, Any]:
    module, folder = plugins.load(package, name), _folder(package)
    options = getattr(recipe.options, folder).get(name, {})
    return module, read_config(module.Config, options, f"recipe.options.{folder}.{name}")


def _check_names(package: ModuleType, recipe: Recipe, name: str) -> None:
    folder, names = _folder(package), plugins.available(package)
    for option in getattr(recipe.options, folder):
        if option not in names:
            raise InputError(f"{name}.options.{folder}.{option} names no plug-in; choose from {', '.join(names)}.")


def _folder(package: ModuleType) -> str:
    return package.__name__.rpartition(".")[2]


def _check_penalty(recipe: Recipe, name: str) -> None:
    penalty = recipe.discriminator_training.penalty
    if penalty.difference and penalty.kind == "wgan_gp":
        raise InputError(
            f"{name}.discriminator_training.penalty.difference is {penalty.difference}, but wgan_gp needs exact "
            "gradients; set it to 0, or choose r1 or r1_r2."
        )


def _check_labels(recipe: Recipe, name: str) -> None:
    if recipe.condition == "label":
        return
    for key, value, usual in (
        ("discriminator_training.head", recipe.discriminator_training.head, "projection"),
        ("label_as", recipe.label_as, "embedding"),
    ):
        if value != usual:
            raise InputError(
                f"{name}.{key} is {value!r}, but condition is 'none', so there are no labels; set {name}.condition to "
                f"label, or {key} to {usual}."
            )


def _check_augment(recipe: Recipe, name: str) -> None:
    if recipe.augment.probability == "adaptive" and not recipe.augment.kinds:
        raise InputError(f"{name}.augment.probability is 'adaptive', but augment.kinds is empty; name some of {KINDS}.")
