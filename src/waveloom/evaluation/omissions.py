"""What was left out because there are too few sounds: in splits, training and evaluation, by name, with the reason."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from waveloom.classification import folds
from waveloom.config.errors import name_list
from waveloom.config.plugins import available, load
from waveloom.evaluation import metrics
from waveloom.models.model import Model


def omissions(table: pd.DataFrame, model: Model, asked_folds: int, sizes: Mapping[str, int]) -> dict[str, str]:
    """Say by name what was left out, and why; empty where nothing was.

    `table` has a row a clip (label, group, split); `sizes` are those of the sets that are compared.
    """
    trained = {f"training_{what}": why for what, why in model.spec.get("training", {}).get("left_out", {}).items()}
    judge = {f"recognition_{what}": why for what, why in folds.omissions(table, asked_folds, "evaluate.folds").items()}
    return {**classes_for_training(table), **trained, **judge, **unmeasured(sizes["real"], sizes["floor"])}


def classes_for_training(table: pd.DataFrame) -> dict[str, str]:
    """Name the classes of rows (label, split) that are in no split but that for training."""
    splits = table.groupby("label")["split"].agg(set)
    alone = [str(label) for label, found in splits.items() if found == {"train"}]
    if not alone:
        return {}
    every = "all classes" if len(alone) == len(splits) else name_list(alone)
    return {"classes_for_training_alone": f"too few groups or recordings to be divided, or no split wanted: {every}"}


def unmeasured(real: int, other: int | None = None) -> dict[str, str]:
    """Name the metrics that need more than so many `real` sounds; and the floor, if there are no `other` ones."""
    modules = {name: load(metrics, name) for name in available(metrics)}
    names = [name for name, module in modules.items() if real < getattr(module, "LEAST", 1)]
    missing = {"metrics": f"{real} real sounds in the test split are too few for: {', '.join(names)}"} if names else {}
    if other == 0:
        missing["floor"] = "there are no other real sounds to stand beside the generated ones"
    return missing


def sentences(missing: Mapping[str, Any]) -> list[str]:
    """Write each as a sentence, for the report and the log."""
    return [f"{what.replace('_', ' ')}: {why}" for what, why in missing.items()]
