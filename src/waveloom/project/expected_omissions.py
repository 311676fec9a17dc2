"""What a run on a corpus would omit because it has too few sounds, by the rules of the stages themselves."""

from collections.abc import Iterator

import pandas as pd

from waveloom.classification import folds
from waveloom.config.errors import name_list
from waveloom.evaluation.omissions import training_only_classes, unmeasured_metrics
from waveloom.ingest.doctor.finding import Finding, Weight
from waveloom.project.doctor_target import ProjectTarget
from waveloom.training.config import batch_size

SEVERAL = " (unless prepare.frames cuts several clips from a recording)"


def expected_omissions(table: pd.DataFrame, target: ProjectTarget) -> Iterator[Finding]:
    """Report what later stages omit for lack of data; `table` has splits, and each recording counts as one clip."""
    accepted = table[table["status"] == "accepted"]
    count = accepted["split"].value_counts().reindex(["train", "validation", "test"], fill_value=0)
    unless = "" if target.prepare.frames == "one" else SEVERAL
    yield from _training_only(accepted)
    yield from _missing_in_splits(accepted)
    yield from _training(int(count["train"]), int(count["validation"]), target, unless)
    yield from _folds(accepted, target)
    yield from _metrics(int(count["test"]), int(count["validation"]), unless)


def _training_only(accepted: pd.DataFrame) -> Iterator[Finding]:
    alone = accepted.groupby("label")["split"].transform(lambda splits: set(splits) == {"train"})
    for why in training_only_classes(accepted).values():
        advice = "They are learned but not measured. Add recordings, or set ingest.small_classes to drop."
        yield Finding("warning", f"recordings of classes for training only; {why}", int(alone.sum()), advice)


def _missing_in_splits(accepted: pd.DataFrame) -> Iterator[Finding]:
    """Name the classes that the corpus's own splits leave without training or test recordings."""
    class_splits = accepted.groupby("label")["split"].agg(set)
    untrained = class_splits.index[["train" not in splits for splits in class_splits]]
    if len(untrained):
        what = f"classes without a recording to train on, as the corpus divides them: {name_list(untrained)}"
        yield Finding("warning", what, len(untrained), "They are not learned. Move some of their recordings to train.")
    untested = class_splits.index[[splits == {"train", "validation"} for splits in class_splits]]
    if len(untested) and (accepted["split"] == "test").any():
        what = f"classes without a recording in the test split: {name_list(untested)}"
        yield Finding("warning", what, len(untested), "No test tells how well they are learned. Add recordings.")


def _training(clips: int, validation: int, target: ProjectTarget, unless: str) -> Iterator[Finding]:
    configured = target.train.batch_size
    if (batch := batch_size(clips, configured)) < configured:
        what = f"clips to train on, so batches of {batch} in place of train.batch_size = {configured}{unless}"
        yield Finding("note", what, clips, "Add recordings, or cut several clips from each: prepare.frames: overlap.")
    if target.train.validate_every and validation < 2:
        advice = "Training uses its last weights instead of the best. Add recordings."
        yield Finding("warning", f"clips to validate with, where a distance needs two{unless}", validation, advice)


def _folds(accepted: pd.DataFrame, target: ProjectTarget) -> Iterator[Finding]:
    if accepted["label"].nunique() < 2:
        yield Finding("note", "class, so no classifier and no measure of labels", 1, "Nothing, unless labels matter.")
        return
    parameters = {"classify.folds": target.classify.folds, "evaluate.folds": target.evaluate.folds}
    for parameter, count in parameters.items():
        shown = {"folds", "cross_validation", *(["cross_validated_labels"] if parameter == "classify.folds" else [])}
        for name, why in folds.omissions(accepted, count, parameter).items():
            if name in shown:
                advice = "The run continues; add recordings of more groups for a more reliable measure."
                yield Finding(
                    "note", f"recordings in a cross-validation; {why}", len(folds.development(accepted)), advice
                )


def _metrics(test: int, validation: int, unless: str) -> Iterator[Finding]:
    halved = validation < 2 and test >= 4
    real, other = (test // 2, test - test // 2) if halved else (test, validation)
    weight: Weight = "note" if real > 1 else "warning"
    for why in unmeasured_metrics(real, other).values():
        yield Finding(weight, f"clips to test with; {why}{unless}", test, "Add recordings, or raise ingest.test.")
