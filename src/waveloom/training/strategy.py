"""How a training is distributed: the interface that the training loop uses, and the strategy for one device."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from waveloom.training.batches import Batch
from waveloom.training.game import BaseGame

Step = Callable[[Any, Batch], Mapping[str, Any]]  # step number, batch -> losses


class Strategy(Protocol):
    """Trains on `replicas` devices of `machines` machines; only the chief writes files, and sends its state."""

    replicas: int
    machines: int
    is_chief: bool

    def scope(self) -> AbstractContextManager[None]:
        """Context in which created variables have a copy on every replica."""

    def workspace(self, folder: Path) -> AbstractContextManager[Path]:
        """Context that gives `folder` to the chief, and to any other machine a temporary folder."""

    def replicated_step(self, game: BaseGame) -> Step:
        """The training step that all replicas run together on this machine's rows of a batch."""

    def rows(self, rows: np.ndarray, updates: int) -> np.ndarray:
        """This machine's `rows` of a batch, which consists of one part per discriminator update (`updates`)."""

    def broadcast(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The chief's `arrays`, exactly; every machine passes arrays of the same names and shapes."""

    def broadcast_number(self, value: int) -> int:
        """The chief's `value`."""

    def check_fingerprint(self, fingerprint: str) -> None:
        """Raise an InputError if this machine's training differs from the chief's."""

    def reporting_lost_machines(self) -> AbstractContextManager[None]:
        """Context that raises an InputError if the connection to another machine is lost."""


class SingleDevice:
    """One device of one machine: every method returns its input."""

    replicas, machines, is_chief = 1, 1, True

    def scope(self) -> AbstractContextManager[None]:
        """No scope is needed."""
        return nullcontext()

    def workspace(self, folder: Path) -> AbstractContextManager[Path]:
        """The folder itself."""
        return nullcontext(folder)

    def replicated_step(self, game: BaseGame) -> Step:
        """The game's own training step."""
        return game.train_step

    def rows(self, rows: np.ndarray, updates: int) -> np.ndarray:
        """All rows."""
        return rows

    def broadcast(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The same arrays."""
        return dict(arrays)

    def broadcast_number(self, value: int) -> int:
        """The same number."""
        return value

    def check_fingerprint(self, fingerprint: str) -> None:
        """There is no other machine to compare with."""

    def reporting_lost_machines(self) -> AbstractContextManager[None]:
        """One machine has no connection to lose."""
        return nullcontext()
