"""Lists what was left out of splits, training and evaluation because there are too few sounds, with the reasons."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from waveloom.classification import folds
from waveloom.config.errors import name_list
from waveloom.config.plugins import available, load
from waveloom.evaluation import metrics
from waveloom.models.model import Model


def omissions(table: pd.DataFrame, model: Model, requested_folds: int, sizes: Mapping[str, int]) -> dict[str, str]:
    """Give {name: reason} of everything that was left out; empty if nothing was.

    `table` has one row per clip (label, group, split); `sizes` {set: number of sounds} of the compared sets.
    """
    training = {
        f"training_{name}": reason for name, reason in model.spec.get("training", {}).get("left_out", {}).items()
    }
    classifier = {
        f"recognition_{name}": reason
        for name, reason in folds.omissions(table, requested_folds, "evaluate.folds").items()
    }
    return {
        **training_only_classes(table),
        **training,
        **classifier,
        **unmeasured_metrics(sizes["real"], sizes["floor"]),
    }


def training_only_classes(table: pd.DataFrame) -> dict[str, str]:
    """Name the classes of rows (label, split) that are only in the training split."""
    splits = table.groupby("label")["split"].agg(set)
    alone = [str(label) for label, found in splits.items() if found == {"train"}]
    if not alone:
        return {}
    every = "all classes" if len(alone) == len(splits) else name_list(alone)
    return {"training_only_classes": f"too few groups or recordings to split, or no split requested: {every}"}


def unmeasured_metrics(real: int, other: int | None = None) -> dict[str, str]:
    """Name the metrics that need more than `real` sounds, and the floor if there are no `other` real sounds."""
    modules = {name: load(metrics, name) for name in available(metrics)}
    names = [name for name, module in modules.items() if real < getattr(module, "LEAST", 1)]
    missing = {"metrics": f"{real} real sounds in the test split are too few for: {', '.join(names)}"} if names else {}
    if other == 0:
        missing["floor"] = "there are no other real sounds to compare the generated ones with"
    return missing


def sentences(missing: Mapping[str, Any]) -> list[str]:
    """Format each entry as a sentence for the report and the log."""
    return [f"{name.replace('_', ' ')}: {reason}" for name, reason in missing.items()]
