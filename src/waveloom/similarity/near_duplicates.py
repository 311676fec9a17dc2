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
from waveloom.similarity.disjoint_sets import join, merge_groups
from waveloom.similarity.fingerprint import RATE_HZ, low_band
from waveloom.similarity.fingerprint_store import FingerprintStore
from waveloom.similarity.frame_matches import find_matches

AROUND_SECONDS = 2.5  # before and after the matching frames: the part of the waveforms that is correlated
CACHED, BATCH = 64, 64  # decoded sounds in memory, and comparisons submitted at once
MIN_CORRELATION = 0.95  # copies at another rate exceed it; other takes of a sound reach 0.85
MatchedFrame = tuple[int, float]  # a recording's position in the table, and the time of a frame in it (s)


def near_duplicates(fingerprints: FingerprintStore, selected: np.ndarray, load: Callable[[int], Clip]) -> np.ndarray:
    """Return for each recording the position of the first recording with the same sound (its own if there is none).

    Only `selected` recordings (a mask) are compared; `load` decodes the recording at a position. Likely pairs come from
    the fingerprints; a pair counts only if the waveforms correlate. Fingerprints stay on disk; memory holds for each
    recording its position, and 28 bytes for each likely pair.
    """
    first = np.arange(len(selected))
    low_bands = lru_cache(maxsize=CACHED)(lambda position: low_band(load(position)))
    compared = np.empty(0, np.int64)
    while len(matches := find_matches(fingerprints, selected & (first == np.arange(len(first))), compared)):
        # Repeated with the first recording of each set: in a large set not all recordings are neighbours of each other.
        compared = np.concatenate([compared, matches["pair"]])
        with ThreadPoolExecutor(2) as pool:
            for batch in in_batches(matches, BATCH):
                frames = [_matched_frames(match, len(selected)) for match in batch]
                results = pool.map(partial(_is_same_sound, low_bands), frames)
                for ((earlier, _), (later, _)), is_same in zip(frames, results, strict=True):
                    if is_same:
                        join(first, earlier, later)
        for position in range(len(first)):  # in rising order, so that one step reaches the root
            first[position] = first[first[position]]
    return first


def fill_similar_to(
    table: pd.DataFrame, fingerprints: FingerprintStore | None, channel: Channel = "mix"
) -> pd.DataFrame:
    """Fill the column `similar_to` with the name of the first recording with the same sound, or an empty text.

    Without fingerprints the column's values stay missing.
    """
    if fingerprints is None or table.empty:
        return table.astype({"similar_to": "str"} if len(table) else {})
    accepted = (table["status"] == "accepted").to_numpy()
    paths = table["path"]
    first = near_duplicates(
        fingerprints, accepted, lambda position: decode(Path(paths.iloc[position]), AS_INGESTED, channel).mono
    )
    duplicates = np.flatnonzero(first != np.arange(len(first)))
    similar_to = pd.Series("", index=table.index, dtype="str")
    similar_to.iloc[duplicates] = table["name"].array[first[duplicates]]
    return table.assign(similar_to=similar_to)


def merge_similar_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Merge all groups that share a sound, so that no split can separate its copies."""
    group_of = dict(zip(table["name"], table["group"], strict=True))
    similar = table.loc[table["similar_to"].fillna("") != "", ["group", "similar_to"]]
    return merge_groups(table, [(group, group_of[name]) for group, name in similar.itertuples(index=False)])


def _matched_frames(match: np.void, count: int) -> tuple[MatchedFrame, MatchedFrame]:
    first, second = divmod(int(match["pair"]), count)
    return (first, float(match["first_time"])), (second, float(match["second_time"]))


def _is_same_sound(low_bands: Callable[[int], np.ndarray], frames: tuple[MatchedFrame, MatchedFrame]) -> bool:
    first, second = (_excerpt(low_bands(position), seconds) for position, seconds in frames)
    return correlation(first, second) >= MIN_CORRELATION


def _excerpt(samples: np.ndarray, centre: float) -> np.ndarray:
    start, stop = (round((centre + sign * AROUND_SECONDS) * RATE_HZ) for sign in (-1, 1))
    return samples[max(start, 0) : stop]
