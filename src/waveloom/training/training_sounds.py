"""Training clips that a generator stores in its weights, and those that its sounds are compared with."""

from typing import Any

import numpy as np

from waveloom.models.descriptions import description_table
from waveloom.models.networks import StoresTrainingSounds
from waveloom.models.source_range import fit_source_range
from waveloom.similarity.training_sounds import MAX_TRAINING_SOUNDS, TrainingSounds, measure_training_sounds
from waveloom.training.batches import EncodedClips
from waveloom.training.game import BaseGame
from waveloom.training.task import Task

CHUNK = 64  # clips read at a time


def store_training_sounds(game: BaseGame, task: Task, clips: EncodedClips, seed: int) -> np.ndarray:
    """Store training clips in a generator that can store them; returns their rows, none for other generators."""
    generator = task.plugins.generator
    if not isinstance(generator, StoresTrainingSounds):
        return np.empty(0, np.intp)
    groups = task.store.index["group"].to_numpy(str)[task.rows]
    rows: np.ndarray = generator.store_training_sounds(game.generator, clips, groups, seed)
    if game.average is not game.generator:
        game.average.set_weights(game.generator.get_weights())
    return rows


def stored_descriptions(task: Task, rows: np.ndarray) -> dict[str, Any]:
    """The descriptions of the stored training clips `rows`, so that text can select them; empty if there are none."""
    index = task.store.index.iloc[task.rows[rows]]
    if not task.classes or "description" not in index:  # indices of earlier versions have no descriptions
        return {}
    return description_table(index["description"], task.labels[task.rows[rows]])


def source_statistics(task: Task, clips: EncodedClips) -> dict[str, Any]:
    """What sounds a translator was trained on, to recognise others (`models.source_range`); empty for generators."""
    if task.recipe.task == "generation":
        return {}
    levels = np.memmap(clips.path, np.float32, "r", shape=(len(clips.labels), *clips.shape))
    groups = task.store.index["group"].to_numpy(str)[task.rows]
    range_db = task.plugins.representation_config.range_db
    found = fit_source_range(levels, clips.labels, list(groups), task.store.rate_hz, range_db)
    return {"source_statistics": found} if found else {}


def fingerprint_training_sounds(task: Task, stored: np.ndarray, seed: int) -> TrainingSounds:
    """Fingerprint at most `MAX_TRAINING_SOUNDS` training clips, the `stored` ones first, to detect copies."""
    shuffled = np.random.default_rng(seed).permutation(len(task.rows))
    first = np.isin(shuffled, stored)
    order = np.concatenate([shuffled[first], shuffled[~first]])
    rows = np.sort(task.rows[order[:MAX_TRAINING_SOUNDS]])
    chunks = (clips for _, clips in task.store.chunks(CHUNK, rows))
    return measure_training_sounds(chunks, task.store.index["group"].to_numpy(str)[rows], task.store.rate_hz)
