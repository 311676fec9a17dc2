"""PLUG-IN. What the networks see of a clip, and the way back; one choice a file.

A file offers a frozen `Config` and three pure functions over numpy arrays:

- `shape(config, samples, rate)`: the shape of one encoded clip, without the batch; InputError if it cannot be.
- `encode(config, clips, rate)`: (batch, samples) float32 in [-1, 1] -> (batch, *shape) float32 in [-1, 1].
- `decode(config, tensor, samples, rate)`: (batch, *shape) -> (batch, samples) float32 in [-1, 1].

It may offer the way back to sounds longer than a clip, where encoded clips can be laid over each other:

- `stream(config, windows, rate, seed)`: an iterator of encoded clips, which may have no end -> an iterator of blocks of
  one sound, (any,) float32 in [-1, 1]. A block does not depend on windows much later, which are not asked for.

A file of `CHANNELS` 2 is of stereo: clips are (batch, 2, samples), and blocks (2, any).

Two things it may say besides, which augmentation asks for (`training.augment`):

- `AXES`: what the axes of one encoded clip are, as ("time", "frequency"); time comes first, and alone unless said.
- `louder(config, tensor, factor)`: what (batch, *shape) becomes if its clips are `factor` (batch, 1, ...) times as
  loud, in differentiable Keras operations.
"""

from collections.abc import Iterable
from types import ModuleType

import numpy as np

from waveloom.audio.bandwidth import low_pass, low_pass_stream
from waveloom.representations._peak import turn_down, turn_down_along


def channels(representation: ModuleType) -> int:
    """How many channels the clips of a representation have."""
    return getattr(representation, "CHANNELS", 1)


def band_limited(clips: np.ndarray, rate: int, limit_hz: float | None) -> np.ndarray:
    """Low-pass clips (n, ..., samples) to the band of the training sounds, within full scale; None: no filter."""
    return clips if limit_hz is None else turn_down(low_pass(clips, rate, limit_hz))


def band_limited_along(blocks: Iterable[np.ndarray], rate: int, limit_hz: float | None) -> Iterable[np.ndarray]:
    """Do the same for the blocks (..., any) of one sound of any length."""
    return blocks if limit_hz is None else turn_down_along(low_pass_stream(blocks, rate, limit_hz))
