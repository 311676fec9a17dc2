"""`waveloom.score`: generated sounds against real ones."""

from collections.abc import Sequence
from dataclasses import asdict
from os import PathLike
from pathlib import Path

import pandas as pd

from waveloom.config.checked import read_config
from waveloom.evaluation.folder_scores import Score, score_folders

PathName = str | PathLike[str]


def score(
    real: PathName,
    generated: PathName,
    *,
    metrics: str | Sequence[str] | None = None,
    embeddings: str | Sequence[str] | None = None,
    training: PathName | None = None,
    rate: int | None = None,
    seconds: float | None = None,
    count: int = 512,
    seed: int = 0,
) -> pd.DataFrame:
    """Score a folder of generated sounds against a folder of real ones: one row per metric and space.

    Columns: `metric`, `space` (an embedding, or clips), `generated` and `margin`, `floor` and `floor_margin`, `better`,
    and `note`. A value plus or minus its margin is a 95% confidence interval. The floor is the score of other real
    sounds: half of the real ones are the reference, and half are scored like the generated ones.

    `metrics` are "all" or names (default: the headline numbers), `embeddings` are names (default: all that are
    installed). `training` is the folder of the training sounds, which "copy_rate" and some others need. Sounds are
    mixed to mono and converted to `rate` Hz (default: the rate of most real files), and cut, or extended with silence,
    to `seconds` (default: the median of the real files, at most 10). At most `count` files of each folder are read,
    chosen at random by `seed`. `DataFrame.attrs` has the rate, the length, the number of sounds in each set, and
    the files left out. InputError for unknown names, or too few sounds.
    """
    names = {"metrics": _names(metrics), "embeddings": _names(embeddings)}
    chosen = {key: value for key, value in names.items() if value is not None}
    tree = {"rate": rate, "seconds": seconds, "count": count, "seed": seed, **chosen}
    config = read_config(Score, tree, "score")
    below = None if training is None else Path(training).expanduser()
    scores = score_folders(Path(real).expanduser(), Path(generated).expanduser(), config, below)
    scores.table.attrs.update(
        {**asdict(scores.form), "seconds": scores.form.seconds, "sizes": scores.sizes, "left_out": scores.left_out}
    )
    return scores.table


def _names(names: str | Sequence[str] | None) -> list[str] | None:
    return [names] if isinstance(names, str) else None if names is None else list(names)
