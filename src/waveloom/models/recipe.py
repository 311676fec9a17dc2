"""A recipe names a point in the space of GANs: representation x networks x objective, and what it is conditioned on."""

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
from waveloom.models import generators as networks


@checked_dataclass
class Schedule:
    """How a value goes over a training; see `training.schedules`."""

    shape: Literal["constant", "linear", "cosine"] = "constant"  # after the warm-up; the others fall to zero
    warm_up: Annotated[float, Field(ge=0, lt=1)] = 0.0  # share of the steps over which it rises from zero


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
    """What is added to the discriminator's loss for steep slopes: see `training.penalties`."""

    kind: Literal["none", "wgan_gp", "r1", "r1_r2"] = "none"
    weight: Annotated[float, Field(gt=0)] = 10.0
    every: Annotated[int, Field(gt=0)] = 1  # rounds; paid for all of them at once (lazily, Karras et al., 2020)
    difference: Annotated[float, Field(ge=0)] = 0.0  # step of a finite difference in r1 and r2; 0: exact
    schedule: Schedule = Schedule()  # of the weight


@checked_dataclass
class Discriminator:
    """How the discriminator is taught: updates a round, each on clips of its own, what holds its slopes, what else it
    says.
    """

    updates: Annotated[int, Field(gt=0)] = 1
    clip: Annotated[float, Field(ge=0)] = 0.0  # weights are kept within plus and minus this; 0: not
    penalty: Penalty = Penalty()
    spectral_norm: bool = False  # every layer's weights are divided by their largest singular value
    smoothing: Annotated[float, Field(ge=0, lt=0.5)] = 0.0  # how far the target of real falls short of 1
    variety: bool = False  # it also weighs how much the clips of a batch differ
    feature_matching: Annotated[float, Field(ge=0)] = 0.0  # weight, in the generator's loss, of its features' means
    head: Literal["projection", "acgan"] = "projection"  # how labels reach it: told them, or asked to name them
    class_weight: Annotated[float, Field(gt=0)] = 1.0  # of naming the label, in both losses (acgan)


KINDS = ("shift", "gain", "cutout")  # of augmentation


@checked_dataclass
class Augment:
    """How real and fake clips are changed before the discriminator sees them: see `training.augment`."""

    kinds: tuple[Literal["shift", "gain", "cutout"], ...] = ()
    probability: Annotated[float, Field(ge=0, le=1)] | Literal["adaptive"] = 1.0  # of each kind, for each clip
    shift: Annotated[float, Field(gt=0, le=1)] = 0.125  # of the clip, either way, at most
    wrap: bool = False  # what goes out at one end comes in at the other; else silence does
    gain_db: Annotated[float, Field(gt=0, le=60)] = 6.0  # either way, at most
    cutout: Annotated[float, Field(gt=0, lt=1)] = 0.25  # of time, and of frequency where that is an axis
    target: Annotated[float, Field(gt=-1, lt=1)] = (
        0.6  # adaptive: mean sign of the discriminator's logits on real clips
    )
    span: Annotated[int, Field(gt=0)] = 50_000  # adaptive: clips from never to always (the paper's: 500,000)


@checked_dataclass
class Recipe:
    """A checked recipe; `options` holds, under each plug-in's name, the knobs of that plug-in."""

    representation: str
    networks: str
    objective: str
    condition: Literal["none", "label"] = "none"
    noise: Annotated[int, Field(gt=0)] = 100
    optimiser: Optimiser = Optimiser()
    discriminator: Discriminator = Discriminator()
    label_as: Literal["embedding", "one_hot"] = "embedding"  # how the generator is told its label
    augment: Augment = Augment()
    options: dict[str, dict[str, Any]] = field(default_factory=dict)


class Parts(NamedTuple):
    """The representation and the networks of a recipe, with their checked configs."""

    representation: ModuleType
    representation_config: Any
    networks: ModuleType
    networks_config: Any


def choose(book: Mapping[str, Callable[[], Mapping[str, Any]]], name: str, overrides: Mapping[str, Any]) -> Recipe:
    """Read the recipe called `name` from `book` (name -> loader) and resolve it with `overrides`."""
    if name not in book:
        raise InputError(
            f"train.recipe is {name!r}; conf/recipes has: {', '.join(sorted(book))}.{suggestion(name, book)}"
        )
    return resolve(book[name](), overrides, f"recipe {name}")


def resolve(tree: Mapping[str, Any], overrides: Mapping[str, Any], name: str = "recipe") -> Recipe:
    """Lay `overrides` over the recipe `tree` and check the whole, plug-ins and their options included."""
    recipe = read_config(Recipe, overlay(tree, overrides), name)
    known = [n for package in (representations, networks) for n in plugins.available(package)]
    for option in recipe.options:
        if option not in known:
            raise InputError(f"{name}.options.{option} names no plug-in; choose from {', '.join(known)}.")
    parts(recipe)
    _check_penalty(recipe, name)
    _check_labels(recipe, name)
    _check_augment(recipe, name)
    return recipe


def parts(recipe: Recipe) -> Parts:
    """Import what the recipe names and read each part's own options."""
    representation = plugins.load(representations, recipe.representation)
    network = plugins.load(networks, recipe.networks)
    return Parts(
        representation,
        _options(recipe, recipe.representation, representation),
        network,
        _options(recipe, recipe.networks, network),
    )


def way_back(tree: Mapping[str, Any]) -> Callable[[np.ndarray, int, int], np.ndarray]:
    """From encoded sounds, samples and rate to clips, for a resolved recipe; no network is imported for it."""
    name = tree["representation"]
    module = plugins.load(representations, name)
    return partial(
        module.decode, read_config(module.Config, tree.get("options", {}).get(name, {}), f"recipe.options.{name}")
    )


def _check_penalty(recipe: Recipe, name: str) -> None:
    penalty = recipe.discriminator.penalty
    if penalty.difference and penalty.kind == "wgan_gp":
        raise InputError(
            f"{name}.discriminator.penalty.difference is {penalty.difference}, but wgan_gp needs exact slopes; set it "
            "to 0, or choose r1 or r1_r2."
        )


def _check_labels(recipe: Recipe, name: str) -> None:
    if recipe.condition == "label":
        return
    for key, value, usual in (
        ("discriminator.head", recipe.discriminator.head, "projection"),
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


def _options(recipe: Recipe, name: str, module: ModuleType) -> Any:
    return read_config(module.Config, recipe.options.get(name, {}), f"recipe.options.{name}")
