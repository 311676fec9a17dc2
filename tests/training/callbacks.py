"""Callbacks that record what a training reports, and that interrupt it."""

import pytest

from waveloom.training.callbacks import Callbacks
from waveloom.training.train import train


class Recorder(Callbacks):
    def __init__(self):
        self.steps, self.previews = [], []

    def forecast(self, numbers):
        self.forecast_numbers = numbers

    def losses(self, step, losses):
        self.steps.append((step, losses))

    def preview(self, step, clips, rate_hz, distance):
        self.previews.append((step, clips.shape, rate_hz, distance))

    def failures(self, step, found):
        self.last_failures = found

    def rolled_back(self, number, sentence):
        self.last_roll_back = (number, sentence)

    def end(self):
        self.steps_at_end = len(self.steps)


class Interrupt(Callbacks):
    """Interrupts the training in the step after `step`."""

    def __init__(self, step):
        self.step = step

    def losses(self, step, losses):
        if step > self.step:
            raise KeyboardInterrupt


def uninterrupted_and_resumed(arguments, folder, stop=7):
    """What `train` returns without an interruption, and when it was interrupted after step `stop` and called again."""
    uninterrupted = train(*arguments, folder / "uninterrupted")
    with pytest.raises(KeyboardInterrupt):
        train(*arguments, folder / "resumed", Interrupt(stop))
    return uninterrupted, train(*arguments, folder / "resumed")
