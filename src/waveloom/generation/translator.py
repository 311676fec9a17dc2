"""A loaded translator, trained or exported: it gives sounds the timbre of a domain, at any length and sample rate."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from waveloom import representations
from waveloom.audio.clip import Clip
from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError, name_list, suggestion
from waveloom.generation.request import RequestError
from waveloom.generation.sampler import build_network
from waveloom.generation.translation.engine import Engine, SpectralDomain
from waveloom.generation.translation.loudness import gain_to_range, level_db
from waveloom.generation.translation.measurements import ChangeMeter, Meters, Outcome, RangeMeter
from waveloom.generation.translation.settings import Transfer as Transfer
from waveloom.generation.translation.windows import WINDOW
from waveloom.models.model import Exported, Model
from waveloom.models.networks import call_network

WHOLE = Transfer()


class Translator:
    """Translates sounds between the domains that its model was trained on; the same settings give the same sound.

    The network is built for the first sound and reused; a new object builds it again.
    """

    def __init__(self, model: Model | Exported, digest: str = "") -> None:
        self.model, self.spec = model, model.spec
        self.digest = digest or model.digest  # SHA-256 of the trained model, in hex

    @property
    def domains(self) -> list[str]:
        """The names of the domains in the order of their indices."""
        return self.spec["labels"]

    @property
    def rate_hz(self) -> int:
        """Sample rate in Hz at which the network works; translations have no frequencies above half of it."""
        return self.spec["rate_hz"]

    def translate(self, clip: Clip, target: str, settings: Transfer = WHOLE) -> Clip:
        """Translate a clip (time,) or (2, time) to the domain `target`; rate, channels and length stay.

        RequestError for a domain that the model does not have.
        """
        return self.translate_and_measure(clip, target, settings)[0]

    def translate_and_measure(self, clip: Clip, target: str, settings: Transfer = WHOLE) -> tuple[Clip, Outcome]:
        """Translate as `translate` does, and return the outcome as well."""
        samples = np.atleast_2d(clip.samples)
        translation = self.stream([samples], clip.rate, target, settings, level_db(samples, clip.rate))
        blocks = list(translation)
        translated = np.concatenate(blocks, axis=-1) if blocks else samples
        return Clip(translated.reshape(clip.samples.shape), clip.rate), translation.outcome

    def stream(
        self,
        blocks: Iterable[np.ndarray],
        rate_hz: int,
        target: str,
        settings: Transfer = WHOLE,
        source_db: float | None = None,
    ) -> "Translation":
        """Translate a sound of any length that arrives in blocks (channels, any) float32, with constant memory.

        `source_db` is the sound's level as `level_db` measures it, if known: the network then gets the sound at a level
        that it was trained on. Nothing is read before the first block of the result is; RequestError as `translate`.
        """
        self.check_target(target)
        index, domain = np.array([self.domains.index(target)], np.int32), self._spectral_domain
        statistics = self.spec.get("source_statistics", {})
        clip_frames = self.spec["samples"] // domain.hop
        meters = Meters(
            ChangeMeter(domain.range_db), RangeMeter(statistics, clip_frames, domain.rate_hz, domain.range_db)
        )
        gain_db = gain_to_range(source_db, statistics.get("level_db"))
        engine = Engine(domain, lambda levels: self._translate_channels(levels, index), settings, meters, gain_db)
        return Translation(engine.blocks(blocks, rate_hz), meters, self._bandwidth_hz(rate_hz))

    def _bandwidth_hz(self, rate_hz: int) -> float:
        """Highest frequency of translations at a sample rate: the network's, or that of the training sounds."""
        return min(rate_hz / 2, self.rate_hz / 2, self.spec.get("bandwidth_hz") or np.inf)

    def check_target(self, target: str) -> None:
        """Raise a RequestError unless the model has this domain."""
        if target not in self.domains:
            raise RequestError(
                "target",
                f"is {target!r}, which is no domain of this translator; its domains are: {name_list(self.domains)}."
                f"{suggestion(target, self.domains)}",
            )

    @cached_property
    def _spectral_domain(self) -> SpectralDomain:
        recipe, samples = self.spec["recipe"], self.spec["samples"]
        name = recipe["representation"]
        module = plugins.load(representations, name)
        options = recipe.get("options", {}).get("representations", {}).get(name, {})
        config = read_config(module.Config, options, f"recipe.options.representations.{name}")
        return SpectralDomain(module, config, self.rate_hz, samples // module.shape(config, samples, self.rate_hz)[0])

    @property
    def bins(self) -> int:
        """Number of frequencies of the network's levels."""
        domain = self._spectral_domain
        return domain.representation.shape(domain.config, self.spec["samples"], self.rate_hz)[1]

    @cached_property
    def network(self) -> Any:
        """The Keras model for windows of `WINDOW` frames, with its weights; InputError for an exported translator."""
        if isinstance(self.model, Exported):
            raise InputError("An exported translator has no Keras network; give the translator that was exported.")
        return build_network(self.model, WINDOW * self._spectral_domain.hop)

    def _translate_channels(self, levels: np.ndarray, label: np.ndarray) -> np.ndarray:
        """Translate each channel by itself: (WINDOW, channels, bins) -> the same shape."""
        channels = [self.translate_levels(levels[None, :, one], label)[0] for one in range(levels.shape[1])]
        return np.stack(channels, axis=1)

    def translate_levels(self, source: np.ndarray, label: np.ndarray) -> np.ndarray:
        """Run the network: levels (1, WINDOW, bins), index of the domain (1,) int32 -> levels of the same shape."""
        if isinstance(self.model, Exported):
            return self.model.call(source=source, label=label)
        return np.asarray(call_network(self.network, training=False, source=source, label=label))


class Translation:
    """Blocks of one translated sound, computed when they are read, and what was measured meanwhile."""

    def __init__(self, blocks: Iterator[np.ndarray], meters: Meters, bandwidth_hz: float) -> None:
        self._blocks, self._meters, self._bandwidth_hz = blocks, meters, bandwidth_hz

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield blocks (channels, any) float32 in [-1, 1], together as long as the source; once."""
        return self._blocks

    @property
    def outcome(self) -> Outcome:
        """What was measured so far; complete when all blocks have been read."""
        return Outcome(self._meters.change.mean_db, self._bandwidth_hz, self._meters.range.median)
