"""A recipe names a point in the space of GANs: representation x networks x objective, and what it is conditioned on."""

from collections.abc import Callable, Mapping
from dataclasses import field
from types import ModuleType
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from waveloom import networks, objectives, plugins, representations
from waveloom.config import config, overlay, read
from waveloom.errors import InputError


@config
class Schedule:
    """How a value goes over a training; see `training.schedules`."""

    shape: Literal["constant", "linear", "cosine"] = "constant"  # after the warm-up; the others fall to zero
    warm_up: Annotated[float, Field(ge=0, lt=1)] = 0.0  # share of the steps over which it rises from zero


@config
class Optimiser:
    """Adam (Kingma and Ba, 2015), one for each network."""

    generator_rate: Annotated[float, Field(gt=0)] = 0.0002
    critic_rate: Annotated[float, Field(gt=0)] = 0.0002
    beta_1: Annotated[float, Field(ge=0, lt=1)] = 0.5
    beta_2: Annotated[float, Field(ge=0, lt=1)] = 0.999
    schedule: Schedule = Schedule()  # of both rates


@config
class Penalty:
    """What is added to the critic's loss for steep slopes: see `training.penalties`."""

    kind: Literal["none", "wgan_gp", "r1", "r1_r2"] = "none"
    weight: Annotated[float, Field(gt=0)] = 10.0
    every: Annotated[int, Field(gt=0)] = 1  # rounds; paid for all of them at once (lazily, Karras et al., 2020)
    difference: Annotated[float, Field(ge=0)] = 0.0  # step of a finite difference in r1 and r2; 0: exact
    schedule: Schedule = Schedule()  # of the weight


@config
class Critic:
    """How the critic is taught: updates a round, each on clips of its own, and what holds its slopes."""

    updates: Annotated[int, Field(gt=0)] = 1
    clip: Annotated[float, Field(ge=0)] = 0.0  # weights are kept within plus and minus this; 0: not
    penalty: Penalty = Penalty()


@config
class Recipe:
    """A checked recipe; `options` holds, under each plug-in's name, the knobs of that plug-in."""

    representation: str
    networks: str
    objective: str
    condition: Literal["none", "label"] = "none"
    noise: Annotated[int, Field(gt=0)] = 100
    optimiser: Optimiser = Optimiser()
    critic: Critic = Critic()
    options: dict[str, dict[str, Any]] = field(default_factory=dict)


class Parts(NamedTuple):
    """The three chosen plug-ins of a recipe, with their checked configs."""

    representation: ModuleType
    representation_config: Any
    networks: ModuleType
    networks_config: Any
    objective: ModuleType


def choose(book: Mapping[str, Callable[[], Mapping[str, Any]]], name: str, overrides: Mapping[str, Any]) -> Recipe:
    """Read the recipe called `name` from `book` (name -> loader) and resolve it with `overrides`."""
    if name not in book:
        raise InputError(f"train.recipe is {name!r}; conf/recipes has: {', '.join(sorted(book))}.")
    return resolve(book[name](), overrides, f"recipe {name}")


def resolve(tree: Mapping[str, Any], overrides: Mapping[str, Any], name: str = "recipe") -> Recipe:
    """Lay `overrides` over the recipe `tree` and check the whole, plug-ins and their options included."""
    recipe = read(Recipe, overlay(tree, overrides), name)
    known = [n for package in (representations, networks) for n in plugins.available(package)]
    for option in recipe.options:
        if option not in known:
            raise InputError(f"{name}.options.{option} names no plug-in; choose from {', '.join(known)}.")
    _check_slopes(recipe, parts(recipe).objective, name)
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
        plugins.load(objectives, recipe.objective),
    )


def _check_slopes(recipe: Recipe, objective: ModuleType, name: str) -> None:
    penalty = recipe.critic.penalty
    if getattr(objective, "BOUNDED_SLOPES", False) and not recipe.critic.clip and penalty.kind == "none":
        raise InputError(
            f"{name}.objective is {recipe.objective!r}, which wants a critic of bounded slopes; set {name}.critic.clip "
            "(0.01 in the paper) or critic.penalty.kind (wgan_gp)."
        )
    if penalty.difference and penalty.kind == "wgan_gp":
        raise InputError(
            f"{name}.critic.penalty.difference is {penalty.difference}, but wgan_gp needs exact slopes; set it to 0, "
            "or choose r1 or r1_r2."
        )


def _options(recipe: Recipe, name: str, module: ModuleType) -> Any:
    return read(module.Config, recipe.options.get(name, {}), f"recipe.options.{name}")
