"""Every stage handles folders with classes of any size, if anything can be learned from them."""

import json
import math
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.training import small
from waveloom.audio.store import ClipStore, open_store, write
from waveloom.classification.config import Classify
from waveloom.classification.train import Preprocessing, train_classifier
from waveloom.evaluation.baselines import mixture
from waveloom.evaluation.comparison import compare
from waveloom.evaluation.feature_spaces import feature_spaces
from waveloom.evaluation.label_agreement import measure_label_agreement
from waveloom.evaluation.label_classifier import fit_label_classifier
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.omissions import omissions as unmeasured
from waveloom.evaluation.reference_sets import choose_reference_sets
from waveloom.features import Features
from waveloom.features.scaling import Scaler, fit
from waveloom.features.table import feature_columns
from waveloom.ingest.splits import Shares, assign_splits
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare
from waveloom.training.batches import Sampling, draw_rows
from waveloom.training.config import Train
from waveloom.training.few_clips import omissions
from waveloom.training.task import create_task
from waveloom.training.validation import create_validation, why_not_validated

RATE, SAMPLES = 4000, 256
sizes = st.lists(st.one_of(st.integers(1, 4), st.integers(1, 50)), min_size=1, max_size=12)
speakers = st.sampled_from([0, 0, 1, 2, 3, 7])  # number of speakers of all sounds; 0: each sound is a group of its own


def divided(sizes: list[int], speakers: int) -> pd.DataFrame:
    """Recordings of classes of these sizes, split as ingest does by default."""
    rows = [(f"c{label:02d}", f"{label}-{n}", n) for label, size in enumerate(sizes) for n in range(size)]
    table = pd.DataFrame(rows, columns=["label", "recording_id", "number"])
    group = table["recording_id"] if not speakers else "s" + (table["number"] % speakers).astype(str)
    recordings = table.assign(group=group, split="", status="accepted", reason="")
    return assign_splits(recordings.drop(columns="number"), Shares())


def measured(folder: Path, recordings: pd.DataFrame) -> tuple[ClipStore, pd.DataFrame]:
    """One clip of noise per recording, and a table of six features that separate the classes."""
    draw, number = np.random.default_rng(0), recordings["label"].str[1:].astype(int).to_numpy()
    index = recordings[["recording_id", "label", "group", "split"]].assign(
        clip_id=recordings["recording_id"] + "-0000", licence="CC0-1.0", start_seconds=0.0
    )
    clips = draw.standard_normal((len(index), SAMPLES)) * (0.01 + 0.02 * number[:, None])
    write(folder, [(index, clips.astype(np.float32))], RATE, SAMPLES)
    features = draw.standard_normal((len(index), 6)) + 3 * np.eye(12, 6)[number]
    keys = index[["clip_id", "recording_id", "label", "group", "split"]].reset_index(drop=True)
    columns = pd.DataFrame(features.astype(np.float32), columns=[f"f{n}" for n in range(6)])
    return open_store(folder), pd.concat([keys, columns], axis=1)


def check_numbers(tree: object) -> None:
    """Every leaf is a finite number, or the reason why it was not measured."""
    for leaf in tree.values() if isinstance(tree, dict) else [tree]:
        if isinstance(leaf, dict):
            check_numbers(leaf)
        else:
            assert leaf.startswith("not measured") if isinstance(leaf, str) else math.isfinite(leaf)


def check_splits(recordings: pd.DataFrame) -> None:
    assert (recordings["status"] == "accepted").all()
    assert set(recordings.loc[recordings["split"] == "train", "label"]) == set(recordings["label"])
    assert (recordings.groupby("group")["split"].nunique() == 1).all()


def check_classifier(store: ClipStore, table: pd.DataFrame) -> None:
    rules = Classify(models=("logistic", "svm"))
    metrics = train_classifier(store, table, Preprocessing(Prepare(), Features()), rules).metrics
    check_numbers({name: metrics[name] for name in ("folds", "cross_validation", "by_label", "test", "like")})
    assert json.dumps(metrics, allow_nan=False)


def check_training(store: ClipStore, table: pd.DataFrame, scaler: Scaler) -> dict[str, str]:
    """Give the omissions of the training."""
    rules = Train()
    task = create_task(store, table, small.recipe(), rules)
    rows = draw_rows(task.labels[task.rows], Sampling(task.batch_size, rules.balance, rules.seed), step=1)
    assert len(rows) == task.batch_size <= max(len(task.rows), 4)
    assert task.batch_size % 4 == 0
    if not why_not_validated(task, rules, scaler):
        assert len(create_validation(task, rules, Features(), scaler).real) >= 2
    return omissions(task, rules, scaler)


def check_evaluation(store: ClipStore, table: pd.DataFrame, scaler: Scaler, omitted: dict[str, str]) -> None:
    scaled = table.assign(**{name: (table[name] - table[name].mean()) for name in feature_columns(table)})
    chosen = choose_reference_sets(store.index, 10, 12, seed=0)
    sounds = {name: sounds_of(store, scaled, rows) for name, rows in sets_of(chosen).items()}
    sounds["mixture"] = mixture_of(sounds["train"])
    points = {name: one.features for name, one in sounds.items()}
    for space in feature_spaces(sounds, {"mfcc": points}, fit_label_classifier(scaled)):
        scores = compare(space.kind, space.sets, space.reference, seed=0)
        check_numbers(scores.values)
        check_numbers(scores.margins)
    check_numbers(measure_label_agreement(scaled, sounds["generated"], folds=5, seed=0).metrics)
    spec = {"training": {"left_out": omitted}}
    left_out = unmeasured(table, Model(spec, {}), 5, {"real": len(chosen.real), "floor": len(chosen.floor)})
    train_only = set(table["label"]) - set(table.loc[table["split"] != "train", "label"])
    assert ("training_only_classes" in left_out) == bool(train_only)


def sets_of(chosen) -> dict[str, np.ndarray]:
    return {"real": chosen.real, "floor": chosen.floor, "train": chosen.train, "generated": chosen.train[:6]}


def sounds_of(store: ClipStore, table: pd.DataFrame, rows: np.ndarray) -> Sounds:
    some = table.iloc[rows]
    return Sounds(store.read(rows), RATE, some[feature_columns(table)].to_numpy(), some["label"].to_numpy(str))


def mixture_of(train: Sounds) -> Sounds:
    clips, labels = mixture.make(train, 4, 0)
    return Sounds(clips, RATE, np.resize(train.features, (4, 6)), labels)


@pytest.mark.filterwarnings("error::RuntimeWarning", "error::UserWarning")
@settings(derandomize=True, max_examples=50, deadline=None)
@given(sizes=sizes, speakers=speakers)
@example(sizes=[1], speakers=0)
@example(sizes=[2], speakers=0)
@example(sizes=[1, 1, 1], speakers=0)
@example(sizes=[3], speakers=1)
@example(sizes=[2, 2], speakers=2)
@example(sizes=[5, 12, 2, 1], speakers=0)
@example(sizes=[1, 50], speakers=0)
def test_no_stage_fails_on_classes_of_any_size(sizes, speakers):
    recordings = divided(sizes, speakers)
    check_splits(recordings)
    with tempfile.TemporaryDirectory() as folder:
        store, table = measured(Path(folder, "clips"), recordings)
        scaler = fit(table[table["split"] == "train"])
        check_classifier(store, table)
        check_evaluation(store, table, scaler, check_training(store, table, scaler))
