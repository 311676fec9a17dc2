"""Check, before anything is computed, that what the parameters ask for fits into this machine's memory.

Each need is a lower bound: arrays that certainly exist at the same time. A value just below it may still be too large.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate
from waveloom.execution.cost import memory_limit
from waveloom.features import Features
from waveloom.features.spectrum import clips_at_once
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import CHUNK
from waveloom.training.config import Train

FLOAT = 4  # bytes of a float32
COPIES = 4  # of the clips between decoding and the store
IN_TRAINING = 6  # real and generated clips, and the gradient of each, in both networks


class Need(NamedTuple):
    """What one parameter needs: its name and value, and bytes, which grow with the value."""

    name: str
    value: int
    bytes: int
    what: str


def check_memory(tree: Mapping[str, Any], limit: int | None = None) -> None:
    """Raise an InputError that names the parameter that needs more than `limit` bytes, and the value that would fit."""
    limit = memory_limit() if limit is None else limit
    for need in needs(tree):
        if need.bytes > limit:
            fits = max(need.value * limit // need.bytes, 1)
            raise InputError(
                f"{need.name} is {need.value}, for which {need.what} take {need.bytes / 1e9:,.3g} GB at once, and this "
                f"process may have {limit / 1e9:,.3g} GB; set it to {fits} or less."
            )


def needs(tree: Mapping[str, Any]) -> Iterator[Need]:
    """List what the parameters need, in the order of the stages."""
    prepare, features = (
        read_config(Prepare, tree.get("prepare"), "prepare"),
        read_config(Features, tree.get("features"), "features"),
    )
    train, evaluate = (
        read_config(Train, tree.get("train"), "train"),
        read_config(Evaluate, tree.get("evaluate"), "evaluate"),
    )
    clip = prepare.samples * FLOAT
    stored = clip * (2 if prepare.channel == "both" else 1)
    yield Need("prepare.samples", prepare.samples, CHUNK * COPIES * stored, f"{CHUNK} clips")
    frames = clips_at_once(prepare.samples) * (prepare.samples // features.hop + 1)
    yield Need("features.n_fft", features.n_fft, FLOAT * frames * (features.n_fft // 2 + 1), "the spectra of a clip")
    yield Need("features.n_mels", features.n_mels, FLOAT * features.n_mels * (features.n_fft // 2 + 1), "its filters")
    batch = IN_TRAINING * train.batch_size * stored
    yield Need("train.batch_size", train.batch_size, batch, "a batch and its gradients")
    yield Need("evaluate.samples", evaluate.samples, evaluate.samples * clip, "the generated clips")
