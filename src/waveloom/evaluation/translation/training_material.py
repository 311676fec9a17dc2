"""Clips of the training split by domain, from which baselines are made and among which copies are searched."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from waveloom.audio.store import ClipStore
from waveloom.evaluation.reference_sets import balanced_sample
from waveloom.evaluation.translation.sound import Sound
from waveloom.models import recipe as recipes

Result = TypeVar("Result")


@dataclass(frozen=True)
class Codec:
    """The representation of the translator's recipe, with its config, for sounds of any length at `rate_hz`.

    `samples` is the length of a training clip; a sound is padded to a multiple of it.
    """

    representation: ModuleType
    config: Any
    rate_hz: int
    samples: int

    def encode(self, sound: np.ndarray) -> np.ndarray:
        """Encode one sound (time,): (frames, bins) where the representation is a spectrogram."""
        padded = np.pad(sound, (0, -len(sound) % self.samples))
        return self.representation.encode(self.config, padded[None], self.rate_hz)[0]

    def decode(self, tensor: np.ndarray, length: int) -> np.ndarray:
        """Decode one tensor to a sound of `length` samples; `tensor` is that of `encode` for a sound of this length."""
        padded = length + -length % self.samples
        return self.representation.decode(self.config, tensor[None], padded, self.rate_hz)[0, :length]

    def round_trip(self, sound: Sound) -> Sound:
        """Encode a sound and decode it again."""
        return Sound(self.decode(self.encode(sound.samples), len(sound.samples)), sound.rate_hz)


def codec_of(spec: Mapping[str, Any]) -> Codec:
    """The codec of a model's description."""
    parts = recipes.parts(recipes.resolve(spec["recipe"], {}))
    return Codec(parts.representation, parts.representation_config, spec["rate_hz"], spec["samples"])


@dataclass(frozen=True, eq=False)
class TrainingMaterial:
    """Clips (n, samples) of the training split by domain, at `rate_hz`, with a cache of what was computed from them."""

    clips: Mapping[str, np.ndarray]
    rate_hz: int
    _cache: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def measured(self, measure: Callable[[np.ndarray, int], Result], domain: str) -> Result:
        """The result of `measure(clips, rate_hz)` for the clips of a domain, computed once."""
        if (measure, domain) not in self._cache:
            self._cache[measure, domain] = measure(self.clips[domain], self.rate_hz)
        return self._cache[measure, domain]

    @property
    def all_clips(self) -> np.ndarray:
        """The clips of all domains, in the order of their names."""
        return np.concatenate([self.clips[domain] for domain in sorted(self.clips)])


def training_material(store: ClipStore, count: int, seed: int) -> TrainingMaterial:
    """Read at most `count` clips of the training split, equally many of each domain as far as available."""
    index = store.index.assign(label=store.index["domain"])
    rows = balanced_sample(index, np.flatnonzero(index["split"] == "train"), count, seed)
    domains = index["domain"].to_numpy(str)[rows]
    clips = {domain: store.read(rows[domains == domain]) for domain in sorted(set(domains))}
    return TrainingMaterial(clips, store.rate_hz)
