"""Parameters that suit a collection better than the present ones, each with its reason."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from waveloom.audio.header import RATES_HZ
from waveloom.ingest.doctor.facts import Facts
from waveloom.preparation.config import Prepare

HOPS = 16  # of which a clip is a multiple
FEW = 0.1  # share of the recordings for which a parameter need not suit
LOUDNESS = -23.0  # LUFS
BLOCK_SECONDS = 0.4  # that a loudness needs (ITU-R BS.1770)
LONGER = 1.2  # clips that most recordings last, from which on longer clips are suggested
LONGEST_CLIPS = 2  # a clip is lengthened to so many times its present length; longer recordings give several clips


@dataclass(frozen=True)
class Suggestion:
    """A parameter by its name in params.yaml, the suggested value, and the reason."""

    name: str
    value: Any
    reason: str


def suggestions(facts: Facts, prepare: Prepare, folds: Mapping[str, int]) -> list[Suggestion]:
    """Suggest rate, length and cutting of clips, and numbers of folds; `folds` maps parameters to present values."""
    rate = list(_rate(facts, prepare))
    present = replace(prepare, rate_hz=rate[0].value) if rate else prepare
    hop = clip_unit(present.rate_hz)
    samples = max(round(prepare.samples * present.rate_hz / prepare.rate_hz / hop), 1) * hop
    lengths = list(_lengths(facts, replace(present, samples=samples)))
    if rate and not any(found.name == "prepare.samples" for found in lengths):
        lengths.insert(0, Suggestion("prepare.samples", samples, f"{samples / present.rate_hz:.3g} s at that rate"))
    return [*rate, *lengths, *_folds(facts, folds)]


def clip_unit(rate_hz: int) -> int:
    """Return the number of samples of which the length of a clip must be a multiple to suit every network."""
    return HOPS * max(256, 16 * round(rate_hz / 1000))


def _rate(facts: Facts, prepare: Prepare) -> Iterator[Suggestion]:
    """Suggest a lower rate if more than a few recordings have one; a lower rate has no content above half of it."""
    lower, total = 0, sum(facts.rates_hz.values())
    for rate, count in sorted((int(rate), count) for rate, count in facts.rates_hz.items()):
        lower += count
        if lower > FEW * total:
            if rate < prepare.rate_hz:
                reason = f"{lower} of {total} recordings have this rate or a lower one, and nothing above half of it"
                yield Suggestion("prepare.rate_hz", max(rate, RATES_HZ[0]), reason)
            return


def _lengths(facts: Facts, prepare: Prepare) -> Iterator[Suggestion]:
    """Suggest longer clips, several clips from a recording, or shorter clips."""
    clip, most, unit = prepare.samples / prepare.rate_hz, facts.seconds["p90"], clip_unit(prepare.rate_hz)
    fitting = max(math.ceil(most * prepare.rate_hz / unit) * unit, 2 * unit)
    lengths = f"nine of ten recordings last {most:.3g} s or less"
    if prepare.frames != "one" or fitting == prepare.samples:
        return
    if most > LONGEST_CLIPS * clip:
        cut = f"recordings last up to {facts.seconds['max']:.3g} s, and a clip {clip:.3g} s; all of the sound is used"
        yield Suggestion("prepare.frames", "overlap", cut)
        yield Suggestion("prepare.hop_samples", prepare.samples, "each clip begins where the one before it ends")
        if clip >= BLOCK_SECONDS and prepare.level == "peak" and not facts.pairs:  # pairs keep their levels
            reason = "clips out of long recordings are made equally loud; by peak, one loud moment makes a clip quiet"
            yield Suggestion("prepare.level", "loudness", reason)
            yield Suggestion("prepare.level_db", LOUDNESS, "LUFS, the level of EBU R 128")
    elif most > LONGER * clip or most < clip / 2:
        yield Suggestion("prepare.samples", fitting, f"{fitting / prepare.rate_hz:.3g} s: {lengths}")


def _folds(facts: Facts, folds: Mapping[str, int]) -> Iterator[Suggestion]:
    """Suggest as many folds as the class with the fewest groups allows, of the classes with two or more."""
    groups = {label: row["development_groups"] for label, row in facts.classes.items()}
    several = {label: count for label, count in groups.items() if count > 1}
    if len(groups) < 2 or not several:
        return
    label = min(several, key=lambda name: several[name])
    for name, count in folds.items():
        if several[label] < count:
            reason = f"{label!r} has {several[label]} groups outside the test split"
            yield Suggestion(name, several[label], reason)
