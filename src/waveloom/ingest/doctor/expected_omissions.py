"""What a run on a corpus would leave out because there are too few sounds, by the rules of the stages themselves."""

from collections.abc import Iterator

import pandas as pd

from waveloom.classification import folds
from waveloom.config.errors import name_list
from waveloom.evaluation.omissions import training_only_classes, unmeasured_metrics
from waveloom.ingest.doctor.findings import Finding, Weight
from waveloom.ingest.doctor.target import Target
from waveloom.training.config import batch_size

SEVERAL = " (unless prepare.frames cuts several clips from a recording)"


def expected_omissions(table: pd.DataFrame, target: Target) -> Iterator[Finding]:
    """Say what there are too few recordings for; `table` is divided, and each recording is taken for one clip."""
    accepted = table[table["status"] == "accepted"]
    count = accepted["split"].value_counts().reindex(["train", "validation", "test"], fill_value=0)
    unless = "" if target.prepare.frames == "one" else SEVERAL
    yield from _classes(accepted)
    yield from _own_splits(accepted)
    yield from _training(int(count["train"]), int(count["validation"]), target, unless)
    yield from _folds(accepted, target)
    yield from _measures(int(count["test"]), int(count["validation"]), unless)


def _classes(accepted: pd.DataFrame) -> Iterator[Finding]:
    alone = accepted.groupby("label")["split"].transform(lambda splits: set(splits) == {"train"})
    for why in training_only_classes(accepted).values():
        advice = "They are learned but not measured. Add recordings, or set ingest.small_classes to drop."
        yield Finding("warning", f"recordings of classes for training alone; {why}", int(alone.sum()), advice)


def _own_splits(accepted: pd.DataFrame) -> Iterator[Finding]:
    """Name the classes that the corpus's own splits leave untrained or untested."""
    found = accepted.groupby("label")["split"].agg(set)
    untrained = found.index[["train" not in splits for splits in found]]
    if len(untrained):
        what = f"classes without a recording to train on, as the corpus divides them: {name_list(untrained)}"
        yield Finding("warning", what, len(untrained), "They are not learned. Move some of their recordings to train.")
    untested = found.index[[splits == {"train", "validation"} for splits in found]]
    if len(untested) and (accepted["split"] == "test").any():
        what = f"classes without a recording in the test split: {name_list(untested)}"
        yield Finding("warning", what, len(untested), "No test tells how well they are learned. Add recordings.")


def _training(clips: int, validation: int, target: Target, unless: str) -> Iterator[Finding]:
    wanted = target.train.batch_size
    if (batch := batch_size(clips, wanted)) < wanted:
        what = f"clips to train on, so batches of {batch} in place of train.batch_size = {wanted}{unless}"
        yield Finding("note", what, clips, "Add recordings, or cut several clips from each: prepare.frames: overlap.")
    if target.train.validate_every and validation < 2:
        advice = "Training uses its last weights instead of the best. Add recordings."
        yield Finding("warning", f"clips to validate with, where a distance needs two{unless}", validation, advice)


def _folds(accepted: pd.DataFrame, target: Target) -> Iterator[Finding]:
    if accepted["label"].nunique() < 2:
        yield Finding("note", "class, so no classifier and no measure of labels", 1, "Nothing, unless labels matter.")
        return
    asked = {"classify.folds": target.classify.folds, "evaluate.folds": target.evaluate.folds}
    for knob, wanted in asked.items():
        for name, why in folds.omissions(accepted, wanted, knob).items():
            if name in {"folds", "cross_validation"} or (name == "cross_validated_labels" and knob == "classify.folds"):
                advice = "The run continues; add recordings of more groups for a more reliable measure."
                yield Finding(
                    "note", f"recordings in a cross-validation; {why}", len(folds.development(accepted)), advice
                )


def _measures(test: int, validation: int, unless: str) -> Iterator[Finding]:
    halved = validation < 2 and test >= 4
    real, other = (test // 2, test - test // 2) if halved else (test, validation)
    weight: Weight = "note" if real > 1 else "warning"
    for why in unmeasured_metrics(real, other).values():
        yield Finding(weight, f"clips to test with; {why}{unless}", test, "Add recordings, or raise ingest.test.")
