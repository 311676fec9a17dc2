"""Which instrument a classifier of real notes recognises in sounds generated from a description.

    python benchmarks/description_accuracy.py [PROJECT]    with results of the default corpus; default: this project

The classifier is a support vector machine on the features of a family's training notes, with one class per description;
`real` is its accuracy on real notes of other pitches (five folds). Then, for 8 sounds of each description of the 16
families without drums: the share recognised as that instrument, selected by label only and by description, with an
increasing weight of the selected spectrogram (`EMPHASIS`). `copies` are sounds more similar to a training note than
99 of 100 held-out notes.
"""

import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from waveloom.audio.store import open_store
from waveloom.classification.labelled_clips import from_clips
from waveloom.features import Features
from waveloom.features.table import feature_columns
from waveloom.generation import latents
from waveloom.generation.sampler import Sampler
from waveloom.models.descriptions import descriptions_by_label, stored_positions
from waveloom.models.files import load_model
from waveloom.models.layers import selection
from waveloom.similarity.copies import nearest_copy

EACH = 8  # sounds of a description
RAISED = (0.0, 1.0, 2.0, 2.5, 3.0, 4.0)  # deviations


def main(project: str = str(Path(__file__).parents[1])) -> None:
    data = Path(project, "data")
    store, model = open_store(data / "02_clips/clips"), load_model(data / "04_models/generator")
    table = pd.read_parquet(data / "03_features/mfcc.parquet")
    recordings = pd.read_parquet(data / "01_recordings/recordings.parquet").set_index("recording_id")
    pitches = recordings.loc[store.index["recording_id"], "name"].str.extract(r"pitch-(\d+)")[0].to_numpy()
    features, index = table[feature_columns(table)].to_numpy(), store.index
    train = (index["split"] == "train").to_numpy()
    notes = store.read(train)
    enough = np.quantile(nearest_copy(store.read(~train), notes, store.rate_hz)[1], 0.99)
    recognised: dict[str, list[float]] = {}
    copies: dict[str, list[float]] = {}
    for label, texts in descriptions_by_label(model.spec).items():
        if label == "drums":
            continue
        rows = np.flatnonzero(train & (index["label"] == label))
        descriptions = index["description"].to_numpy()[rows]
        classifier = make_pipeline(StandardScaler(), SVC(C=10))
        predicted = cross_val_predict(classifier, features[rows], descriptions, groups=pitches[rows], cv=GroupKFold(5))
        recognised.setdefault("real", []).append((predicted == descriptions).mean())
        classifier.fit(features[rows], descriptions)
        for way, drawn, requested in ways(model.spec, label, texts):
            clips = Sampler(model).clips_from_latents(drawn, [label] * len(drawn))
            sounds = from_clips(clips, requested, store.rate_hz, Features())
            recognised.setdefault(way, []).append((classifier.predict(sounds.features) == requested).mean())
            likeness = nearest_copy(clips, store.read(rows), store.rate_hz)[1]
            copies.setdefault(way, []).append((likeness > enough).mean())
    print("way | recognised | copies")
    for way, shares in recognised.items():
        print(f"{way} | {np.mean(shares):.2f} | {np.mean(copies.get(way, np.nan)):.2f}")


def ways(spec, label, texts):
    """Yield latent vectors, selected by label and by description, with the requested description."""
    drawn, requested = latents.draw(range(EACH * len(texts)), spec["recipe"]["noise"]), np.repeat(texts, EACH)
    yield "label", drawn, requested
    for above in RAISED:
        with patch.object(selection, "EMPHASIS", above):
            pairs = zip(drawn, requested, strict=True)
            moved = [selection.select_among(row, *stored_positions(spec, label, text)) for row, text in pairs]
        yield f"raised {above:g}", np.stack(moved), requested


if __name__ == "__main__":
    main(*sys.argv[1:])
