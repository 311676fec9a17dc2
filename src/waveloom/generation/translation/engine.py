"""One translation from the first block of samples to the last, with constant memory."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from waveloom.audio.resample import resample_finite_stream
from waveloom.generation.translation.loudness import LoudnessMatch
from waveloom.generation.translation.measurements import Meters
from waveloom.generation.translation.queue import SampleQueue
from waveloom.generation.translation.settings import Transfer
from waveloom.generation.translation.windows import Network, translate_windows
from waveloom.representations import limit_peak_blocks

_PIECE = 1 << 15  # samples that are processed at once, of longer blocks
_SILENCE_DB = 6.0  # above the floor of the levels: frames with no louder bin are silent


class SpectralDomain(NamedTuple):
    """The representation in which a network translates, the sample rate of its sounds, and samples per frame."""

    representation: Any
    config: Any
    rate_hz: int
    hop: int

    @property
    def range_db(self) -> float:
        """From the floor of the levels up to a full-scale sine."""
        return self.config.range_db


class Engine:
    """Translates one sound with a network from levels to levels; `meters` measure it while it is read."""

    def __init__(
        self, domain: SpectralDomain, network: Network, settings: Transfer, meters: Meters, gain_db: float = 0.0
    ) -> None:
        """Prepare; the source is amplified by `gain_db` for the network, and the translation attenuated by it."""
        self._domain, self._network, self._settings = domain, network, settings
        self._meters, self._gain = meters, np.float32(10 ** (gain_db / 20))

    def blocks(self, source: Iterable[np.ndarray], rate_hz: int) -> Iterator[np.ndarray]:
        """Translate blocks (channels, any) at `rate_hz`; the result has as many samples, with peaks of at most 1."""
        if self._settings.strength == 0:
            return iter(source)
        return limit_peak_blocks(self._blocks(source, rate_hz))

    def _blocks(self, source: Iterable[np.ndarray], rate_hz: int) -> Iterator[np.ndarray]:
        """Cross-fade the source with the translation of its lower band.

        What is added to the source is the translated band minus the share of the source's own band: so only frequencies
        above the band of the network keep the plain (1 - strength) of the source.
        """
        rest, waiting = np.float32(1 - self._settings.strength), SampleQueue()
        differences = self._differences(waiting.passing(_pieces(source)), rate_hz, rest)
        for block in resample_finite_stream(differences, self._domain.rate_hz, rate_hz):
            own = waiting.take(block.shape[-1])
            yield block[:, : own.shape[-1]] + rest * own
            if own.shape[-1] < block.shape[-1]:
                return
        yield rest * waiting.take_all()

    def _differences(self, source: Iterator[np.ndarray], rate_hz: int, rest: np.float32) -> Iterator[np.ndarray]:
        """The translation minus `rest` times the source in the network's band, both at its rate."""
        domain, band = self._domain, SampleQueue()
        amplified = (block * self._gain for block in source)
        resampled = band.passing(resample_finite_stream(amplified, rate_hz, domain.rate_hz))
        parts = self._parts(resampled)
        for block in domain.representation.resynthesise(domain.config, parts, domain.rate_hz, self._settings.seed):
            own = band.take(block.shape[-1])
            block[:, : own.shape[-1]] -= rest * own
            yield block / self._gain

    def _parts(self, blocks: Iterator[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Source spectra, levels of the result and gains, as `resynthesise` takes them."""
        loudness = None
        representation, config, rate_hz, hop = self._domain
        spectra = representation.analyse(config, blocks, rate_hz)
        levels = ((part, representation.levels(config, part, rate_hz)) for part in spectra)
        for source, before, after in translate_windows(levels, self._network):
            self._meters.range.add(before.max(axis=1))
            mixed = self._mixed(before, after)
            gains = np.ones(len(source), np.float32)
            if self._settings.match_loudness:
                loudness = loudness or LoudnessMatch(source.shape[-1], hop, rate_hz)
                gains = loudness.gains(*(representation.magnitudes(config, one, rate_hz) for one in (before, mixed)))
            yield source, mixed, gains

    def _mixed(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Interpolate the levels of source and translation (n, channels, bins) in dB; silent frames stay silent."""
        sounding = before.max(axis=2) > -1 + 2 * _SILENCE_DB / self._domain.range_db
        mixed = before + np.float32(self._settings.strength) * (np.clip(after, -1, 1) - before)
        self._meters.change.add(before[sounding], mixed[sounding])
        mixed[~sounding] = -1
        return mixed


def _pieces(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    for block in blocks:
        for first in range(0, block.shape[-1], _PIECE):
            yield block[:, first : first + _PIECE]
