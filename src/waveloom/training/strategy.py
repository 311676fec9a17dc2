"""How a training is distributed: what the training loop needs of a strategy, and the strategy for one device."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from waveloom.training.batches import Batch
from waveloom.training.game import BaseGame

Step = Callable[[Any, Batch], Mapping[str, Any]]  # step number, batch -> losses


class Strategy(Protocol):
    """Trains on `replicas` devices of `machines` machines; the chief alone writes, and the others follow it."""

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
        """This machine's part of the `rows` of a batch for so many discriminator updates."""

    def broadcast(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The chief's `arrays`, equal to the bit; every machine passes arrays of the same names and shapes."""

    def broadcast_number(self, value: int) -> int:
        """The chief's `value`."""

    def check_fingerprint(self, fingerprint: str) -> None:
        """Raise an InputError if this machine's training differs from the chief's."""

    def reporting_lost_machines(self) -> AbstractContextManager[None]:
        """Context that turns the loss of another machine into an InputError."""


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
        """There is no other machine to lose."""
        return nullcontext()
