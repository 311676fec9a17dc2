"""Are requested words and voices recognised, by classifiers that were not trained on the speaker?

    python benchmarks/speech.py PROJECT

PROJECT is a folder where `waveloom use fsdd_voices` and `dvc repro` have run. For every speaker, a classifier of words
is trained on real sounds of all other speakers, and classifies generated and real sounds (the set's own test takes) of
this speaker. One classifier of voices is trained on the real sounds of the training split. Both are the logistic
regression on the feature table that the report uses.
"""

import sys
from pathlib import Path

import pandas as pd

from waveloom.config.checked import read_config
from waveloom.evaluation import label_classifier as classifier
from waveloom.features import Features
from waveloom.features.table import clip_features
from waveloom.generation.labelled_clips import load_labelled_clips
from waveloom.project import params

WORD, VOICE = 0, 1  # parts of a label
COLUMNS = "| Voice | Words: generated | Words: real | Voice: generated | Voice: real |"


def main() -> None:
    project = Path(sys.argv[1])
    real, generated = pd.read_parquet(project / "data/03_features/mfcc.parquet"), generated_rows(project)
    voices = classifier.fit(with_label(real[real["split"] == "train"], VOICE))
    print(COLUMNS + "\n|---|---|---|---|---|")
    rows = []
    for voice in sorted(set(with_label(real, VOICE)["label"])):
        own, test = (with_label(real, VOICE)["label"] == voice), (real["split"] == "test")
        words = classifier.fit(with_label(real[~own], WORD))
        sets = generated[with_label(generated, VOICE)["label"] == voice], real[own & test]
        right = [
            classifier.accuracy(classifier.predict_rows(model, with_label(one, which)))
            for model, which in ((words, WORD), (voices, VOICE))
            for one in sets
        ]
        rows.append(right)
        print(f"| {voice} | " + " | ".join(f"{value:.2f}" for value in right) + " |")
    print("| mean | " + " | ".join(f"{value:.2f}" for value in pd.DataFrame(rows).mean()) + " |")


def with_label(table: pd.DataFrame, which: int) -> pd.DataFrame:
    """Replace labels such as 7-theo by one of their parts."""
    return table.assign(label=table["label"].str.split("-").str[which])


def generated_rows(project: Path) -> pd.DataFrame:
    """Give the samples of the last evaluation as rows of the feature table."""
    samples = load_labelled_clips(project / "data/05_samples/samples", 1000, 0, "")
    features = read_config(Features, params.load(project / "params.yaml")["features"], "features")
    return clip_features(samples.clips, samples.rate_hz, features).assign(label=samples.labels)


if __name__ == "__main__":
    main()
