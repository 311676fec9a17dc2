"""Batches of encoded clips, read from disk by row: memory does not grow with the number of clips."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from waveloom.execution.atomic_folder import replaced_file


class Batch(NamedTuple):
    """What a game's training step receives; each tensor has one row per clip.

    `target`: clips (batch, *shape) that the generator learns to imitate; `source`: clips that a translator receives,
    None in generation; `labels`: class indices (batch,) int32, in translation the domains of `target`; `source_labels`:
    the domains of `source`, None in generation.
    """

    target: Any
    source: Any
    labels: Any
    source_labels: Any = None

    def split(self, count: int) -> list["Batch"]:
        """Cut into `count` batches of equal size."""
        parts = [count * [None] if tensor is None else tf.split(tensor, count) for tensor in self]
        return [Batch(*tensors) for tensors in zip(*parts, strict=True)]


@dataclass(frozen=True)
class EncodedClips:
    """Encoded clips in a raw float32 file, one row of `shape` per clip, and the label (class index) of each.

    In translation the source of a clip is one with another label and the same number in `pairs` (n,).
    """

    path: Path
    shape: tuple[int, ...]
    labels: np.ndarray
    pairs: np.ndarray | None = None

    def read(self, rows: np.ndarray) -> np.ndarray:
        """Read the clips `rows`: (rows, *shape)."""
        size = prod(self.shape)
        clips = [np.fromfile(self.path, np.float32, size, offset=int(row) * size * 4) for row in rows]
        return np.stack(clips).reshape(len(rows), *self.shape)


def write_encoded(
    path: Path, chunks: Iterable[np.ndarray], encode: Callable[[np.ndarray], np.ndarray], shape: tuple[int, ...]
) -> None:
    """Encode `chunks` of clips into the file `path`, which is created only once it is complete."""
    with replaced_file(path) as new, new.open("wb") as file:
        for clips in chunks:
            encoded = np.ascontiguousarray(encode(clips), dtype=np.float32)
            file.write(encoded.reshape(len(clips), *shape).data)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class Sampling:
    """How rows are drawn with replacement: `size` per batch, from `seed`; `balance` makes all labels equally likely.

    `roll_backs` is the number of roll backs so far: after each roll back the same step draws different rows.
    """

    size: int
    balance: bool
    seed: int
    roll_backs: int = 0


def draw_rows(labels: np.ndarray, sampling: Sampling, step: int) -> np.ndarray:
    """Draw the rows of the batch of `step`; the result depends on the arguments alone."""
    random = np.random.default_rng([sampling.seed, step, sampling.roll_backs])
    if not sampling.balance:
        return random.integers(len(labels), size=sampling.size)
    order = np.argsort(labels, kind="stable")
    classes, starts, counts = np.unique(labels[order], return_index=True, return_counts=True)
    drawn_classes = random.integers(len(classes), size=sampling.size)
    return order[starts[drawn_classes] + random.integers(counts[drawn_classes])]


def draw_sources(rows: np.ndarray, clips: EncodedClips, sampling: Sampling, step: int) -> np.ndarray:
    """Draw the row of the source of each target in `rows`, every possible domain of it equally often."""
    random = np.random.default_rng([sampling.seed, step, sampling.roll_backs, 1])
    sources = np.empty_like(rows)
    for number, row in enumerate(rows):
        possible = (clips.pairs == clips.pairs[row]) & (clips.labels != clips.labels[row])  # type: ignore[index]
        label = random.choice(np.unique(clips.labels[possible]))
        sources[number] = random.choice(np.flatnonzero(possible & (clips.labels == label)))
    return sources


def batches(
    clips: EncodedClips, sampling: Sampling, steps: range, machine_rows: Callable[[np.ndarray], np.ndarray]
) -> "tf.data.Dataset":
    """Stream (step, `Batch`), prefetching one batch; `machine_rows` selects this machine's rows of a batch."""
    count = len(machine_rows(np.arange(sampling.size)))

    def load(step: np.ndarray) -> tuple[np.ndarray, ...]:
        rows = draw_rows(clips.labels, sampling, int(step))
        chosen = [rows] if clips.pairs is None else [rows, draw_sources(rows, clips, sampling, int(step))]
        return tuple(part for some in chosen for part in _read(clips, machine_rows(some)))

    def batch(step: Any) -> tuple[Any, Batch]:
        tensors = tf.numpy_function(load, [step], (tf.float32, tf.int32) * (1 if clips.pairs is None else 2))
        shapes = [(count, *clips.shape), (count,)] * 2
        target, labels, *source = [tf.ensure_shape(*pair) for pair in zip(tensors, shapes, strict=False)]
        return step, Batch(target, source[0], labels, source[1]) if source else Batch(target, None, labels)

    numbers = tf.data.Dataset.range(steps.start, steps.stop, output_type=tf.int32)
    return numbers.map(batch).prefetch(1)


def _read(clips: EncodedClips, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The clips `rows` and their labels."""
    return clips.read(rows), clips.labels[rows].astype(np.int32)
