"""PLUG-IN. The tensor that networks process in place of a clip, and its inverse; one representation per file.

A file offers a frozen `Config` and three pure functions over NumPy arrays:

- `shape(config, samples, rate)`: shape of one encoded clip, without the batch; InputError if it cannot be encoded.
- `encode(config, clips, rate)`: (batch, samples) float32 in [-1, 1] -> (batch, *shape) float32 in [-1, 1].
- `decode(config, tensor, samples, rate)`: (batch, *shape) -> (batch, samples) float32 in [-1, 1].

Where encoded clips can be cross-faded, it may offer sounds longer than a clip:

- `stream(config, windows, rate, seed)`: iterator of encoded clips, possibly endless -> iterator of blocks of one sound,
  (any,) float32 in [-1, 1]. A block depends only on the windows near it; later ones are not requested.

Where sounds of any length can be translated (`waveloom.generation.translator`), it offers:

- `analyse(config, blocks, rate)`: blocks (channels, any) of one sound -> parts (any, channels, bins) of its STFT.
- `levels(config, spectra, rate)`: parts of the STFT -> encoded frames of the same shape.
- `magnitudes(config, levels, rate)`: encoded frames -> magnitudes of the STFT, of the same shape.
- `resynthesise(config, parts, rate, seed)`: parts (STFT of the source, encoded frames, gain per frame) -> blocks
  (channels, any) of one sound.

A file with `CHANNELS` 2 is for stereo: clips are (batch, 2, samples), blocks (2, any).

Data augmentation (`training.augment`) uses two optional names:

- `AXES`: names of the axes of one encoded clip, such as ("time", "frequency"); time is first, the default is time only.
- `amplify(config, tensor, factor)`: (batch, *shape) of the same clips with `factor` (batch, 1, ...) times their
  amplitude, in differentiable Keras operations.
"""

from collections.abc import Iterable
from types import ModuleType

import numpy as np

from waveloom.audio.bandwidth import low_pass, low_pass_stream
from waveloom.representations._peak import limit_peak, limit_peak_blocks


def channel_count(representation: ModuleType) -> int:
    """Number of channels of the clips of a representation."""
    return getattr(representation, "CHANNELS", 1)


def band_limited(clips: np.ndarray, rate: int, limit_hz: float | None) -> np.ndarray:
    """Low-pass clips (n, ..., samples) to the band of the training sounds, peak at most 1; None: no filter."""
    return clips if limit_hz is None else limit_peak(low_pass(clips, rate, limit_hz))


def band_limited_blocks(blocks: Iterable[np.ndarray], rate: int, limit_hz: float | None) -> Iterable[np.ndarray]:
    """Apply `band_limited` to the blocks (..., any) of one sound of any length."""
    return blocks if limit_hz is None else limit_peak_blocks(low_pass_stream(blocks, rate, limit_hz))
