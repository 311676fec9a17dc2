"""What a training leaves out where there are few clips, and why."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from waveloom.config.errors import name_list
from waveloom.features.scaling import Scaler
from waveloom.models.model import Model
from waveloom.training.config import Train
from waveloom.training.task import Task
from waveloom.training.validation import why_not_measured

log = logging.getLogger(__name__)


def omissions(known: Task, rules: Train, scaler: Scaler) -> dict[str, str]:
    """Name what there are too few clips for, with the reason; empty where nothing is left out. It is logged too."""
    missing = {}
    if known.batch < rules.batch_size:
        missing["batch_size"] = (
            f"{known.batch} in place of {rules.batch_size}: the training split has {len(known.rows)} clips"
        )
    if unknown := sorted(set(known.store.index["label"]) - set(known.names)):
        missing["labels"] = f"no clip in the training split: {name_list(unknown)}"
    if rules.validate_every and (why := why_not_measured(known, rules, scaler)):
        missing["validation"] = f"{why}; the last weights are used"
    for what, why in missing.items():
        log.warning("Training, %s: %s.", what.replace("_", " "), why)
    return missing


def with_omissions(model: Model, missing: Mapping[str, str]) -> Model:
    """Record in the model what its training left out."""
    if not missing:
        return model
    training = {**model.spec["training"], "left_out": dict(missing)}
    return replace(model, spec={**model.spec, "training": training})
