"""Recordings that hold the same sound at another gain, rate or length."""

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
from waveloom.similarity.correlation import correlation
from waveloom.similarity.fingerprint import RATE_HZ, low_band
from waveloom.similarity.fingerprint_store import FingerprintStore
from waveloom.similarity.frame_matches import find_matches

AROUND_SECONDS = 2.5  # on both sides of the matching frames, over which waveforms are correlated
CACHED, BATCH = 64, 64  # decoded sounds in memory, and comparisons submitted at once
MIN_CORRELATION = 0.95  # that copies have after a change of rate; other takes of a sound reach 0.85
Side = tuple[int, float]  # a recording's position in the table, and a time in it (s)


def near_duplicates(fingerprints: FingerprintStore, selected: np.ndarray, load: Callable[[int], Clip]) -> np.ndarray:
    """Give for each recording the position of the first one with the same sound; its own if there is none.

    Only `selected` recordings (a mask) are compared; `load` decodes the recording at a position. Likely pairs come from
    the fingerprints; a pair counts only if the waveforms correlate. Fingerprints stay on disk; memory holds for each
    recording its position, and 28 bytes for each likely pair.
    """
    first = np.arange(len(selected))
    low_bands = lru_cache(maxsize=CACHED)(lambda place: low_band(load(place)))
    compared = np.empty(0, np.int64)
    while len(matches := find_matches(fingerprints, selected & (first == np.arange(len(first))), compared)):
        # Repeated with the first ones: in a large family not every recording is among the nearest of every other.
        compared = np.concatenate([compared, matches["pair"]])
        with ThreadPoolExecutor(2) as pool:
            for batch in in_batches(matches, BATCH):
                sides = [_sides(match, len(selected)) for match in batch]
                results = pool.map(partial(_same_sound, low_bands), sides)
                for ((one, _), (other, _)), same in zip(sides, results, strict=True):
                    if same:
                        _join(first, one, other)
        for place in range(len(first)):  # in rising order, so that one step reaches the root
            first[place] = first[first[place]]
    return first


def fill_similar_to(
    table: pd.DataFrame, fingerprints: FingerprintStore | None, channel: Channel = "mix"
) -> pd.DataFrame:
    """Fill the column `similar_to` with the name of the first recording with the same sound, or an empty text.

    Without fingerprints the column stays missing.
    """
    if fingerprints is None or table.empty:
        return table.astype({"similar_to": "str"} if len(table) else {})
    accepted = (table["status"] == "accepted").to_numpy()
    paths = table["path"]
    first = near_duplicates(
        fingerprints, accepted, lambda place: decode(Path(paths.iloc[place]), AS_INGESTED, channel).mono
    )
    duplicates = np.flatnonzero(first != np.arange(len(first)))
    similar_to = pd.Series("", index=table.index, dtype="str")
    similar_to.iloc[duplicates] = table["name"].array[first[duplicates]]
    return table.assign(similar_to=similar_to)


def merge_similar_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Merge all groups that share a sound, so that no split can separate its copies."""
    groups = list(dict.fromkeys(table["group"]))
    first, places = list(range(len(groups))), {group: place for place, group in enumerate(groups)}
    group_of = dict(zip(table["name"], table["group"], strict=True))
    for group, name in table.loc[table["similar_to"].fillna("") != "", ["group", "similar_to"]].itertuples(index=False):
        _join(first, places[group], places[group_of[name]])
    merged = {group: groups[_root(first, place)] for group, place in places.items()}
    return table.assign(group=table["group"].map(merged))


def _sides(match: np.void, count: int) -> tuple[Side, Side]:
    one, other = divmod(int(match["pair"]), count)
    return (one, float(match["one_at"])), (other, float(match["other_at"]))


def _same_sound(low_bands: Callable[[int], np.ndarray], sides: tuple[Side, Side]) -> bool:
    one, other = (_excerpt(low_bands(place), seconds) for place, seconds in sides)
    return correlation(one, other) >= MIN_CORRELATION


def _excerpt(samples: np.ndarray, centre: float) -> np.ndarray:
    start, stop = (round((centre + side * AROUND_SECONDS) * RATE_HZ) for side in (-1, 1))
    return samples[max(start, 0) : stop]


def _root(first: list[int] | np.ndarray, place: int) -> int:
    while first[place] != place:
        place = first[place]
    return place


def _join(first: list[int] | np.ndarray, one: int, other: int) -> None:
    """Merge two sets of a disjoint-set forest; the lower position becomes the root."""
    low, high = sorted((_root(first, one), _root(first, other)))
    first[high] = low
