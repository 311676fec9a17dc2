"""Who looks on while a generator is trained."""

from collections.abc import Mapping

import numpy as np


class Watch:
    """Told what happens, and does nothing; after a resume the steps since the last checkpoint are told again."""

    def forecast(self, numbers: Mapping[str, float]) -> None:
        """Take what the rest of the training is expected to cost: see `training.forecast`."""

    def losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Take the losses of one step (steps count from 1)."""

    def preview(self, step: int, clips: np.ndarray, rate_hz: int, distance: float) -> None:
        """Take sounds of the averaged generator (n, samples) in [-1, 1] and their validation distance."""

    def failures(self, step: int, found: Mapping[str, str]) -> None:
        """Take what is wrong with those sounds: a sentence by the name of each failure."""

    def rolled_back(self, number: int, said: str) -> None:
        """Take that training went back to a good state for the time `number` (from 1), in a sentence."""

    def end(self) -> None:
        """Take that training is over; it may be called again, by a training that found itself finished."""
