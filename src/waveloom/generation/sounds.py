"""Planned sounds made by a generator: clips in batches, or continuous sounds in blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.generation.plan import SoundPlan
from waveloom.generation.sampler import Sampler
from waveloom.generation.streaming import sample_count, stream
from waveloom.models.descriptions import stored_positions

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


def make_clips(sampler: Sampler, plans: list[SoundPlan], rate_hz: int) -> Iterator[Sound]:
    """Make one clip per plan."""
    for first in range(0, len(plans), CLIPS_IN_MEMORY):
        chunk = plans[first : first + CLIPS_IN_MEMORY]
        for plan, clip in zip(chunk, _clips(sampler, chunk), strict=True):
            samples = resample(Clip(clip, sampler.model.spec["rate_hz"]), rate_hz).samples
            yield Sound(plan, rate_hz, samples.shape[-1], [samples])


def make_streams(sampler: Sampler, plans: list[SoundPlan], seconds: float, rate_hz: int) -> list[Sound]:
    """Make one continuous sound per plan; RequestError, before any sound is made, if it cannot be."""
    samples = sample_count(sampler, seconds, rate_hz)
    return [Sound(plan, rate_hz, samples, _stream(sampler, plan, seconds, rate_hz)) for plan in plans]


def _clips(sampler: Sampler, plans: list[SoundPlan]) -> list[np.ndarray]:
    redrawn, fixed = ([plan for plan in plans if plan.redraw_copies is kind] for kind in (True, False))
    seeds = [plan.seed for plan in redrawn if plan.seed is not None]
    first = iter(sampler.clips(seeds, _labels(sampler, redrawn)) if redrawn else [])
    latents = np.stack([plan.latent for plan in fixed]) if fixed else None
    rest = iter([] if latents is None else sampler.clips_from_latents(latents, _labels(sampler, fixed)))
    return [next(first if plan.redraw_copies else rest) for plan in plans]


def _labels(sampler: Sampler, plans: list[SoundPlan]) -> list[str] | None:
    return [plan.label for plan in plans] if sampler.model.spec["labels"] else None


def _stream(sampler: Sampler, plan: SoundPlan, seconds: float, rate_hz: int) -> Iterator[np.ndarray]:
    label = plan.label if sampler.model.spec["labels"] else None
    selected = stored_positions(sampler.model.spec, plan.label, plan.description)[0] if plan.description else None
    return stream(sampler, plan.seed or 0, seconds, label, rate_hz, selected)
