"""Data-parallel training by `tf.distribute`: on all devices of one machine, or on several machines."""

import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from inspect import getattr_static
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.training.batches import Batch
from waveloom.training.cluster import Machine, this_machine
from waveloom.training.config import GROUP, Train
from waveloom.training.game import BaseGame
from waveloom.training.strategy import SingleDevice, Step, Strategy

log = logging.getLogger(__name__)

LOST_MACHINE = (  # raised by a collective operation when another machine closes its socket, does not answer or restarts
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.InternalError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.UnknownError,
)


class Distributed:
    """Replicas that share each batch: replica i of n has rows i b / n to (i + 1) b / n of every discriminator update.

    See `training.strategy.Strategy` for the methods.
    """

    def __init__(self, tf_strategy: tf.distribute.Strategy, machine: Machine = Machine(1, 0)) -> None:  # noqa: B008, it is frozen
        self.tf_strategy, self.machine = tf_strategy, machine
        self.replicas, self.machines = tf_strategy.num_replicas_in_sync, machine.machines
        self.is_chief = machine.is_chief

    @contextmanager
    def scope(self) -> Iterator[None]:
        """The scope of the TensorFlow strategy."""
        with self.tf_strategy.scope():
            yield

    @contextmanager
    def workspace(self, folder: Path) -> Iterator[Path]:
        """Give `folder` to the chief, and a temporary folder to any other machine."""
        if self.is_chief:
            yield folder
            return
        with tempfile.TemporaryDirectory() as private:
            yield Path(private)

    def replicated_step(self, game: BaseGame) -> Step:
        """Compile one function that runs the game's step on all replicas; the losses are means over them."""
        _synchronise_batch_normalisation(game.trained_generator, game.generator, game.discriminator)
        one_replica = partial(getattr_static(game, "train_step").python_function, game)
        strategy = self.tf_strategy

        @tf.function(autograph=False)
        def all_replicas(step: Any, batch: Batch) -> dict[str, Any]:
            losses = strategy.run(one_replica, (step, batch))
            return {
                name: strategy.reduce(tf.distribute.ReduceOp.MEAN, loss, axis=None) for name, loss in losses.items()
            }

        def run(step: Any, batch: Batch) -> Mapping[str, Any]:
            parts = (tensor if tensor is None else self._replica_rows(tensor, game.updates) for tensor in batch)
            return all_replicas(step, Batch(*parts))

        return run

    def rows(self, rows: np.ndarray, updates: int) -> np.ndarray:
        """This machine's rows of each of the `updates` concatenated batches."""
        return machine_rows(rows, updates, self.machine)

    def _replica_rows(self, rows: Any, updates: int) -> Any:
        """Distribute this machine's rows of `updates` batches over its replicas."""
        here = self.replicas // self.machines
        parts = tf.reshape(rows, (updates, here, -1, *rows.shape[1:]))

        def part(context: Any) -> Any:
            own = parts[:, context.replica_id_in_sync_group - self.machine.number * here]
            return tf.reshape(own, (-1, *rows.shape[1:]))

        return self.tf_strategy.experimental_distribute_values_from_function(part)

    def broadcast(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Send the chief's arrays to all machines, as a sum to which all other machines contribute zeros."""
        if self.machines == 1:
            return dict(arrays)
        total = _sum_of_first_replica(self.tf_strategy, tf.constant(packed(arrays)))
        return unpacked(np.array(self.tf_strategy.experimental_local_results(total)[0]), arrays)

    def broadcast_number(self, value: int) -> int:
        """Send the chief's number to all machines."""
        return int(self.broadcast({"number": np.array([value], np.int64)})["number"][0])

    def check_fingerprint(self, fingerprint: str) -> None:
        """Compare this machine's fingerprint of the training with the chief's."""
        own = np.frombuffer(bytes.fromhex(fingerprint), np.int32)
        if not np.array_equal(self.broadcast({"fingerprint": own})["fingerprint"], own):
            raise InputError(
                f"Machine {self.machine.number} would train on other clips, features, parameters, code or library "
                "versions than the chief; give all the same commit, environment and data."
            )

    @contextmanager
    def reporting_lost_machines(self) -> Iterator[None]:
        """Raise an InputError in place of an error of a collective operation, which means that a machine is lost."""
        try:
            yield
        except LOST_MACHINE as error:
            if self.machines == 1:
                raise
            reason = str(error).splitlines()[0][:200]
            raise InputError(
                f"Machine {self.machine.number} of {self.machines} lost another, which is gone or out of reach "
                f"({reason}). Start all of them again; training goes on from the chief's last checkpoint."
            ) from error


def machine_rows(rows: np.ndarray, updates: int, machine: Machine) -> np.ndarray:
    """The rows of `machine` in each of `updates` batches, which are concatenated in `rows`."""
    return rows.reshape(updates, machine.machines, -1)[:, machine.number].reshape(-1)


def packed(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Concatenate arrays of whole 32-bit words: (words,) int32."""
    return np.frombuffer(b"".join(array.tobytes() for array in arrays.values()), np.int32)


def unpacked(words: np.ndarray, like: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Undo `packed` for arrays of the names, types and shapes of `like`."""
    ends = np.cumsum([array.nbytes // 4 for array in like.values()])
    parts = zip(like.items(), np.split(words, ends[:-1]), strict=True)
    return {name: part.view(array.dtype).reshape(array.shape) for (name, array), part in parts}


@tf.function(autograph=False)
def _sum_of_first_replica(strategy: Any, words: Any) -> Any:
    """Sum integers (n,) over all replicas, where all but the first replica contribute zeros."""

    def all_reduced(words: Any) -> Any:
        context = tf.distribute.get_replica_context()
        first = tf.cast(tf.equal(context.replica_id_in_sync_group, 0), tf.int32)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, first * words)

    return strategy.run(all_reduced, (words,))


def _synchronise_batch_normalisation(*networks: keras.Model) -> None:
    """Make batch normalisation, at any depth of the networks, use the statistics of the whole batch."""
    for network in networks:
        for layer in network._flatten_layers():
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True


def check_batch_size(batch_size: int, replicas: int) -> None:
    """Raise an InputError if the replicas cannot have equal parts of a batch in whole groups."""
    if batch_size % (GROUP * replicas):
        raise InputError(
            f"train.batch_size is {batch_size}, which {replicas} replicas cannot share evenly in groups of {GROUP} "
            f"(discriminators may compare as many clips); choose a multiple of {GROUP * replicas}."
        )


def choose_strategy(config: Train) -> Strategy:
    """Create the strategy of `config.distribution`; call this function before anything else of TensorFlow."""
    if config.distribution == "one":
        return SingleDevice()
    if config.distribution == "local":
        strategy = Distributed(tf.distribute.MirroredStrategy())
    else:
        machine = this_machine()
        log.info("This is machine %d of %d; waiting for the others.", machine.number, machine.machines)
        strategy = Distributed(tf.distribute.MultiWorkerMirroredStrategy(), machine)
    check_batch_size(config.batch_size, strategy.replicas)
    log.info("%d replicas share each batch of %d.", strategy.replicas, config.batch_size)
    return strategy
