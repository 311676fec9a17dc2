"""Finding recordings that hold the same sound at another gain, rate or length, without comparing all with all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from waveloom.audio.clip import Clip
from waveloom.audio.decode import Channel, decode
from waveloom.execution.executor import in_batches
from waveloom.preparation.prepare import AS_INGESTED
from waveloom.similarity.correlation import likeness
from waveloom.similarity.fingerprint import RATE_HZ, low_band
from waveloom.similarity.fingerprints import Prints

NEAR = 0.25  # between frames of one sound; frames of unlike sounds lie farther apart, as a rule
NEIGHBOURS = 8  # frames of others that are looked at beside each
PARTNERS = 4  # recordings that are listened to beside each
AROUND_SECONDS = 2.5  # on both sides of the matching frames that is listened to
HEARD, BATCH = 64, 64  # decoded sounds that are kept for the next comparison, and comparisons under way
ALIKE = 0.95  # correlation that copies have after a change of rate; other takes of a sound reach 0.85
# Two recordings, as the place of the earlier times the number of all plus the other's; how many frames are the same;
# how near the nearest two are, and where these lie (s).
MATCH = np.dtype([("pair", "i8"), ("votes", "i4"), ("distance", "f8"), ("one_at", "f4"), ("other_at", "f4")])
Side = tuple[int, float]  # a recording's place, and where in it (s)


def similar(prints: Prints, among: np.ndarray, load: Callable[[int], Clip]) -> np.ndarray:
    """Give for each recording the first of those it shares a sound with; itself where there is none.

    Only those that the mask `among` names are compared; `load` decodes the recording of a place. Likely pairs come from
    trees of frames; a pair is one only if the waveforms correlate. Prints stay on disk; what memory holds of each
    recording is its place, and 28 bytes for each other that is near it.
    """
    first = np.arange(len(among))
    heard = lru_cache(maxsize=HEARD)(lambda place: low_band(load(place)))
    compared = np.empty(0, np.int64)
    while len(matches := _matches(prints, among & (first == np.arange(len(first))), compared)):
        # Once more among the first ones: in a large family not everyone was among everyone's nearest.
        compared = np.concatenate([compared, matches["pair"]])
        with ThreadPoolExecutor(2) as pool:
            for batch in in_batches(matches, BATCH):
                sides = [_sides(match, len(among)) for match in batch]
                for ((one, _), (other, _)), same in zip(sides, pool.map(partial(_alike, heard), sides), strict=True):
                    if same:
                        _join(first, one, other)
        for place in range(len(first)):  # from the first on, so each finds its own first in one step
            first[place] = first[first[place]]
    return first


def name_similar(table: pd.DataFrame, prints: Prints | None, channel: Channel = "mix") -> pd.DataFrame:
    """Fill the column `similar_to`, by the prints of all rows: the name of the first that holds the sound, or nothing.

    Without prints it is not known, and stays missing.
    """
    if prints is None or table.empty:
        return table.astype({"similar_to": "str"} if len(table) else {})
    among = (table["status"] == "accepted").to_numpy()
    first = similar(prints, among, lambda place: decode(Path(table["path"].iloc[place]), AS_INGESTED, channel).mixed)
    copies = np.flatnonzero(first != np.arange(len(first)))
    similar_to = pd.Series("", index=table.index, dtype="str")
    similar_to.iloc[copies] = table["name"].array[first[copies]]
    return table.assign(similar_to=similar_to)


def group_similar(table: pd.DataFrame) -> pd.DataFrame:
    """Make one group of all groups that hold a sound in common, so that no split can part its copies."""
    groups = list(dict.fromkeys(table["group"]))
    first, places = list(range(len(groups))), {group: place for place, group in enumerate(groups)}
    known = dict(zip(table["name"], table["group"], strict=True))
    for group, name in table.loc[table["similar_to"].fillna("") != "", ["group", "similar_to"]].itertuples(index=False):
        _join(first, places[group], places[known[name]])
    merged = {group: groups[_root(first, place)] for group, place in places.items()}
    return table.assign(group=table["group"].map(merged))


def _sides(match: np.void, count: int) -> tuple[Side, Side]:
    one, other = divmod(int(match["pair"]), count)
    return (one, float(match["one_at"])), (other, float(match["other_at"]))


def _alike(heard: Callable[[int], np.ndarray], sides: tuple[Side, Side]) -> bool:
    one, other = (_around(heard(place), at) for place, at in sides)
    return likeness(one, other) >= ALIKE


def _around(samples: np.ndarray, at: float) -> np.ndarray:
    start, stop = (round((at + side * AROUND_SECONDS) * RATE_HZ) for side in (-1, 1))
    return samples[max(start, 0) : stop]


def _matches(prints: Prints, among: np.ndarray, compared: np.ndarray) -> np.ndarray:
    """Pair each recording of `among` with those before it that have the nearest frames, but for those `compared`."""
    found = np.empty(0, MATCH)
    for block in prints.blocks(among):
        found = _merged(np.concatenate([found, _near(block, prints, among)]))
    chosen = found[_likeliest(found, len(among))]
    return chosen[~np.isin(chosen["pair"], compared)]


def _near(block: np.ndarray, prints: Prints, among: np.ndarray) -> np.ndarray:
    """Pair some frames with the nearest of all: a match for each two frames."""
    from scipy.spatial import cKDTree

    here = np.arange(len(block))[:, None]
    distances, owners, times = (np.empty((len(block), 0), kind) for kind in (np.float64, np.int32, np.float32))
    for others in prints.blocks(among):
        tree = cKDTree(others["point"])
        found = tree.query(block["point"], NEIGHBOURS + 1, distance_upper_bound=NEAR, workers=2)
        there = np.minimum(found[1], len(others) - 1)  # where there is none the distance is infinite
        distances = np.concatenate([distances, found[0]], axis=1)
        owners = np.concatenate([owners, others["owner"][there]], axis=1)
        times = np.concatenate([times, others["time"][there]], axis=1)
        nearest = np.argsort(distances, axis=1, kind="stable")[:, : NEIGHBOURS + 1]
        distances, owners, times = distances[here, nearest], owners[here, nearest], times[here, nearest]
    pairs = np.isfinite(distances) & (owners != block["owner"][:, None])
    mine, its = np.nonzero(pairs)
    sides = (block["owner"][mine], owners[mine, its]), (block["time"][mine], times[mine, its])
    return _as_matches(*sides, distances[mine, its], len(among))


def _as_matches(
    owners: tuple[np.ndarray, np.ndarray], times: tuple[np.ndarray, np.ndarray], distances: np.ndarray, count: int
) -> np.ndarray:
    """Write pairs of frames down with the earlier recording first."""
    matches, turned = np.empty(len(distances), MATCH), owners[1] < owners[0]
    one, other = np.where(turned, owners[::-1], owners).astype(np.int64)
    matches["pair"], matches["votes"], matches["distance"] = one * count + other, 1, distances
    matches["one_at"], matches["other_at"] = np.where(turned, times[::-1], times)
    return matches


def _merged(matches: np.ndarray) -> np.ndarray:
    """Leave one match of each pair: its nearest two frames, and how many frames they have in common."""
    order = np.lexsort((matches["distance"], matches["pair"]))
    pairs, starts = np.unique(matches["pair"][order], return_index=True)
    nearest = matches[order[starts]]
    if len(pairs):
        nearest["votes"] = np.add.reduceat(matches["votes"][order], starts)
    return nearest


def _likeliest(matches: np.ndarray, count: int) -> np.ndarray:
    """Leave each recording its likeliest partners: most frames in common, then the nearest; a mask."""
    taken, chosen = np.zeros(count, np.uint8), np.zeros(len(matches), bool)
    for place in np.lexsort((matches["pair"], matches["distance"], -matches["votes"])):
        one, other = divmod(int(matches["pair"][place]), count)
        if taken[one] < PARTNERS or taken[other] < PARTNERS:
            taken[one], taken[other] = min(taken[one] + 1, PARTNERS), min(taken[other] + 1, PARTNERS)
            chosen[place] = True
    return chosen


def _root(first: list[int] | np.ndarray, place: int) -> int:
    while first[place] != place:
        place = first[place]
    return place


def _join(first: list[int] | np.ndarray, one: int, other: int) -> None:
    low, high = sorted((_root(first, one), _root(first, other)))
    first[high] = low
