"""Callbacks: methods that receive the events of a training while it runs."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np


class Callbacks(Protocol):
    """Receives the events of a training; each method does nothing unless a subclass overrides it.

    After a training resumes, the steps since its last checkpoint are reported again. Steps count from 1.
    """

    def forecast(self, numbers: Mapping[str, float]) -> None:
        """Receive the expected cost of the rest of the training: see `training.forecast`."""
        return

    def losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Receive the losses of one step."""
        return

    def preview(self, step: int, clips: np.ndarray, rate_hz: int, distance: float) -> None:
        """Receive clips (n, samples) in [-1, 1] of the averaged generator, and their validation distance."""
        return

    def validated(self, step: int, parts: Mapping[str, float]) -> None:
        """Receive the parts of a translator's validation distance; none for other generators."""
        return

    def failures(self, step: int, found: Mapping[str, str]) -> None:
        """Receive the failures detected in the generated clips of a validation: name -> sentence."""
        return

    def rolled_back(self, number: int, sentence: str) -> None:
        """Receive that training rolled back to a good state (roll back `number`, from 1), as `sentence` describes."""
        return

    def end(self) -> None:
        """Receive the end of the training; also called when a finished training is run again."""
        return


class NoCallbacks(Callbacks):
    """Ignores all events."""
