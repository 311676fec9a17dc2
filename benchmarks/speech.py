"""Is the word that was asked for heard, by ears that never heard the voice; and is the voice?

    python benchmarks/speech.py PROJECT

PROJECT is a folder where `waveloom use fsdd_voices` and `dvc repro` have run. For every speaker a classifier of words
learns from real sounds of all other speakers, and names generated and real sounds (the set's own test takes) of that
one. One classifier of voices learns from all real sounds that were trained on. Both are the logistic regression on
the feature table that the report judges by.
"""

import sys
from pathlib import Path

import pandas as pd

from waveloom.config.checked import read_config
from waveloom.evaluation import label_classifier as classifier
from waveloom.features import Features
from waveloom.features.table import describe
from waveloom.generation.labelled_clips import load_labelled_clips
from waveloom.project import params

WORD, VOICE = 0, 1  # parts of a label
COLUMNS = "| Voice | Words: generated | Words: real | Voice: generated | Voice: real |"


def main() -> None:
    project = Path(sys.argv[1])
    real, generated = pd.read_parquet(project / "data/03_features/mfcc.parquet"), heard(project)
    voices = classifier.fit(named(real[real["split"] == "train"], VOICE))
    print(COLUMNS + "\n|---|---|---|---|---|")
    rows = []
    for voice in sorted(set(named(real, VOICE)["label"])):
        own, unheard = (named(real, VOICE)["label"] == voice), (real["split"] == "test")
        words = classifier.fit(named(real[~own], WORD))
        sets = generated[named(generated, VOICE)["label"] == voice], real[own & unheard]
        right = [
            classifier.accuracy(classifier.predict_rows(judge, named(one, which)))
            for judge, which in ((words, WORD), (voices, VOICE))
            for one in sets
        ]
        rows.append(right)
        print(f"| {voice} | " + " | ".join(f"{value:.2f}" for value in right) + " |")
    print("| mean | " + " | ".join(f"{value:.2f}" for value in pd.DataFrame(rows).mean()) + " |")


def named(table: pd.DataFrame, which: int) -> pd.DataFrame:
    """Label by one part of labels such as 7-theo."""
    return table.assign(label=table["label"].str.split("-").str[which])


def heard(project: Path) -> pd.DataFrame:
    """The samples of the last evaluation as rows of the feature table."""
    made = load_labelled_clips(project / "data/05_samples/samples", 1000, 0, "")
    features = read_config(Features, params.load(project / "params.yaml")["features"], "features")
    return describe(made.clips, made.rate_hz, features).assign(label=made.labels)


if __name__ == "__main__":
    main()
