"""Starting from a trained model: its weights where they fit, some of them frozen, the rest at a rate of their own."""

import logging
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.models.model import Model
from waveloom.models.networks import Networks, is_float, weights_by_name
from waveloom.training.config import Train
from waveloom.training.fingerprint import settled
from waveloom.training.game import Game
from waveloom.training.task import Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Start:
    """What was taken from which model: the names of the weights that fitted, and why each of the others did not.

    Names are the paths of weights after `generator/` or `discriminator/`; `frozen` are the loaded ones that stay
    as they are, `differences` says in words what the model learned otherwise. `remembered` training sounds are in the
    networks before the first step, `descriptions` says what they are (`words.descriptions`).
    """

    model: Model | None = None
    loaded: tuple[str, ...] = ()
    left: dict[str, str] = field(default_factory=dict)
    frozen: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    remembered: int = 0
    descriptions: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The model's name; empty without one."""
        return self.model.digest if self.model else ""

    def record(self) -> dict[str, Any]:
        """What the new model's description says of its start: where it came from, and under which licences."""
        remembers: dict[str, Any] = {"remembers": self.remembered} if self.remembered else {}
        remembers |= {"descriptions": self.descriptions} if self.descriptions else {}
        if self.model is None:
            return remembers
        spec = self.model.spec
        origin = {"model": self.digest, "data": spec.get("data", {})} | (
            {"start": spec["start"]} if "start" in spec else {}
        )
        said = {"not_loaded": self.left, "differences": list(self.differences), "frozen": list(self.frozen)}
        return {"start": {**origin, "loaded": len(self.loaded), **said}, **remembers}


def check(rules: Train, model: Model | None) -> None:
    """Refuse knobs that would do nothing, and a model that is no generator."""
    if model is None:
        idle = {"freeze": bool(rules.freeze), "loaded_rate": rules.loaded_rate != 1.0}
        for name in (name for name, wrong in idle.items() if wrong):
            raise InputError(f"train.{name} is about loaded weights, but train.start_from is empty; set both or none.")
    elif "recipe" not in model.spec:
        raise InputError(f"train.start_from is {rules.start_from!r}, which holds a model that is no generator.")


def begin(networks: Networks, known: Task, rules: Train, model: Model | None) -> Start:
    """Load into `networks` what fits by name and shape, freeze what `rules.freeze` matches, and say what was done."""
    check(rules, model)
    if model is None:
        return Start()
    places = named(networks)
    held = _held(model)
    left = {name: why for name, weight in places.items() if (why := _misfit(held.get(name), weight.shape))}
    loaded = tuple(name for name in places if name not in left)
    if not loaded:
        raise InputError(
            f"None of the weights in train.start_from ({rules.start_from}, {model.spec['recipe']['generator']}) fits "
            f"the {len(places)} of this recipe ({known.recipe.generator}); choose the recipe it was trained with."
        )
    for name in loaded:
        places[name].assign(held[name])
    frozen = _matched(rules.freeze, list(places), loaded)
    _freeze(networks, places, set(frozen))
    start = Start(model, loaded, left, frozen, _differences(known, model))
    _say(start, len(places))
    return start


def slow_down(game: Game, start: Start, share: float) -> None:
    """Have the loaded weights learn at `share` of the recipe's rates."""
    places = named(Networks(game.generator, game.discriminator))
    loaded = {id(places[name]) for name in start.loaded}
    for adam in game.adams.values():
        adam.shares = [share if id(weight) in loaded else 1.0 for weight in adam.variables]


def named(networks: Networks) -> dict[str, Any]:
    """The weights of both networks that can be learned, by name, in their order."""
    return {
        f"{role}/{name}": weight
        for role, network in (("generator", networks.generator), ("discriminator", networks.discriminator))
        for name, weight in weights_by_name(network).items()
        if is_float(weight)
    }


def _held(model: Model) -> dict[str, np.ndarray]:
    """The weights of both networks of the model, by name."""
    both = {"generator": model.weights, "discriminator": model.discriminator}
    return {f"{role}/{name}": weight for role, weights in both.items() for name, weight in weights.items()}


def _misfit(found: np.ndarray | None, shape: Any) -> str:
    """Say why a weight cannot be loaded; nothing if it can."""
    if found is None:
        return "the start has none of this name"
    return "" if found.shape == tuple(shape) else f"its shape is {found.shape} there, {tuple(shape)} here"


def _matched(patterns: tuple[str, ...], names: list[str], loaded: tuple[str, ...]) -> tuple[str, ...]:
    """The loaded weights that a pattern matches; a pattern that would freeze none is an error."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in loaded):
            some = "matches only weights that were not loaded" if _any(names, pattern) else "matches no weight"
            layers = sorted({name.rpartition("/")[0] for name in loaded})
            raise InputError(f"train.freeze has {pattern!r}, which {some}; there are: {', '.join(layers)}.")
    return tuple(name for name in loaded if any(fnmatchcase(name, pattern) for pattern in patterns))


def _any(names: list[str], pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)


def _freeze(networks: Networks, places: dict[str, Any], frozen: set[str]) -> None:
    """Keep weights as they are; a layer of which all are kept stays as it is altogether, running statistics too."""
    kept = {id(weight) for name, weight in places.items() if name in frozen}
    both = [*networks.generator.layers, *networks.discriminator.layers]
    for layer in (layer for layer in both if layer.weights):
        if all(id(weight) in kept for weight in layer.weights):
            layer.trainable = False
        for weight in layer.weights:
            weight.trainable = weight.trainable and id(weight) not in kept


def _differences(known: Task, model: Model) -> tuple[str, ...]:
    """What fits by shape, yet means something else."""
    store, labels = known.store, known.names if known.classes else []
    here = {"rate_hz": store.rate_hz, "samples": store.samples, "labels": labels} | _seen(settled(known.recipe))
    there = {name: model.spec.get(name) for name in ("rate_hz", "samples", "labels")} | _seen(model.spec["recipe"])
    return tuple(f"{name}: {there[name]} there, {here[name]} here" for name in here if there[name] != here[name])


def _seen(recipe: dict[str, Any]) -> dict[str, Any]:
    name = recipe["representation"]
    return {"representation": [name, recipe.get("options", {}).get("representations", {}).get(name)]}


def _say(start: Start, count: int) -> None:
    log.info("Started from model %s: %d of %d weights loaded.", start.digest[:12], len(start.loaded), count)
    for name, why in start.left.items():
        log.info("Not loaded: %s; %s.", name, why)
    for difference in start.differences:
        log.warning("The start learned otherwise: %s.", difference)
    if start.frozen:
        log.info("%d loaded weights are frozen.", len(start.frozen))
