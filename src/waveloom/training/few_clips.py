"""What a training does without where there are few clips, and why."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from waveloom.features.scale import Scaler
from waveloom.model import Model
from waveloom.small_classes import listed
from waveloom.training.rules import Train
from waveloom.training.task import Task
from waveloom.training.validation import why_not

log = logging.getLogger(__name__)


def left_out(known: Task, rules: Train, scaler: Scaler) -> dict[str, str]:
    """Say by name what the clips are too few for; empty where nothing is. It is logged too."""
    said = {}
    if known.batch < rules.batch_size:
        said["batch_size"] = (
            f"{known.batch} in place of {rules.batch_size}: the training split has {len(known.rows)} clips"
        )
    if unknown := sorted(set(known.store.index["label"]) - set(known.names)):
        said["labels"] = f"no clip in the training split: {listed(unknown)}"
    if rules.validate_every and (why := why_not(known, rules, scaler)):
        said["validation"] = f"{why}; the last weights are the ones that count"
    for what, why in said.items():
        log.warning("Training, %s: %s.", what.replace("_", " "), why)
    return said


def lacking(model: Model, missing: Mapping[str, str]) -> Model:
    """Have the model say what its training did without."""
    if not missing:
        return model
    training = {**model.spec["training"], "left_out": dict(missing)}
    return replace(model, spec={**model.spec, "training": training})
