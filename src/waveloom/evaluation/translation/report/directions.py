"""Table of the translator's numbers for each pair of source and target domain."""

import pandas as pd

from waveloom.evaluation.translation.evaluate import TranslationEvaluation

COLUMNS = (
    "log_spectral_distance_db",
    "onset_f1",
    "chroma_cosine",
    "note_distance",
    "style_accuracy",
    "change_db",
)


def direction_table(evaluation: TranslationEvaluation) -> pd.DataFrame:
    """Mean of each number of `COLUMNS` that was measured: one row per direction, named "source to target"."""
    samples = evaluation.samples
    names = samples["domain"] + " to " + samples["label"]
    return samples[[column for column in COLUMNS if column in samples]].groupby(names, sort=True).mean()
