"""`waveloom.extract`: descriptors of sounds as a table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from waveloom.api.sources import Sources, read_sounds
from waveloom.audio.resample import resample
from waveloom.config.checked import read_config
from waveloom.features import Features
from waveloom.features.table import clip_features


def extract(
    sounds: Sources, *, groups: Sequence[str] | None = None, rate: int | None = None, **parameters: Any
) -> pd.DataFrame:
    """Measure sounds: one row per sound, whose name is the index, and one column per feature and statistic.

    `sounds` is a folder, a file, a `Sound`, a pair of array and rate in Hz, or several of these. `groups` names groups
    of features (default: all); other `parameters` are those of the section features of params.yaml. Each sound is
    measured in its whole length, mixed to mono, at `rate` Hz (default: the rate that most of the sounds have), because
    features depend on the rate. InputError if a sound cannot be read.
    """
    chosen = {"groups": [groups] if isinstance(groups, str) else list(groups)} if groups is not None else {}
    config = read_config(Features, {**parameters, **chosen}, "extract")
    read = read_sounds(sounds)
    target = rate or Counter(clip.rate for _, clip in read).most_common(1)[0][0]
    rows = [clip_features(resample(clip.mono, target).samples[None], target, config) for _, clip in read]
    table = pd.concat(rows, ignore_index=True)
    return table.set_axis(pd.Index([name for name, _ in read], name="sound"), axis=0)
