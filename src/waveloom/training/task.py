"""The task of a training: clips, feature table and recipe, checked before long computations start."""

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
from waveloom.training.domains import class_names, domains_digest, pair_numbers
from waveloom.training.recipe_checks import check_recipe


@dataclass(frozen=True)
class Task:
    """Clips of `channels`, their feature table in the same order, and the recipe to train on them.

    `label_names` are the labels of the training split in index order, in translation its domains; `labels` (clips,) has
    each clip's index, -1 if the training split has no clip of its label. `rows` are the clips of the training split, in
    a paired game those with a counterpart, and `pairs` (rows,) says which can be the source of which (see
    `training.domains`). `batch_size` is that of the configuration or fewer if there are fewer clips, `shape` is that of
    one encoded clip. Generated sounds are limited to the band below `bandwidth_hz`; None means no limit.
    """

    store: ClipStore
    table: pd.DataFrame
    recipe: Recipe
    plugins: Parts
    shape: tuple[int, ...]
    label_names: list[str]
    labels: np.ndarray
    rows: np.ndarray
    augmentation: Augmentation | None
    channels: int = 1
    batch_size: int = GROUP
    bandwidth_hz: float | None = None
    pairs: np.ndarray | None = None

    @property
    def classes(self) -> int:
        """The number of labels that the networks are conditioned on; 0 for a recipe without a condition."""
        return len(self.label_names) if self.recipe.condition == "label" else 0

    @property
    def clips_digest(self) -> str:
        """Digest of the clips, in translation with their domains and pairs."""
        digest: str = self.store.digest
        return digest if self.recipe.task == "generation" else digest + domains_digest(self.store.index)

    def encode(self, clips: np.ndarray) -> np.ndarray:
        """Encode clips (n, samples), or (n, channels, samples) with two channels, as tensors (n, *shape)."""
        return self.plugins.representation.encode(self.plugins.representation_config, clips, self.store.rate_hz)

    def decode(self, encoded: np.ndarray) -> np.ndarray:
        """Decode tensors (n, *shape) to clips (n, samples), or (n, channels, samples) with two channels."""
        plugins, store = self.plugins, self.store
        clips = plugins.representation.decode(plugins.representation_config, encoded, store.samples, store.rate_hz)
        return band_limited(clips, store.rate_hz, self.bandwidth_hz)


def create_task(store: ClipStore, table: pd.DataFrame, recipe: Recipe, config: Train, replicas: int = 1) -> Task:
    """Check that `recipe` can be trained on the clips of `store` and the feature `table`; InputError if not."""
    check_recipe(recipe)
    plugins = parts(recipe)
    count = _checked_channels(store, recipe, plugins)
    shape = plugins.representation.shape(plugins.representation_config, store.samples, store.rate_hz)
    rows, classes = _training_rows(store), class_names(store.index, recipe)
    names = sorted(set(classes.iloc[rows]) - ({""} if recipe.task == "translation" else set()))
    labels = classes.map({name: i for i, name in enumerate(names)}).fillna(-1).to_numpy(np.int32)
    rows = rows[labels[rows] >= 0]
    pairs = pair_numbers(store.index.iloc[rows], recipe)
    if pairs is not None:
        rows, pairs = rows[pairs >= 0], pairs[pairs >= 0]
    _check_labels(recipe, names)
    _check_precision(recipe, config)
    kinds = recipe.augment.kinds
    augment = augmentation(recipe.augment, plugins, shape, store.samples, store.rate_hz) if kinds else None
    batch = batch_size(len(rows), config.batch_size, replicas)
    table = _aligned(table, store.index)
    return Task(store, table, recipe, plugins, shape, names, labels, rows, augment, count, batch, pairs=pairs)


def with_bandwidth(task: Task) -> Task:
    """Return the task with the measured bandwidth of its training clips."""
    chunks = (clips for _, clips in task.store.chunks(rows=task.rows, channels=task.channels))
    return replace(task, bandwidth_hz=bandwidth_hz(chunks, task.labels[task.rows], task.store.rate_hz))


def _checked_channels(store: ClipStore, recipe: Recipe, plugins: Parts) -> int:
    count = channel_count(plugins.representation)
    if count > store.channels:
        raise InputError(
            f"The representation {recipe.representation} is of {count} channels, and clips are mono: set "
            "prepare.channel to both, or train.overrides.representation to spectrogram."
        )
    return count


def _training_rows(store: ClipStore) -> np.ndarray:
    rows = np.flatnonzero(store.index["split"] == "train")
    if not len(rows):
        raise InputError(
            f"None of the {len(store)} clips is in the training split, so nothing can be learned. Add recordings, or "
            "lower ingest.validation and ingest.test."
        )
    return rows


def _check_labels(recipe: Recipe, names: list[str]) -> None:
    if recipe.discriminator_training.head == "acgan" and len(names) < 2:
        raise InputError(
            f"discriminator_training.head is 'acgan', but the clips have one label, {names[0]!r}, so there is nothing "
            "to classify. Set train.overrides.condition to none and discriminator_training.head to projection, or "
            "ingest sounds of more labels."
        )


def _check_precision(recipe: Recipe, config: Train) -> None:
    difference = recipe.discriminator_training.penalty.difference
    if config.precision == "mixed" and difference:
        raise InputError(
            f"discriminator_training.penalty.difference is {difference} and train.precision is 'mixed', but a finite "
            "difference of bfloat16 products is mostly rounding. Set the difference to 0 (exact gradients), or the "
            "precision to float32."
        )


def _aligned(table: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """The table's rows in the order of the clips."""
    if len(table) != len(index) or set(table["clip_id"]) != set(index["clip_id"]):
        raise InputError(
            f"The feature table ({len(table)} rows) does not describe these {len(index)} clips; run the features "
            f"stage again."
        )
    return table.set_index("clip_id", drop=False).loc[index["clip_id"]].reset_index(drop=True)
