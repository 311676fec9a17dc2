"""Checks before a run that the arrays which the parameters imply fit into this machine's memory.

Each need is a lower bound: arrays that certainly exist at the same time. A value that passes may still be too large.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate
from waveloom.execution.memory_limit import memory_limit
from waveloom.features import Features
from waveloom.features.spectrum import chunk_size
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import CHUNK
from waveloom.training.config import Train

FLOAT = 4  # bytes of a float32
COPIES = 4  # of each clip between decoding and the store
BATCHES_IN_TRAINING = 6  # real and generated clips, and the gradient of each, in both networks


class Need(NamedTuple):
    """The memory that one parameter implies, in bytes; it grows with the value of the parameter."""

    name: str
    value: int
    bytes: int
    arrays: str


def check_memory(tree: Mapping[str, Any], limit: int | None = None) -> None:
    """Raise an InputError if a parameter needs more than `limit` bytes; it names the largest value that fits."""
    limit = memory_limit() if limit is None else limit
    for need in needs(tree):
        if need.bytes > limit:
            fits = max(need.value * limit // need.bytes, 1)
            raise InputError(
                f"{need.name} is {need.value}; {need.arrays} then take {need.bytes / 1e9:,.3g} GB at once, and this "
                f"process may use {limit / 1e9:,.3g} GB. Set it to {fits} or less."
            )


def needs(tree: Mapping[str, Any]) -> Iterator[Need]:
    """Yield the needs of the parameters, in the order of the stages."""
    prepare = read_config(Prepare, tree.get("prepare"), "prepare")
    features = read_config(Features, tree.get("features"), "features")
    train = read_config(Train, tree.get("train"), "train")
    evaluate = read_config(Evaluate, tree.get("evaluate"), "evaluate")
    clip = prepare.samples * FLOAT
    stored = clip * (2 if prepare.channel == "both" else 1)
    yield Need("prepare.samples", prepare.samples, CHUNK * COPIES * stored, f"{CHUNK} clips")
    frames = chunk_size(prepare.samples) * (prepare.samples // features.hop + 1)
    yield Need("features.n_fft", features.n_fft, FLOAT * frames * (features.n_fft // 2 + 1), "the spectra of a clip")
    yield Need("features.n_mels", features.n_mels, FLOAT * features.n_mels * (features.n_fft // 2 + 1), "mel filters")
    batch = BATCHES_IN_TRAINING * train.batch_size * stored
    yield Need("train.batch_size", train.batch_size, batch, "a batch and its gradients")
    yield Need("evaluate.samples", evaluate.samples, evaluate.samples * clip, "the generated clips")
