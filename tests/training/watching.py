"""Those who look on: one who writes everything down, one who stops the training."""

import pytest

from waveloom.training.callbacks import Watch
from waveloom.training.train import train


class Notebook(Watch):
    def __init__(self):
        self.steps, self.previews = [], []

    def forecast(self, numbers):
        self.expected = numbers

    def losses(self, step, losses):
        self.steps.append((step, losses))

    def preview(self, step, clips, rate_hz, distance):
        self.previews.append((step, clips.shape, rate_hz, distance))

    def failures(self, step, found):
        self.found = found

    def rolled_back(self, number, said):
        self.said = (number, said)

    def end(self):
        self.ended = len(self.steps)


class Interrupt(Watch):
    def __init__(self, step):
        self.step = step

    def losses(self, step, losses):
        if step > self.step:
            raise KeyboardInterrupt


def whole_and_resumed(arguments, folder, stop=7):
    """What `train` gives when nothing stops it, and when it was stopped after a step and called again."""
    whole = train(*arguments, folder / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(*arguments, folder / "stopped", Interrupt(stop))
    return whole, train(*arguments, folder / "stopped")
