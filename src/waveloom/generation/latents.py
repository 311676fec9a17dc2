"""Latent vectors: the standard normal noise that a generator turns into sounds, drawn from seeds."""

from collections.abc import Iterator, Sequence

import numpy as np


def draw(seeds: Sequence[int], length: int, attempt: int = 0) -> np.ndarray:
    """Draw one latent vector per seed: (seeds, length) float32; `attempt` above 0 gives the later draws of a seed."""
    latents = np.empty((len(seeds), length), np.float32)
    for row, seed in zip(latents, seeds, strict=True):
        np.random.default_rng([seed, attempt] if attempt else seed).standard_normal(out=row, dtype=np.float32)
    return latents


def endless(seed: int, length: int) -> Iterator[np.ndarray]:
    """Draw an endless series of latent vectors (length,) float32; the first is that of `draw` for the same seed."""
    generator = np.random.default_rng(seed)
    while True:
        yield generator.standard_normal(length, np.float32)
