"""Translations to evaluate: excerpts, each with a target domain, its truth and another program of the target."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from waveloom.evaluation.translation.excerpts import Excerpt, Recordings


@dataclass(frozen=True)
class Selected:
    """The excerpts that a translation needs; `truth` and `other` are None where there are none."""

    source: Excerpt
    truth: Excerpt | None
    other: Excerpt | None

    @property
    def without_clips(self) -> "Selected":
        """The same without the sounds at the rates of their files, to save memory."""
        truth, other = (one.without_clip if one else None for one in (self.truth, self.other))
        return Selected(self.source.without_clip, truth, other)


@dataclass(frozen=True)
class Translation:
    """The excerpt of the domain `source` in the group of this number, to be translated into `target`.

    `number` counts the translations; `cycle` is whether it is translated back.
    """

    number: int
    group: int
    source: str
    target: str
    cycle: bool

    def select(self, excerpts: Mapping[str, list[Excerpt]]) -> Selected:
        """Select the excerpts of this translation from those of its group, {domain: excerpts}."""
        truths = excerpts.get(self.target, [])
        truth, other = (*truths, None, None)[:2]
        return Selected(excerpts[self.source][0], truth, other)


def plan_translations(recordings: Recordings, domains: list[str], count: int, seed: int) -> list[Translation]:
    """Every excerpt into every other domain; above `count`, a random choice with equally many of each direction.

    One translation of each excerpt is translated back, into another target for each next group.
    """
    every = [
        translation for number in range(len(recordings.groups)) for translation in _of(recordings, number, domains)
    ]
    order = np.random.default_rng(seed).permutation(len(every))
    uses: dict[tuple[str, str], int] = {}
    ranks = np.zeros(len(every), int)
    for position in order:
        direction = every[position].source, every[position].target
        ranks[position] = uses[direction] = uses.get(direction, -1) + 1
    chosen = np.sort(order[np.argsort(ranks[order], kind="stable")][:count])
    return _numbered([every[position] for position in chosen])


def _numbered(translations: list[Translation]) -> list[Translation]:
    """Number the translations, and choose one of each excerpt, at another place for each next group, for the cycle."""
    of_excerpt: dict[tuple[int, str], list[int]] = {}
    for number, one in enumerate(translations):
        of_excerpt.setdefault((one.group, one.source), []).append(number)
    cycles = {numbers[group % len(numbers)] for (group, _), numbers in of_excerpt.items()}
    return [replace(one, number=number, cycle=number in cycles) for number, one in enumerate(translations)]


def _of(recordings: Recordings, number: int, domains: list[str]) -> Iterator[Translation]:
    for source in sorted(recordings.groups[number]):
        for target in domains:
            if target != source:
                yield Translation(0, number, source, target, cycle=False)
