"""Classifiers on published protocols: writes docs/reference/classifier.csv, and the table in classifier.md from it.

    WAVELOOM_REAL_DATA=<folder> python benchmarks/classifier_protocols.py esc10 logistic svm forest boosting cnn

The folder holds esc10, fsdd and fsdkaggle2018. The first argument is a set, the others classifiers; rows of the same
set and classifier are replaced.
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd

from waveloom.audio import store
from waveloom.classification.config import candidate
from waveloom.classification.cross_validation import cross_validate
from waveloom.classification.folds import grouped_folds
from waveloom.classification.labelled_clips import LabelledClips, from_store
from waveloom.classification.scores import accuracy, calibration_error
from waveloom.config.checked import read_config
from waveloom.features import Features
from waveloom.features.table import feature_columns, feature_table
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare

PAGE = Path(__file__).parents[1] / "docs/reference/classifier.md"
FIGURES = PAGE.with_suffix(".csv")
SEED = 0
FEATURES = Features(groups=("mfcc", "spectral"))  # what the published baselines have, and slopes


class Protocol(NamedTuple):
    """A data set, how its recordings become clips, and its folds: one per group, or a number of them."""

    options: dict[str, str]
    prepare: dict[str, object]
    folds: int | None
    description: str


PROTOCOLS = {
    "esc10": Protocol(
        {"table": "labels.csv", "file": "{file}", "label": "{label}", "group": "{fold}"},
        {"rate_hz": 22050, "samples": 110250, "trim": False},
        None,
        "its five folds, whole recordings of 5 s",
    ),
    "fsdd": Protocol(
        {"table": "labels.csv", "file": "{file}", "label": "{label}", "group": "{speaker}"},
        {"rate_hz": 8000, "samples": 8192, "trim": True},
        None,
        "one of six speakers out, in turn; 1 s from the onset",
    ),
    "fsdkaggle2018": Protocol(
        {"table": "train.csv", "file": "audio_train/{fname}", "label": "{label}", "group": "{freesound_id}"},
        {"rate_hz": 22050, "samples": 65536, "trim": True},
        5,
        "five folds by Freesound id; 3 s from the onset",
    ),
}


def load(name: str, folder: Path) -> LabelledClips:
    protocol = PROTOCOLS[name]
    root = str(Path(os.environ["WAVELOOM_REAL_DATA"], name))
    options = {"root": root, **protocol.options}
    ingest = read_config(Ingest, {"corpus": "manifest", "options": options, "validation": 0.0, "test": 0.0}, "ingest")
    prepare_config = read_config(Prepare, protocol.prepare, "prepare")
    store.write(
        folder / "clips",
        prepare(recordings(ingest, folder / "sounds"), prepare_config),
        prepare_config.rate_hz,
        prepare_config.samples,
    )
    clips = store.open_store(folder / "clips")
    table = pd.concat(feature_table(clips.lazy_chunks(), clips.rate_hz, FEATURES), ignore_index=True)
    return from_store(clips, table)


def splits(name: str, table: pd.DataFrame) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if PROTOCOLS[name].folds:
        yield from grouped_folds(table, PROTOCOLS[name].folds, SEED)
        return
    for group in sorted(set(table["group"])):
        yield np.flatnonzero(table["group"] != group), np.flatnonzero(table["group"] == group)


def row(name: str, model: str, clips: LabelledClips) -> dict[str, object]:
    start = time.perf_counter()
    chosen = candidate(model, {}, "options")
    parts = list(splits(name, clips.table))
    result = cross_validate(chosen, clips.examples(chosen), clips.table, parts, SEED)
    print(f"{name} {model}: {time.perf_counter() - start:.0f} s", flush=True)
    return {
        "set": name,
        "classifier": model,
        "recordings": len(result.predictions),
        "features": len(feature_columns(clips.table)) if chosen.module.NEEDS == "features" else 0,
        "folds": len(parts),
        "accuracy_mean": round(result.summary["accuracy_mean"], 4),
        "accuracy_sd": round(result.summary["accuracy_sd"], 4),
        "accuracy_pooled": round(accuracy(result.predictions), 4),
        "calibration_error": round(calibration_error(result.predictions), 4),
        "seed": SEED,
    }


def render(figures: pd.DataFrame) -> str:
    lines = [
        "| set and protocol | classifier | accuracy, mean ± sd over folds | calibration error |",
        "|---|---|---|---|",
    ]
    for name, protocol in PROTOCOLS.items():
        for one in figures[figures["set"] == name].sort_values("accuracy_mean").itertuples():
            inputs = f"{one.features} features" if one.features else "mel spectrogram"
            score = f"{100 * one.accuracy_mean:.1f} ± {100 * one.accuracy_sd:.1f} %"
            where = f"{name} ({one.recordings} recordings): {protocol.description}"
            lines.append(f"| {where} | `{one.classifier}`, {inputs} | {score} | {one.calibration_error:.3f} |")
    return "\n".join(lines)


def record(measured: dict[str, object]) -> None:
    """Replace the row of the same set and classifier, and the table in the page."""
    figures = pd.DataFrame([measured])
    if FIGURES.is_file():
        old = pd.read_csv(FIGURES)
        same = (old["set"] == measured["set"]) & (old["classifier"] == measured["classifier"])
        figures = pd.concat([old[~same], figures], ignore_index=True).sort_values(["set", "classifier"])
    figures.to_csv(FIGURES, index=False)
    before, _, rest = PAGE.read_text().partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(f"{before}<!-- table -->\n\n{render(figures)}\n\n<!-- end -->{after}")


def main(name: str, *models: str) -> None:
    with TemporaryDirectory() as folder:
        clips = load(name, Path(folder))
        for model in models:
            record(row(name, model, clips))


if __name__ == "__main__":
    main(*sys.argv[1:])
