"""Selects the items of a study: sounds or pairs of generators and real sounds, anchors and traps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from waveloom.config.errors import InputError
from waveloom.listening.config import Listen
from waveloom.listening.scales import WORDS
from waveloom.listening.stimuli import anchor, beeps

REAL, ANCHOR, TRAP = "real", "anchor", "trap"


@dataclass(frozen=True)
class Pool:
    """Sounds of one maker (a generator, or the real sounds) to select from, in order.

    `clips` (n, samples), and the name and label of each clip in `names` and `labels` (n,).
    """

    clips: np.ndarray
    names: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True)
class Item:
    """One item to rate: one sound, or a pair.

    `makers` names the origin of each sound (a generator, "real", "anchor" or "trap"), `clip` the source clips;
    `expected` is the right answer of a trapping item.
    """

    makers: tuple[str, ...]
    clip: str
    sounds: tuple[np.ndarray, ...]
    expected: int | None = None


def plan(generators: Mapping[str, Pool], real: Pool, rate_hz: int, config: Listen) -> list[Item]:
    """Select the items of a study: the first sounds of each generator and of the real ones, not the best."""
    too_small = {name: len(pool.names) for name, pool in generators.items() if len(pool.names) < config.sounds}
    if too_small:
        name, count = next(iter(too_small.items()))
        raise InputError(f"{name} has {count} sounds; listen.sounds is {config.sounds}. Lower it or generate more.")
    if not len(real.names):
        raise InputError("There is no real sound in the test split to listen to. Raise ingest.test or add recordings.")
    items = _ratings(generators, real, config) if config.kind == "acr" else _pairs(generators, real, config)
    return items + _traps(real.clips.shape[1], rate_hz, real, config)


def _ratings(generators: Mapping[str, Pool], real: Pool, config: Listen) -> list[Item]:
    if len(real.names) < config.references + config.anchors:
        raise InputError(
            f"There are {len(real.names)} real test sounds; listen.references and listen.anchors need "
            f"{config.references + config.anchors}. Lower them."
        )
    generated = [
        Item((name,), pool.names[n], (pool.clips[n],))
        for name, pool in generators.items()
        for n in range(config.sounds)
    ]
    hidden = [Item((REAL,), real.names[n], (real.clips[n],)) for n in range(config.references)]
    anchor_rows = range(config.references, config.references + config.anchors)
    return (
        generated
        + hidden
        + [Item((ANCHOR,), real.names[n], (anchor(real.clips[n], config.seed + n),)) for n in anchor_rows]
    )


def _pairs(generators: Mapping[str, Pool], real: Pool, config: Listen) -> list[Item]:
    """Pairs of sounds with the same label, in random order.

    They are from every pair of generators, or from the only generator and the real sounds.
    """
    pools = generators if len(generators) > 1 else {**generators, REAL: real}
    random = np.random.default_rng(config.seed)
    items = []
    for one, other in combinations(pools, 2):
        partners = _partners(pools[one], pools[other], config.sounds, other)
        for left, right in enumerate(partners):
            sides = [(one, pools[one], left), (other, pools[other], right)]
            sides = sides[:: 1 if random.random() < 0.5 else -1]
            clip = f"{pools[one].names[left]}|{pools[other].names[right]}"
            items.append(Item(tuple(s[0] for s in sides), clip, tuple(s[1].clips[s[2]] for s in sides)))
    return items


def _partners(one: Pool, other: Pool, count: int, name: str) -> list[int]:
    """For each of the first `count` sounds of `one`, the next unused sound of `other` with the same label."""
    unused = list(range(len(other.names)))
    partners = []
    for label in list(one.labels)[:count]:
        match = next((n for n in unused if label in ("", other.labels[n]) or not other.labels[n]), None)
        if match is None:
            raise InputError(
                f"{name} has too few sounds of the label {label!r} for {count} pairs. Lower listen.sounds."
            )
        unused.remove(match)
        partners.append(match)
    return partners


def _traps(samples: int, rate_hz: int, real: Pool, config: Listen) -> list[Item]:
    answers = sorted(WORDS[config.kind])
    random = np.random.default_rng([config.seed, 1])
    items = []
    for number in range(config.traps):
        if config.kind == "acr":
            expected = int(random.choice(answers))
            items.append(Item((TRAP,), f"trap {number}", (beeps(expected, samples, rate_hz),), expected))
        else:
            expected = int(random.choice([answers[0], answers[-1]]))
            pair = (real.clips[number % len(real.clips)], beeps(3, samples, rate_hz))
            items.append(Item((TRAP, TRAP), f"trap {number}", pair[:: 1 if expected > 0 else -1], expected))
    return items
