"""Parts of a training that are left out or reduced because there are too few clips, and why."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from waveloom.config.errors import name_list
from waveloom.features.scaling import Scaler
from waveloom.models.model import Model
from waveloom.training.config import Train
from waveloom.training.task import Task
from waveloom.training.translation_pairs import why_not_translated
from waveloom.training.validation import why_not_validated

log = logging.getLogger(__name__)


def omissions(task: Task, config: Train, scaler: Scaler) -> dict[str, str]:
    """Return and log what is left out or reduced, with the reason; empty if nothing is."""
    left_out = {}
    if task.batch_size < config.batch_size:
        left_out["batch_size"] = (
            f"{task.batch_size} in place of {config.batch_size}: the training split has {len(task.rows)} clips"
        )
    left_out |= _unused_clips(task)
    why_not = why_not_validated if task.recipe.task == "generation" else why_not_translated
    if config.validate_every and (why := why_not(task, config, scaler)):
        left_out["validation"] = f"{why}; the last weights are used"
    for name, why in left_out.items():
        log.warning("Training, %s: %s.", name.replace("_", " "), why)
    return left_out


def _unused_clips(task: Task) -> dict[str, str]:
    """Labels without training clips; in translation, training clips without a domain, or without a counterpart."""
    index = task.store.index
    if task.recipe.task == "generation":
        missing = sorted(set(index["label"]) - set(task.label_names))
        return {"labels": f"no clip in the training split: {name_list(missing)}"} if missing else {}
    unused = int((index["split"] == "train").sum()) - len(task.rows)
    why = "without a domain, or in a paired recipe without a counterpart in another domain"
    return {"clips": f"{unused} of the training split, {why}"} if unused else {}


def with_omissions(model: Model, left_out: Mapping[str, str]) -> Model:
    """Record in the model what its training left out."""
    if not left_out:
        return model
    training = {**model.spec["training"], "left_out": dict(left_out)}
    return replace(model, spec={**model.spec, "training": training})
