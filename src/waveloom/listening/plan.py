"""Which sounds a study is made of: what is drawn from generators and real sounds, and what stands beside whom."""

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
    """Sounds of one maker to draw from, in order: `clips` (n, samples), the `names` and `labels` of each (n,)."""

    clips: np.ndarray
    names: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True)
class Item:
    """What is rated at once: who made the one or two `sounds`, the clip or clips they came from, a trap's answer."""

    makers: tuple[str, ...]
    clip: str
    sounds: tuple[np.ndarray, ...]
    expected: int | None = None


def plan(generators: Mapping[str, Pool], real: Pool, rate_hz: int, rules: Listen) -> list[Item]:
    """Choose the items of a study from each generator's sounds and real ones; the first sounds, never the best."""
    scarce = {name: len(pool.names) for name, pool in generators.items() if len(pool.names) < rules.sounds}
    if scarce:
        name, count = next(iter(scarce.items()))
        raise InputError(f"{name} offers {count} sounds; listen.sounds is {rules.sounds}. Lower it or generate more.")
    if not len(real.names):
        raise InputError("There is no real sound in the test split to listen to. Raise ingest.test or add recordings.")
    chosen = _ratings(generators, real, rules) if rules.kind == "acr" else _pairs(generators, real, rules)
    return chosen + _traps(real.clips.shape[1], rate_hz, real, rules)


def _ratings(generators: Mapping[str, Pool], real: Pool, rules: Listen) -> list[Item]:
    if len(real.names) < rules.references + rules.anchors:
        raise InputError(
            f"There are {len(real.names)} real test sounds; listen.references and listen.anchors want "
            f"{rules.references + rules.anchors}. Lower them."
        )
    made = [
        Item((name,), pool.names[n], (pool.clips[n],)) for name, pool in generators.items() for n in range(rules.sounds)
    ]
    hidden = [Item((REAL,), real.names[n], (real.clips[n],)) for n in range(rules.references)]
    low = range(rules.references, rules.references + rules.anchors)
    return made + hidden + [Item((ANCHOR,), real.names[n], (anchor(real.clips[n], rules.seed + n),)) for n in low]


def _pairs(generators: Mapping[str, Pool], real: Pool, rules: Listen) -> list[Item]:
    """Every two generators beside each other, or the only one beside real sounds: of one label, sides by chance."""
    pools = generators if len(generators) > 1 else {**generators, REAL: real}
    toss = np.random.default_rng(rules.seed)
    items = []
    for one, other in combinations(pools, 2):
        partners = _partners(pools[one], pools[other], rules.sounds, other)
        for left, right in enumerate(partners):
            sides = [(one, pools[one], left), (other, pools[other], right)]
            sides = sides[:: 1 if toss.random() < 0.5 else -1]
            clip = f"{pools[one].names[left]}|{pools[other].names[right]}"
            items.append(Item(tuple(s[0] for s in sides), clip, tuple(s[1].clips[s[2]] for s in sides)))
    return items


def _partners(mine: Pool, theirs: Pool, count: int, name: str) -> list[int]:
    """For each of my first `count` sounds, the next of theirs of the same label that was not taken yet."""
    free = list(range(len(theirs.names)))
    found = []
    for label in list(mine.labels)[:count]:
        match = next((n for n in free if label in ("", theirs.labels[n]) or not theirs.labels[n]), None)
        if match is None:
            raise InputError(
                f"{name} has too few sounds of the label {label!r} for {count} pairs. Lower listen.sounds."
            )
        free.remove(match)
        found.append(match)
    return found


def _traps(samples: int, rate_hz: int, real: Pool, rules: Listen) -> list[Item]:
    answers = sorted(WORDS[rules.kind])
    draw = np.random.default_rng([rules.seed, 1])
    items = []
    for number in range(rules.traps):
        if rules.kind == "acr":
            expected = int(draw.choice(answers))
            items.append(Item((TRAP,), f"trap {number}", (beeps(expected, samples, rate_hz),), expected))
        else:
            expected = int(draw.choice([answers[0], answers[-1]]))
            sides = (real.clips[number % len(real.clips)], beeps(3, samples, rate_hz))
            items.append(Item((TRAP, TRAP), f"trap {number}", sides[:: 1 if expected > 0 else -1], expected))
    return items
