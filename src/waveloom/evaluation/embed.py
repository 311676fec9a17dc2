"""All sets of sounds as every ear hears them."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waveloom.evaluation.clip_sets import Clips
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.spaces import TABLE, Ear, ears
from waveloom.features import Features
from waveloom.features.scaling import Scaler


class Heard(NamedTuple):
    """The `ears` that can be used, why others are `missing`, `points` {ear: {set: (n, d)}}, and {set: sounds}."""

    ears: Mapping[str, Ear]
    missing: Mapping[str, str]
    points: Mapping[str, Mapping[str, np.ndarray]]
    sounds: Mapping[str, Sounds]


def hear(
    clips: Mapping[str, Clips], rate_hz: int, features: Features, scaler: Scaler, memory: Path | None = None
) -> Heard:
    """Let every ear hear every set; `scaler` was fitted on the table of the training split.

    What ears hear in sets that do not depend on a model is kept in the folder `memory`.
    """
    usable, missing = ears(clips["train"][0], rate_hz, features, {TABLE: scaler}, memory)
    points = {name: _points(ear, clips, memory) for name, ear in usable.items()}
    sounds = {name: Sounds(one, rate_hz, points[TABLE][name], said) for name, (one, said) in clips.items()}
    return Heard(usable, missing, points, sounds)


def _points(ear: Ear, clips: Mapping[str, Clips], memory: Path | None) -> dict[str, np.ndarray]:
    """The points of each set; those of generated sounds, new each time, are not kept."""
    found = {
        name: ear.hear(one, None if name == "generated" else memory) for name, (one, _) in clips.items() if len(one)
    }
    none = np.empty((0, found["train"].shape[1]), np.float32)
    return {name: found.get(name, none) for name in clips}
