"""Which instrument is heard where a description was asked for: by an ear that learned real notes of the family.

    python benchmarks/heard_instruments.py [PROJECT]    one whose chain was run on the default corpus; by default this

The ear is a support vector machine on the features of a family's training notes, a class a description; on real notes
of pitches that it did not learn from (five folds) it is right as often as `real` says. Then of 8 sounds for each
description of the 16 families, drums apart, how many it hears as that instrument: by the label alone, and by the
description, with more and more seen of the sound called to mind (`_choice.ABOVE`). `copies` are those more like a
training note than 99 of 100 held-out notes are (`evaluation.copies`).
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
from waveloom.models.layers import selection as _choice
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
    heard: dict[str, list[float]] = {}
    copies: dict[str, list[float]] = {}
    for label, texts in descriptions_by_label(model.spec).items():
        if label == "drums":
            continue
        rows = np.flatnonzero(train & (index["label"] == label))
        said = index["description"].to_numpy()[rows]
        ear = make_pipeline(StandardScaler(), SVC(C=10))
        guessed = cross_val_predict(ear, features[rows], said, groups=pitches[rows], cv=GroupKFold(5))
        heard.setdefault("real", []).append((guessed == said).mean())
        ear.fit(features[rows], said)
        for way, drawn, asked in ways(model.spec, label, texts):
            clips = Sampler(model).clips_from_latents(drawn, [label] * len(drawn))
            sounds = from_clips(clips, asked, store.rate_hz, Features())
            heard.setdefault(way, []).append((ear.predict(sounds.features) == asked).mean())
            likeness = nearest_copy(clips, store.read(rows), store.rate_hz)[1]
            copies.setdefault(way, []).append((likeness > enough).mean())
    print("way | heard as asked | copies")
    for way, shares in heard.items():
        print(f"{way} | {np.mean(shares):.2f} | {np.mean(copies.get(way, np.nan)):.2f}")


def ways(spec, label, texts):
    """Noise for sounds of each description, and what was asked for, by label and by description."""
    drawn, asked = latents.draw(range(EACH * len(texts)), spec["recipe"]["noise"]), np.repeat(texts, EACH)
    yield "label", drawn, asked
    for above in RAISED:
        with patch.object(_choice, "ABOVE", above):
            pairs = zip(drawn, asked, strict=True)
            moved = [_choice.call_to_mind(row, *stored_positions(spec, label, text)) for row, text in pairs]
        yield f"raised {above:g}", np.stack(moved), asked


if __name__ == "__main__":
    main(*sys.argv[1:])
