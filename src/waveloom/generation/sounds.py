"""Planned sounds made by a generator: clips in batches, or continuous sounds in blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.generation.plan import SoundPlan
from waveloom.generation.streaming import sample_count
from waveloom.models.descriptions import stored_positions

if TYPE_CHECKING:
    from waveloom.generation.generator import Generator

CLIPS_IN_MEMORY = 1024


@dataclass(frozen=True)
class Sound:
    """A sound at `rate_hz` with its plan; `blocks`, (time,) or (2, time) float32 in [-1, 1], are computed when read.

    `samples` is the length of all blocks together.
    """

    plan: SoundPlan
    rate_hz: int
    samples: int
    blocks: Iterable[np.ndarray]


def make_clips(generator: "Generator", plans: list[SoundPlan], rate_hz: int) -> Iterator[Sound]:
    """Make one clip per plan."""
    for first in range(0, len(plans), CLIPS_IN_MEMORY):
        chunk = plans[first : first + CLIPS_IN_MEMORY]
        for plan, clip in zip(chunk, _clips(generator, chunk), strict=True):
            samples = resample(Clip(clip, generator.rate_hz), rate_hz).samples
            yield Sound(plan, rate_hz, samples.shape[-1], [samples])


def make_streams(generator: "Generator", plans: list[SoundPlan], seconds: float, rate_hz: int) -> list[Sound]:
    """Make one continuous sound per plan; RequestError, before any sound is made, if it cannot be."""
    samples = sample_count(generator.sampler, seconds, rate_hz)
    return [Sound(plan, rate_hz, samples, _stream(generator, plan, seconds, rate_hz)) for plan in plans]


def _clips(generator: "Generator", plans: list[SoundPlan]) -> list[np.ndarray]:
    redrawn, fixed = ([plan for plan in plans if plan.redraw_copies is kind] for kind in (True, False))
    seeds = [plan.seed for plan in redrawn if plan.seed is not None]
    first = iter(generator.clips(seeds, _labels(generator, redrawn)) if redrawn else [])
    latents = np.stack([plan.latent for plan in fixed]) if fixed else None
    rest = iter([] if latents is None else generator.sampler.clips_from_latents(latents, _labels(generator, fixed)))
    return [next(first if plan.redraw_copies else rest) for plan in plans]


def _labels(generator: "Generator", plans: list[SoundPlan]) -> list[str] | None:
    return [plan.label for plan in plans] if generator.labels else None


def _stream(generator: "Generator", plan: SoundPlan, seconds: float, rate_hz: int) -> Iterator[np.ndarray]:
    label = plan.label if generator.labels else None
    selected = stored_positions(generator.spec, plan.label, plan.description)[0] if plan.description else None
    return generator.stream(plan.seed or 0, seconds, label, rate_hz, selected)
