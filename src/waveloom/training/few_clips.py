"""What a training leaves out because there are too few clips, and why."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from waveloom.config.errors import name_list
from waveloom.features.scaling import Scaler
from waveloom.models.model import Model
from waveloom.training.config import Train
from waveloom.training.task import Task
from waveloom.training.validation import why_not_validated

log = logging.getLogger(__name__)


def omissions(task: Task, config: Train, scaler: Scaler) -> dict[str, str]:
    """What is left out, with the reason; empty if nothing is. It is also logged."""
    found = {}
    if task.batch_size < config.batch_size:
        found["batch_size"] = (
            f"{task.batch_size} in place of {config.batch_size}: the training split has {len(task.rows)} clips"
        )
    if missing := sorted(set(task.store.index["label"]) - set(task.label_names)):
        found["labels"] = f"no clip in the training split: {name_list(missing)}"
    if config.validate_every and (why := why_not_validated(task, config, scaler)):
        found["validation"] = f"{why}; the last weights are used"
    for name, why in found.items():
        log.warning("Training, %s: %s.", name.replace("_", " "), why)
    return found


def with_omissions(model: Model, found: Mapping[str, str]) -> Model:
    """Record in the model what its training left out."""
    if not found:
        return model
    training = {**model.spec["training"], "left_out": dict(found)}
    return replace(model, spec={**model.spec, "training": training})
