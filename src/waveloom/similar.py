"""Finding recordings that hold the same sound at another gain, rate or length, without comparing all with all."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from waveloom.audio.clip import Clip
from waveloom.audio.decode import decode
from waveloom.audio.likeness import likeness
from waveloom.audio.prepare import AS_INGESTED
from waveloom.audio.soundprint import RATE_HZ, SIZE, Soundprint, low_band

NEAR = 0.25  # between frames of one sound; frames of unlike sounds lie farther apart, as a rule
NEIGHBOURS = 8  # frames of others that are looked at beside each
PARTNERS = 4  # recordings that are listened to beside each
AROUND_SECONDS = 2.5  # on both sides of the matching frames that is listened to
ALIKE = 0.95  # correlation that copies have after a change of rate; other takes of a sound reach 0.85


class Match(NamedTuple):
    """Two recordings, by their places in the list, and where in them (s) a frame is the same."""

    one: int
    other: int
    one_at: float
    other_at: float


def similar(prints: Sequence[Soundprint], load: Callable[[int], Clip]) -> list[int]:
    """Give for each recording the first of those it shares a sound with; itself where there is none.

    `load` decodes the recording of that place in `prints`. Likely pairs come from a tree of frames; a pair is one only
    if the waveforms correlate. Memory holds the prints, about 64 numbers a second of sound, and few decoded sounds.
    """
    first = list(range(len(prints)))
    heard = lru_cache(maxsize=64)(lambda place: low_band(load(place)))
    compared: set[tuple[int, int]] = set()
    while matches := [m for m in _matches(prints, sorted(set(first))) if m[:2] not in compared]:
        # Once more among the first ones: in a large family not everyone was among everyone's nearest.
        compared.update(match[:2] for match in matches)
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda match: _alike(match, heard), matches))
        for match in compress(matches, found):
            _join(first, match.one, match.other)
        first = [_root(first, place) for place in first]
    return first


def name_similar(table: pd.DataFrame) -> pd.DataFrame:
    """Turn the column `soundprint` into `similar_to`: the name of the first that holds the sound, or nothing.

    Without such a column it is not known, and `similar_to` stays missing.
    """
    if "soundprint" not in table:
        return table.astype({"similar_to": "str"} if len(table) else {})
    accepted = table[table["status"] == "accepted"]
    paths, names = accepted["path"].tolist(), accepted["name"].tolist()
    prints = [Soundprint.unpacked(numbers) for numbers in accepted["soundprint"]]
    first = similar(prints, lambda place: decode(Path(paths[place]), AS_INGESTED))
    named = ["" if one == place else names[one] for place, one in enumerate(first)]
    similar_to = pd.Series(named, index=accepted.index, dtype="str").reindex(table.index, fill_value="")
    return table.drop(columns="soundprint").assign(similar_to=similar_to)


def group_similar(table: pd.DataFrame) -> pd.DataFrame:
    """Make one group of all groups that hold a sound in common, so that no split can part its copies."""
    groups = list(dict.fromkeys(table["group"]))
    first, places = list(range(len(groups))), {group: place for place, group in enumerate(groups)}
    known = dict(zip(table["name"], table["group"], strict=True))
    for group, name in table.loc[table["similar_to"].fillna("") != "", ["group", "similar_to"]].itertuples(index=False):
        _join(first, places[group], places[known[name]])
    merged = {group: groups[_root(first, place)] for group, place in places.items()}
    return table.assign(group=table["group"].map(merged))


def _alike(match: Match, heard: Callable[[int], np.ndarray]) -> bool:
    sides = ((match.one, match.one_at), (match.other, match.other_at))
    one, other = (_around(heard(place), at) for place, at in sides)
    return likeness(one, other) >= ALIKE


def _around(samples: np.ndarray, at: float) -> np.ndarray:
    start, stop = (round((at + side * AROUND_SECONDS) * RATE_HZ) for side in (-1, 1))
    return samples[max(start, 0) : stop]


def _matches(prints: Sequence[Soundprint], places: Sequence[int]) -> list[Match]:
    """Pair each recording of `places` with those before it that have the nearest frames, in order."""
    from scipy.spatial import cKDTree

    points = np.concatenate([prints[place].points for place in places] or [np.empty((0, SIZE))])
    if not len(points):
        return []
    owners = np.repeat(places, [len(prints[place].points) for place in places])
    times = np.concatenate([prints[place].times for place in places])
    distances, found = cKDTree(points).query(points, NEIGHBOURS + 1, distance_upper_bound=NEAR, workers=2)
    nearest: dict[tuple[int, int], tuple[float, Match]] = {}
    votes: Counter[tuple[int, int]] = Counter()
    for here, there in zip(*np.nonzero(np.isfinite(distances)), strict=True):
        one, other = sorted((here, int(found[here, there])), key=lambda point: (owners[point], point))
        pair = (int(owners[one]), int(owners[other]))
        if pair[0] == pair[1]:
            continue
        distance = float(distances[here, there])
        votes[pair] += 1
        if distance < nearest.get(pair, (np.inf,))[0]:
            nearest[pair] = distance, Match(*pair, float(times[one]), float(times[other]))
    return _likeliest(nearest, votes)


def _likeliest(nearest: dict[tuple[int, int], tuple[float, Match]], votes: Counter[tuple[int, int]]) -> list[Match]:
    """Leave each recording its likeliest partners: most frames in common, then the nearest."""
    taken: Counter[int] = Counter()
    chosen = []
    for pair in sorted(nearest, key=lambda pair: (-votes[pair], nearest[pair][0], pair)):
        if taken[pair[0]] < PARTNERS or taken[pair[1]] < PARTNERS:
            taken.update(pair)
            chosen.append(nearest[pair][1])
    return sorted(chosen)


def _root(first: list[int], place: int) -> int:
    while first[place] != place:
        place = first[place]
    return place


def _join(first: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(first, one), _root(first, other)))
    first[high] = low
