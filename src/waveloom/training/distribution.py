"""Who plays the game: this process alone, all devices of this machine, or several machines."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from inspect import getattr_static
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.training.cluster import Place, place
from waveloom.training.config import GROUP, Train
from waveloom.training.game import Game

log = logging.getLogger(__name__)

GONE = (  # what a collective operation raises, as the other end closes its socket, answers no more, or starts anew
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.InternalError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.UnknownError,
)
Step = Callable[[Any, Any, Any], Mapping[str, Any]]


class Crew:
    """Replicas that share each batch: replica `i` of `n` has rows `i b / n` to `(i + 1) b / n` of every discriminator
    update.

    Without a strategy there is one, and every method gives back what it is given.
    """

    def __init__(self, strategy: Any = None, where: Place = Place(1, 0)) -> None:  # noqa: B008, it is frozen
        self.strategy, self.where = strategy, where
        self.replicas = strategy.num_replicas_in_sync if strategy else 1

    @property
    def chief(self) -> bool:
        """Whether this process writes checkpoints, measures, and speaks for all."""
        return self.where.chief

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Variables made inside have a copy on every replica."""
        if self.strategy is None:
            yield
            return
        with self.strategy.scope():
            yield

    @contextmanager
    def workspace(self, folder: Path) -> Iterator[Path]:
        """Give the chief its folder and any other machine one that is gone afterwards."""
        if self.chief:
            yield folder
            return
        with tempfile.TemporaryDirectory() as private:
            yield Path(private)

    def join(self, game: Game) -> Step:
        """Give the step that all replicas make together; it takes this machine's rows."""
        if self.strategy is None:
            return game.train_step
        _synchronise(game.learning, game.generator, game.discriminator)
        alone = partial(getattr_static(game, "train_step").python_function, game)  # compiled once, around all replicas
        strategy = self.strategy

        @tf.function(autograph=False)
        def together(number: Any, real: Any, labels: Any) -> dict[str, Any]:
            losses = strategy.run(alone, (number, real, labels))
            return {
                name: strategy.reduce(tf.distribute.ReduceOp.MEAN, loss, axis=None) for name, loss in losses.items()
            }

        turns = game.teaching.updates
        return lambda number, real, labels: together(number, self._deal(real, turns), self._deal(labels, turns))

    def rows(self, rows: np.ndarray, turns: int) -> np.ndarray:
        """This machine's share of the rows of `turns` batches laid end to end."""
        return rows.reshape(turns, self.where.machines, -1)[:, self.where.number].reshape(-1)

    def _deal(self, rows: Any, turns: int) -> Any:
        """Share this machine's rows of `turns` batches among its replicas."""
        here = self.replicas // self.where.machines
        parts = tf.reshape(rows, (turns, here, -1, *rows.shape[1:]))

        def part(context: Any) -> Any:
            mine = parts[:, context.replica_id_in_sync_group - self.where.number * here]
            return tf.reshape(mine, (-1, *rows.shape[1:]))

        return self.strategy.experimental_distribute_values_from_function(part)

    def heard(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The chief's `arrays`, bit for bit, on every machine; each gives its own of the same names and shapes."""
        if self.where.machines == 1:
            return dict(arrays)
        return unpacked(self._sum(packed(arrays)), arrays)

    def number(self, value: int) -> int:
        """The chief's number, on every machine."""
        return int(self.heard({"number": np.array([value], np.int64)})["number"][0])

    def alike(self, fingerprint: str) -> None:
        """Refuse to play another game than the chief's."""
        mine = np.frombuffer(bytes.fromhex(fingerprint), np.int32)
        if not np.array_equal(self.heard({"fingerprint": mine})["fingerprint"], mine):
            raise InputError(
                f"Machine {self.where.number} would train on other clips, features, parameters, code or library "
                "versions than the chief; give all the same commit, environment and data."
            )

    def _sum(self, words: np.ndarray) -> np.ndarray:
        """Add up integers (n,) over all replicas, where all but the chief's first give zeros."""

        found = _summed(self.strategy, tf.constant(words))
        return np.array(self.strategy.experimental_local_results(found)[0])

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Say plainly that another machine is gone."""
        try:
            yield
        except GONE as error:
            said = str(error).splitlines()[0][:200]
            if self.where.machines == 1:
                raise
            raise InputError(
                f"Machine {self.where.number} of {self.where.machines} lost another, which is gone or out of reach "
                f"({said}). Start all of them again; training goes on from the chief's last checkpoint."
            ) from error


def packed(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Lay arrays of whole 32-bit words end to end: (words,) int32."""
    return np.frombuffer(b"".join(array.tobytes() for array in arrays.values()), np.int32)


def unpacked(words: np.ndarray, like: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Undo `packed` for arrays of the names, types and shapes of `like`."""
    ends = np.cumsum([array.nbytes // 4 for array in like.values()])
    parts = zip(like.items(), np.split(words, ends[:-1]), strict=True)
    return {name: part.view(array.dtype).reshape(array.shape) for (name, array), part in parts}


@tf.function(autograph=False)
def _summed(strategy: Any, words: Any) -> Any:
    def give(words: Any) -> Any:
        context = tf.distribute.get_replica_context()
        first = tf.cast(tf.equal(context.replica_id_in_sync_group, 0), tf.int32)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, first * words)

    return strategy.run(give, (words,))


def _synchronise(*networks: Any) -> None:
    """Make batch normalisation at any depth of the networks use the statistics of the whole batch."""
    for network in networks:
        for layer in network._flatten_layers():
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True


def check_share(batch_size: int, replicas: int) -> None:
    """Raise an InputError if replicas cannot get equal shares of a batch in whole groups."""
    if batch_size % (GROUP * replicas):
        raise InputError(
            f"train.batch_size is {batch_size}, which {replicas} replicas cannot share evenly in groups of {GROUP} "
            f"(discriminators may compare as many clips); choose a multiple of {GROUP * replicas}."
        )


def crew(rules: Train) -> Crew:
    """Gather the replicas that `rules` ask for, before TensorFlow does anything else."""
    if rules.distribution == "one":
        return Crew()
    if rules.distribution == "local":
        gathered = Crew(tf.distribute.MirroredStrategy())
    else:
        where = place()
        log.info("This is machine %d of %d; waiting for the others.", where.number, where.machines)
        gathered = Crew(tf.distribute.MultiWorkerMirroredStrategy(), where)
    check_share(rules.batch_size, gathered.replicas)
    log.info("%d replicas share each batch of %d.", gathered.replicas, rules.batch_size)
    return gathered
