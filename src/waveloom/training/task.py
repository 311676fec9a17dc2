"""What is to be learned from which clips, checked before anything costs time."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from waveloom.audio.bandwidth import bandwidth_hz
from waveloom.audio.store import ClipStore
from waveloom.config.errors import InputError
from waveloom.models.recipe import Parts, Recipe, parts
from waveloom.representations import band_limited, channel_count
from waveloom.training.augment import Augmentation, augmentation
from waveloom.training.config import GROUP, Train, batch_size
from waveloom.training.recipe_checks import check_recipe


@dataclass(frozen=True)
class Task:
    """Clips with their feature table in the same order, and the recipe that is to learn them, from so many `channels`.

    `names` are the labels of the training split in index order, `labels` the index of each clip's (-1 where the
    training split has none of its label), `rows` the clips of the training split, `batch` how many of them are shown at
    once, as many as the rules say or as there are, `shape` that of one encoded clip, `augment` what is done to them
    before the discriminator sees them. Generated sounds stay below `bandwidth_hz`; None is the whole band.
    """

    store: ClipStore
    table: pd.DataFrame
    recipe: Recipe
    chosen: Parts
    shape: tuple[int, ...]
    names: list[str]
    labels: np.ndarray
    rows: np.ndarray
    augment: Augmentation | None
    channels: int = 1
    batch: int = GROUP
    bandwidth_hz: float | None = None

    @property
    def classes(self) -> int:
        """How many labels the networks are told of: none if the recipe has no condition."""
        return len(self.names) if self.recipe.condition == "label" else 0

    def encode(self, clips: np.ndarray) -> np.ndarray:
        """Turn clips (n, samples), of two channels (n, 2, samples), into what the networks see (n, *shape)."""
        return self.chosen.representation.encode(self.chosen.representation_config, clips, self.store.rate_hz)

    def decode(self, encoded: np.ndarray) -> np.ndarray:
        """Turn what the networks make (n, *shape) into such clips."""
        store = self.store
        clips = self.chosen.representation.decode(
            self.chosen.representation_config, encoded, store.samples, store.rate_hz
        )
        return band_limited(clips, store.rate_hz, self.bandwidth_hz)


def task(store: ClipStore, table: pd.DataFrame, recipe: Recipe, rules: Train, replicas: int = 1) -> Task:
    """Check that `recipe` can learn from the clips of `store` and the feature `table`; InputError if not."""
    check_recipe(recipe)
    chosen = parts(recipe)
    count = channel_count(chosen.representation)
    if count > store.channels:
        raise InputError(
            f"The representation {recipe.representation} is of {count} channels, and clips are mono: set "
            "prepare.channel to both, or train.overrides.representation to spectrogram."
        )
    shape = chosen.representation.shape(chosen.representation_config, store.samples, store.rate_hz)
    rows = np.flatnonzero(store.index["split"] == "train")
    if not len(rows):
        raise InputError(
            f"None of the {len(store)} clips is in the training split, so nothing can be learned. Add recordings, or "
            "lower ingest.validation and ingest.test."
        )
    names = sorted(store.index["label"].iloc[rows].unique())
    labels = store.index["label"].map({name: i for i, name in enumerate(names)}).fillna(-1).to_numpy(np.int32)
    if recipe.discriminator_training.head == "acgan" and len(names) < 2:
        raise InputError(
            f"discriminator_training.head is 'acgan', but the clips have one label, {names[0]!r}, so there is "
            f"nothing to "
            f"tell apart. "
            "Set train.overrides.condition to none and discriminator_training.head to projection, or ingest sounds "
            "of more "
            "labels."
        )
    if rules.precision == "mixed" and recipe.discriminator_training.penalty.difference:
        raise InputError(
            f"discriminator_training.penalty.difference is {recipe.discriminator_training.penalty.difference} and "
            f"train.precision is "
            f"'mixed', but a "
            "finite difference of bfloat16 products is mostly rounding. Set the difference to 0 (exact slopes), or the "
            "precision to float32."
        )
    rule = recipe.augment
    augment = augmentation(rule, chosen, shape, store.samples, store.rate_hz) if rule.kinds else None
    batch = batch_size(len(rows), rules.batch_size, replicas)
    return Task(store, _aligned(table, store.index), recipe, chosen, shape, names, labels, rows, augment, count, batch)


def with_bandwidth(known: Task) -> Task:
    """Measure the band of the training clips, within which generated sounds must stay."""
    chunks = (clips for _, clips in known.store.chunks(rows=known.rows, channels=known.channels))
    return replace(known, bandwidth_hz=bandwidth_hz(chunks, known.labels[known.rows], known.store.rate_hz))


def _aligned(table: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Put the table's rows in the order of the clips."""
    if len(table) != len(index) or set(table["clip_id"]) != set(index["clip_id"]):
        raise InputError(
            f"The feature table ({len(table)} rows) is not of these {len(index)} clips; run the features stage again."
        )
    return table.set_index("clip_id", drop=False).loc[index["clip_id"]].reset_index(drop=True)
