"""Embeds every set of clips with every available embedding."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waveloom.evaluation.clip_sets import LabelledClips
from waveloom.evaluation.embedders import Embedder, load_embedders
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.metrics import Sounds
from waveloom.features import Features
from waveloom.features.scaling import Scaler


class EmbeddedSets(NamedTuple):
    """All sets of sounds and their embeddings.

    `embedders` {name: embedder}, `missing` {name: why it is not available}, `rows` {embedding: {set: (n, d)}}, and
    `sounds` {set: sounds}.
    """

    embedders: Mapping[str, Embedder]
    missing: Mapping[str, str]
    rows: Mapping[str, Mapping[str, np.ndarray]]
    sounds: Mapping[str, Sounds]


def embed_sets(
    clips: Mapping[str, LabelledClips], rate_hz: int, features: Features, scaler: Scaler, cache: Path | None = None
) -> EmbeddedSets:
    """Embed {set: clips}; `scaler` is that of the feature table, fitted on the training split.

    Embeddings of sets that do not depend on a model are stored in the folder `cache`.
    """
    embedders, missing = load_embedders(clips["train"][0], rate_hz, features, {FEATURE_TABLE: scaler}, cache)
    rows = {name: _embed(embedder, clips, cache) for name, embedder in embedders.items()}
    table = rows[FEATURE_TABLE]
    sounds = {name: Sounds(samples, rate_hz, table[name], labels) for name, (samples, labels) in clips.items()}
    return EmbeddedSets(embedders, missing, rows, sounds)


def _embed(embedder: Embedder, clips: Mapping[str, LabelledClips], cache: Path | None) -> dict[str, np.ndarray]:
    """The rows of each set; those of generated sounds, which are new each time, are not cached."""
    rows = {
        name: embedder.embed(samples, None if name == "generated" else cache)
        for name, (samples, _) in clips.items()
        if len(samples)
    }
    no_rows = np.empty((0, rows["train"].shape[1]), np.float32)
    return {name: rows.get(name, no_rows) for name in clips}
