"""Samples that wait for their translation."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np


class SampleQueue:
    """The samples (channels, any) of a stream that have passed and were not taken yet."""

    def __init__(self) -> None:
        self._blocks: deque[np.ndarray] = deque()
        self._ended = False

    def passing(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the blocks of a stream and keep a reference to each."""
        for block in blocks:
            self._blocks.append(block)
            yield block
        self._ended = True

    def take(self, count: int) -> np.ndarray:
        """Remove the oldest `count` samples: (channels, count), fewer at the end of the stream."""
        parts, missing = [self._blocks[0][:, :0]] if self._blocks else [], count
        while missing and self._blocks:
            block = self._blocks.popleft()
            parts.append(block[:, :missing])
            if block.shape[-1] > missing:
                self._blocks.appendleft(block[:, missing:])
            missing -= parts[-1].shape[-1]
        if missing and not self._ended:
            raise RuntimeError(f"{missing} samples were taken before they had passed.")
        return np.concatenate(parts, axis=-1) if parts else np.zeros((1, 0), np.float32)
