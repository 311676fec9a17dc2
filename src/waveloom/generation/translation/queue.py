"""Samples that wait for their translation."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np


class SampleQueue:
    """The samples (channels, any) of a stream that have passed and were not taken yet."""

    def __init__(self) -> None:
        self._blocks: deque[np.ndarray] = deque()
        self._empty = np.zeros((1, 0), np.float32)
        self._ended = False

    def passing(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the blocks of a stream and keep a reference to each."""
        for block in blocks:
            self._blocks.append(block)
            self._empty = block[:, :0]
            yield block
        self._ended = True

    def take(self, count: int) -> np.ndarray:
        """Remove the oldest `count` samples: (channels, count), fewer at the end of the stream."""
        parts, missing = [self._empty], count
        while missing and self._blocks:
            block = self._blocks.popleft()
            parts.append(block[:, :missing])
            if block.shape[-1] > missing:
                self._blocks.appendleft(block[:, missing:])
            missing -= parts[-1].shape[-1]
        if missing and not self._ended:
            raise RuntimeError(f"{missing} samples were taken before they had passed.")
        return np.concatenate(parts, axis=-1)

    def take_all(self) -> np.ndarray:
        """Remove all samples that have passed: (channels, any)."""
        return self.take(sum(block.shape[-1] for block in self._blocks))
