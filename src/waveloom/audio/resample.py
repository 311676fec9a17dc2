"""Conversion of sounds to another sample rate."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal

import numpy as np
import soxr

from waveloom.audio.clip import Clip

# soxr's names; its QQ is left out, since it aliases what lies above half the new rate.
Quality = Literal["LQ", "MQ", "HQ", "VHQ"]


def resample(clip: Clip, rate_hz: int, quality: Quality = "HQ") -> Clip:
    """Convert a clip to `rate_hz` with soxr; HQ attenuates what lies above half the new rate by 140 dB."""
    if clip.rate == rate_hz:
        return clip
    return Clip(soxr.resample(clip.samples.T, clip.rate, rate_hz, quality).T, rate_hz)


def resample_stream(blocks: Iterable[np.ndarray], rate_hz: int, to_hz: int) -> Iterator[np.ndarray]:
    """Convert a stream of blocks, (any,) or (2, any) float32 each, as `resample` converts the whole sound."""
    if rate_hz == to_hz:
        return iter(blocks)
    blocks = iter(blocks)
    first = next(blocks)
    stream = soxr.ResampleStream(rate_hz, to_hz, len(np.atleast_2d(first)), "float32", "HQ")
    return (stream.resample_chunk(np.asarray(block.T, np.float32)).T for block in chain([first], blocks))


def resample_finite_stream(blocks: Iterable[np.ndarray], rate_hz: int, to_hz: int) -> Iterator[np.ndarray]:
    """Convert blocks (channels, any) float32 of a sound that ends: together they are what `resample` gives for it."""
    if rate_hz == to_hz:
        yield from blocks
        return
    stream: soxr.ResampleStream | None = None
    for block in blocks:
        channels = len(block)
        stream = stream or soxr.ResampleStream(rate_hz, to_hz, channels, "float32", "HQ")
        converted = stream.resample_chunk(np.asarray(block.T, np.float32))
        if len(converted):
            yield converted.T
    if stream is not None:
        yield stream.resample_chunk(np.zeros((0, channels), np.float32), last=True).T
