"""A loaded generator, trained or exported: commands, evaluation and services generate sounds through this class."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from waveloom.config.checked import overlay
from waveloom.config.errors import InputError
from waveloom.generation import sounds, streaming
from waveloom.generation.controls.cache import cached_controls
from waveloom.generation.controls.directions import Control
from waveloom.generation.plan import SoundPlan, plan_sounds
from waveloom.generation.request import Request
from waveloom.generation.sampler import Sampler, model_recipe
from waveloom.generation.sounds import Sound
from waveloom.models.model import Exported, Model
from waveloom.models.recipe import parts


class Generator:
    """Generates clips and longer sounds; the same seed and label always give the same sound.

    The network is built for the first sound and reused; a new object builds it again.
    """

    def __init__(self, model: Model | Exported, digest: str = "") -> None:
        self.model, self.spec, self.sampler = model, model.spec, Sampler(model)
        self.digest = digest or model.digest  # SHA-256 of the trained model, in hex
        self._truncated: dict[float, Generator] = {}

    @property
    def labels(self) -> list[str]:
        """The names of the labels in the order of their indices; empty for a generator without labels."""
        return self.spec["labels"]

    @property
    def rate_hz(self) -> int:
        """Sample rate of the clips in Hz."""
        return self.spec["rate_hz"]

    @property
    def seconds(self) -> float:
        """Length of one clip in seconds."""
        return self.spec["samples"] / self.spec["rate_hz"]

    @property
    def latent_length(self) -> int:
        """Number of values in one latent vector."""
        return self.spec["recipe"]["noise"]

    @cached_property
    def controls(self) -> list[Control]:
        """Directions in the latent space that change a property of the sounds, the most reliable first."""
        return cached_controls(self.sampler)

    def generate(self, request: Request) -> Iterable[Sound]:
        """Make the sounds of a request; RequestError, before any sound is made, if this generator cannot make them."""
        return self.make(self.plan(request), request)

    def plan(self, request: Request) -> list[SoundPlan]:
        """Plan the sounds of a request without making them."""
        generator = self.truncated(request.truncation)
        return plan_sounds(generator.spec, request, lambda: generator.controls)

    def make(self, plans: list[SoundPlan], request: Request) -> Iterable[Sound]:
        """Make planned sounds, clips or continuous sounds; each is computed when it is read."""
        generator, rate_hz = self.truncated(request.truncation), request.rate_hz or self.rate_hz
        if request.seconds is None:
            return sounds.make_clips(generator.sampler, plans, rate_hz)
        return sounds.make_streams(generator.sampler, plans, request.seconds, rate_hz)

    def clips(self, seeds: Sequence[int], labels: Sequence[str] | None = None) -> np.ndarray:
        """Make one clip per seed, as `Sampler.clips` does."""
        return self.sampler.clips(seeds, labels)

    def stream(
        self,
        seed: int,
        seconds: float,
        label: str | None = None,
        rate_hz: int | None = None,
        selected: np.ndarray | None = None,
    ) -> Iterator[np.ndarray]:
        """Make one continuous sound in blocks, as `streaming.stream` does."""
        return streaming.stream(self.sampler, seed, seconds, label, rate_hz, selected)

    def truncated(self, psi: float | None) -> "Generator":
        """Return this generator with truncation `psi`: 0 gives the mean style, 1 no truncation; None changes nothing.

        InputError if it is exported, or if its networks have no truncation. The digest stays that of the trained model.
        """
        if psi is None:
            return self
        if psi not in self._truncated:
            self._truncated[psi] = Generator(_truncated(self.model, psi), self.digest)
        return self._truncated[psi]


def _truncated(model: Model | Exported, psi: float) -> Model:
    if isinstance(model, Exported):
        raise InputError("An exported generator cannot be truncated; give the generator that was exported.")
    name = model.spec["recipe"]["generator"]
    recipe = overlay(model.spec["recipe"], {"options": {"generators": {name: {"truncation": psi}}}})
    truncated = replace(model, spec={**model.spec, "recipe": recipe})
    parts(model_recipe(truncated))  # checks that the networks have a truncation
    return truncated
