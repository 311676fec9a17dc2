"""Batches of encoded clips, read from disk by row: memory does not grow with the number of clips."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from waveloom.execution.atomic_folder import replaced_file


@dataclass(frozen=True)
class Encoded:
    """Encoded clips in a raw float32 file, one row of `shape` a clip, and the label (an index) of each."""

    path: Path
    shape: tuple[int, ...]
    labels: np.ndarray

    def read(self, rows: np.ndarray) -> np.ndarray:
        """Read the clips `rows`: (rows, *shape)."""
        size = prod(self.shape)
        read = [np.fromfile(self.path, np.float32, size, offset=int(row) * size * 4) for row in rows]
        return np.stack(read).reshape(len(rows), *self.shape)


def encode_aside(
    path: Path, chunks: Iterable[np.ndarray], encode: Callable[[np.ndarray], np.ndarray], shape: tuple[int, ...]
) -> None:
    """Encode `chunks` of clips into the file `path`, which appears only when it is whole."""
    with replaced_file(path) as new, new.open("wb") as file:
        for clips in chunks:
            encoded = np.ascontiguousarray(encode(clips), dtype=np.float32)
            file.write(encoded.reshape(len(clips), *shape).data)
        file.flush()
        os.fsync(file.fileno())


def pick(labels: np.ndarray, size: int, balance: bool, seed: int, step: int, again: int = 0) -> np.ndarray:
    """Choose the rows of batch `step`, a function of its arguments alone; balanced, every label is equally likely.

    `again` counts the roll backs so far: after each the same step sees other rows.
    """
    draw = np.random.default_rng([seed, step, again])
    if not balance:
        return draw.integers(len(labels), size=size)
    order = np.argsort(labels, kind="stable")
    kinds, starts, counts = np.unique(labels[order], return_index=True, return_counts=True)
    kind = draw.integers(len(kinds), size=size)
    return order[starts[kind] + draw.integers(counts[kind])]


def batches(
    clips: Encoded,
    size: int,
    balance: bool,
    seed: int,
    steps: range,
    share: Callable[[np.ndarray], np.ndarray],
    again: int = 0,
) -> Any:
    """Stream (step, clips (n, *shape), labels (n,)) as a `tf.data.Dataset`, one batch ahead of its use.

    `share` chooses, of the `size` rows of a batch, the n that this machine is to see.
    """
    count = len(share(np.arange(size)))

    def load(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = share(pick(clips.labels, size, balance, seed, int(step), again))
        return clips.read(rows), clips.labels[rows].astype(np.int32)

    def batch(step: Any) -> tuple[Any, Any, Any]:
        real, labels = tf.numpy_function(load, [step], (tf.float32, tf.int32))
        return step, tf.ensure_shape(real, (count, *clips.shape)), tf.ensure_shape(labels, (count,))

    numbers = tf.data.Dataset.range(steps.start, steps.stop, output_type=tf.int32)
    return numbers.map(batch).prefetch(1)
