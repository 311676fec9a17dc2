"""Transfer learning: load the weights of a trained model that fit, freeze some, train the others at another rate."""

import logging
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.models.model import Model
from waveloom.models.networks import Networks, is_float, weights_by_name
from waveloom.training.config import Train
from waveloom.training.fingerprint import complete_recipe
from waveloom.training.game import BaseGame
from waveloom.training.label_rows import label_embeddings, relabelled
from waveloom.training.task import Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Start:
    """The initial weights of a training.

    Names of weights are their paths (`models.networks.weights_by_name`) after `generator/` or `discriminator/`.
    `loaded` are those taken from `model`, `not_loaded` says why for each of the others, `frozen` are the loaded ones
    that are not trained. `differences` describes in words how the model's data differ. `stored_sounds` is the number
    of training clips stored in the networks before the first step, `descriptions` those of these clips (see
    `models.descriptions`).
    """

    model: Model | None = None
    loaded: tuple[str, ...] = ()
    not_loaded: dict[str, str] = field(default_factory=dict)
    frozen: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    stored_sounds: int = 0
    descriptions: dict[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The start in the new model's description: model, its data and licences, weights, stored sounds."""
        stored: dict[str, Any] = {"stored_sounds": self.stored_sounds} if self.stored_sounds else {}
        stored |= {"descriptions": self.descriptions} if self.descriptions else {}
        if self.model is None:
            return stored
        spec = self.model.spec
        start = {
            "model": self.model.digest,
            "data": spec.get("data", {}),
            **({"start": spec["start"]} if "start" in spec else {}),
            "loaded": len(self.loaded),
            "not_loaded": self.not_loaded,
            "differences": list(self.differences),
            "frozen": list(self.frozen),
        }
        return {"start": start, **stored}


def check_start(config: Train, model: Model | None) -> None:
    """Raise an InputError for parameters without effect, and for a model that is not a generator."""
    if model is None:
        without_effect = {"freeze": bool(config.freeze), "loaded_rate": config.loaded_rate != 1.0}
        for name in (name for name, is_set in without_effect.items() if is_set):
            raise InputError(f"train.{name} is about loaded weights, but train.start_from is empty; set both or none.")
    elif "recipe" not in model.spec:
        raise InputError(f"train.start_from is {config.start_from!r}, which holds a model that is not a generator.")


def load_start(networks: Networks, task: Task, config: Train, model: Model | None) -> Start:
    """Load into `networks` the weights of `model` that fit by name and shape, and freeze matches of `config.freeze`."""
    check_start(config, model)
    if model is None:
        return Start()
    weights = trainable_weights(networks)
    _check_task(task, config, model)
    stored = _weights_of(model)
    partly: dict[str, str] = {}
    if task.recipe.task == "translation":
        embeddings = label_embeddings(networks, task.classes)
        stored, partly = relabelled(stored, weights, embeddings, (model.spec["labels"], task.label_names))
        for name in partly:
            weights[name].assign(stored[name])
    not_loaded = {
        name: why
        for name, weight in weights.items()
        if (why := partly.get(name) or _why_not_loaded(stored.get(name), weight.shape))
    }
    loaded = tuple(name for name in weights if name not in not_loaded)
    if not loaded:
        raise InputError(
            f"None of the weights in train.start_from ({config.start_from}, {model.spec['recipe']['generator']}) fits "
            f"the {len(weights)} of this recipe ({task.recipe.generator}); choose the recipe it was trained with."
        )
    for name in loaded:
        weights[name].assign(stored[name])
    frozen = _matching(config.freeze, list(weights), loaded)
    _freeze(networks, weights, set(frozen))
    start = Start(model, loaded, not_loaded, frozen, _differences(task, model))
    _log(start, len(weights))
    return start


def _check_task(task: Task, config: Train, model: Model) -> None:
    found = model.spec["recipe"].get("task", "generation")
    if found != task.recipe.task:
        raise InputError(
            f"train.start_from is {config.start_from!r}, a model for {found}, but the recipe is for "
            f"{task.recipe.task}; choose a recipe or a model of the other's task."
        )


def set_loaded_rate(game: BaseGame, start: Start, share: float) -> None:
    """Multiply the learning rates of the loaded weights by `share`."""
    weights = trainable_weights(Networks(game.generator, game.discriminator))
    loaded = {id(weights[name]) for name in start.loaded}
    for adam in game.optimisers.values():
        adam.rate_shares = [share if id(weight) in loaded else 1.0 for weight in adam.variables]


def trainable_weights(networks: Networks) -> dict[str, Any]:
    """The weights of both networks that training can change, by name, in their order."""
    return {
        f"{role}/{name}": weight
        for role, network in (("generator", networks.generator), ("discriminator", networks.discriminator))
        for name, weight in weights_by_name(network).items()
        if is_float(weight)
    }


def _weights_of(model: Model) -> dict[str, np.ndarray]:
    """The weights of both networks of the model, by name."""
    both = {"generator": model.weights, "discriminator": model.discriminator}
    return {f"{role}/{name}": weight for role, weights in both.items() for name, weight in weights.items()}


def _why_not_loaded(found: np.ndarray | None, shape: Any) -> str:
    """Why a weight cannot be loaded; empty if it can."""
    if found is None:
        return "the start has none of this name"
    return "" if found.shape == tuple(shape) else f"its shape is {found.shape} there, {tuple(shape)} here"


def _matching(patterns: tuple[str, ...], names: list[str], loaded: tuple[str, ...]) -> tuple[str, ...]:
    """The names of loaded weights that a pattern matches; InputError for a pattern that matches none."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in loaded):
            in_network = any(fnmatchcase(name, pattern) for name in names)
            problem = "matches only weights that were not loaded" if in_network else "matches no weight"
            layers = sorted({name.rpartition("/")[0] for name in loaded})
            raise InputError(f"train.freeze has {pattern!r}, which {problem}; there are: {', '.join(layers)}.")
    return tuple(name for name in loaded if any(fnmatchcase(name, pattern) for pattern in patterns))


def _freeze(networks: Networks, weights: dict[str, Any], frozen: set[str]) -> None:
    """Exclude weights from training; a layer with all weights frozen keeps its running statistics as well."""
    fixed = {id(weight) for name, weight in weights.items() if name in frozen}
    both = [*networks.generator.layers, *networks.discriminator.layers]
    for layer in (layer for layer in both if layer.weights):
        if all(id(weight) in fixed for weight in layer.weights):
            layer.trainable = False
        for weight in layer.weights:
            weight.trainable = weight.trainable and id(weight) not in fixed


def _differences(task: Task, model: Model) -> tuple[str, ...]:
    """Differences of the data that the shapes of weights do not show: rate, length, labels, representation."""
    store, labels = task.store, task.label_names if task.classes else []
    here = {"rate_hz": store.rate_hz, "samples": store.samples, "labels": labels}
    there = {name: model.spec.get(name) for name in here}
    here |= _representation(complete_recipe(task.recipe))
    there |= _representation(model.spec["recipe"])
    return tuple(f"{name}: {there[name]} there, {here[name]} here" for name in here if there[name] != here[name])


def _representation(recipe: dict[str, Any]) -> dict[str, Any]:
    name = recipe["representation"]
    return {"representation": [name, recipe.get("options", {}).get("representations", {}).get(name)]}


def _log(start: Start, count: int) -> None:
    assert start.model
    log.info("Started from model %s: %d of %d weights loaded.", start.model.digest[:12], len(start.loaded), count)
    for name, why in start.not_loaded.items():
        log.info("Not loaded: %s; %s.", name, why)
    for difference in start.differences:
        log.warning("The data of the start model differ: %s.", difference)
    if start.frozen:
        log.info("%d loaded weights are frozen.", len(start.frozen))
