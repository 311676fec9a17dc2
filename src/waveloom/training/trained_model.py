"""The model that a training results in: weights and description."""

from typing import Any

from waveloom.ingest.value_counts import value_counts
from waveloom.models.model import Model
from waveloom.models.networks import weights_by_name
from waveloom.similarity.training_sounds import TrainingSounds
from waveloom.training.config import Train
from waveloom.training.fingerprint import complete_recipe
from waveloom.training.game import BaseGame
from waveloom.training.task import Task
from waveloom.training.training_state import TrainingState
from waveloom.training.transfer import Start


def trained_model(
    game: BaseGame, start: Start, task: Task, config: Train, state: TrainingState, sounds: TrainingSounds
) -> Model:
    """The averaged generator and the discriminator at the best or the last step, depending on `config.keep`."""
    best = config.keep == "best" and bool(state.best_weights)
    step = state.best_step if best else state.last_step
    weights = state.best_weights if best else game.model_weights()
    generator = dict(zip(weights_by_name(game.average), weights, strict=False))
    discriminator = dict(zip(weights_by_name(game.discriminator), weights[len(generator) :], strict=True))
    spec = {
        **_description(task, config, sounds),
        "steps": step,
        "validation_distance": state.validations.get(step, "not measured"),
        "training": _training(task, config, state),
        **start.record(),
    }
    return Model(spec, generator, discriminator, sounds.levels)


def _description(task: Task, config: Train, sounds: TrainingSounds) -> dict[str, Any]:
    """What is needed to rebuild the networks, and the data they were trained on."""
    return {
        "recipe": complete_recipe(task.recipe),
        "rate_hz": task.store.rate_hz,
        "samples": task.store.samples,
        "labels": task.label_names if task.classes else [],
        "seed": config.seed,
        "copy_threshold": sounds.copy_threshold,
        "data": _data(task),
        **({"channels": task.channels} if task.channels > 1 else {}),
        **({"bandwidth_hz": task.bandwidth_hz} if task.bandwidth_hz else {}),
    }


def _training(task: Task, config: Train, state: TrainingState) -> dict[str, Any]:
    """Steps, number of clips, reason for the end, failures and roll backs."""
    return {
        "steps": state.last_step,
        "clips_shown": state.last_step * config.batch_size * task.recipe.discriminator_training.updates,
        "ended": state.reason_to_stop(config),
        "failures": state.failures,
        "roll_backs": [back.sentence for back in state.roll_backs],
    }


def _data(task: Task) -> dict[str, Any]:
    """Digest, number, labels and licences of the training clips."""
    index = task.store.index.iloc[task.rows]
    column = "domain" if task.recipe.task == "translation" else "label"
    counts = {
        "labels": dict(sorted(value_counts(index[column]).items())),
        "licences": dict(sorted(value_counts(index["licence"]).items())),
    }
    return {"clips": task.store.digest, "count": len(index), **counts}
