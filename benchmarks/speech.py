"""Is the word that was asked for heard, by ears that never heard the voice; and is the voice?

    python benchmarks/speech.py PROJECT

PROJECT is a folder where `waveloom use fsdd_voices` and `dvc repro` have run. For every speaker a classifier of words
learns from real sounds of all other speakers, and names generated and real sounds (the set's own test takes) of that
one. One classifier of voices learns from all real sounds that were trained on. Both are the logistic regression on
the MFCC table that the report judges by.
"""

import sys
from pathlib import Path

import pandas as pd

from waveloom import params
from waveloom.config import read
from waveloom.datasets.generated import load_generated
from waveloom.evaluation import classifier
from waveloom.features import Features
from waveloom.features.table import describe

COLUMNS = "| Voice | Words: generated | Words: real | Voice: generated | Voice: real |"


def main() -> None:
    project = Path(sys.argv[1])
    real = named(pd.read_parquet(project / "data/03_features/mfcc.parquet"))
    generated = heard(project)
    known, unheard = (real[real["split"] == split] for split in ("train", "test"))
    voices = classifier.fit(known.assign(label=known["voice"]))
    print(COLUMNS + "\n|---|---|---|---|---|")
    rows = []
    for voice in sorted(real["voice"].unique()):
        others = real[real["voice"] != voice]
        words = classifier.fit(others.assign(label=others["word"]))
        sets = [one[one["voice"] == voice] for one in (generated, unheard)]
        right = [share(judge, one, kind) for judge, kind in ((words, "word"), (voices, "voice")) for one in sets]
        rows.append(right)
        print(f"| {voice} | " + " | ".join(f"{value:.2f}" for value in right) + " |")
    means = pd.DataFrame(rows).mean()
    print("| mean | " + " | ".join(f"{value:.2f}" for value in means) + " |")


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Part labels such as 7-theo into columns word and voice."""
    parts = table["label"].str.split("-", expand=True)
    return table.assign(word=parts[0], voice=parts[1])


def heard(project: Path) -> pd.DataFrame:
    """The samples of the last evaluation as rows of the feature table."""
    made = load_generated(project / "data/05_samples/samples", 1000, 0, "")
    features = read(Features, params.load(project / "params.yaml")["features"], "features")
    return named(describe(made.clips, made.rate_hz, features).assign(label=made.labels, split="generated"))


def share(judge: object, table: pd.DataFrame, kind: str) -> float:
    """The share of `table` whose word or voice the judge names rightly."""
    named_by = classifier.predict_rows(judge, table.assign(label=table[kind]))
    return classifier.accuracy(named_by)


if __name__ == "__main__":
    main()
