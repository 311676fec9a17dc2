"""Pairs of recordings with similar fingerprint frames, found with k-d trees instead of comparing all with all."""

import numpy as np

from waveloom.similarity.fingerprint_store import FingerprintStore

MAX_DISTANCE = 0.25  # between frames of one sound; frames of different sounds are usually farther apart
NEIGHBOURS = 8  # nearest frames of other recordings that are considered for each frame
PARTNERS = 4  # recordings that are proposed for each recording
# pair: position of the earlier recording x number of recordings + position of the later recording; votes: number of
# matching frames; distance of the nearest two frames, and the time of each (s).
MATCH = np.dtype([("pair", "i8"), ("votes", "i4"), ("distance", "f8"), ("first_time", "f4"), ("second_time", "f4")])


def find_matches(fingerprints: FingerprintStore, selected: np.ndarray, compared: np.ndarray) -> np.ndarray:
    """Propose for each `selected` recording (a mask) others with the nearest frames, except pairs in `compared`."""
    matches = np.empty(0, MATCH)
    for block in fingerprints.blocks(selected):
        matches = _merged(np.concatenate([matches, _nearest_frames(block, fingerprints, selected)]))
    likely = matches[_most_likely(matches, len(selected))]
    return likely[~np.isin(likely["pair"], compared)]


def _nearest_frames(block: np.ndarray, fingerprints: FingerprintStore, selected: np.ndarray) -> np.ndarray:
    """Pair the frames of a block with the nearest of all frames: a match for each two frames."""
    from scipy.spatial import cKDTree

    rows = np.arange(len(block))[:, None]
    distances, owners, times = (np.empty((len(block), 0), kind) for kind in (np.float64, np.int32, np.float32))
    for others in fingerprints.blocks(selected):
        tree = cKDTree(others["point"])
        near, indices = tree.query(block["point"], NEIGHBOURS + 1, distance_upper_bound=MAX_DISTANCE, workers=2)
        valid = np.minimum(indices, len(others) - 1)  # where there is no neighbour the distance is infinite
        distances = np.concatenate([distances, near], axis=1)
        owners = np.concatenate([owners, others["owner"][valid]], axis=1)
        times = np.concatenate([times, others["time"][valid]], axis=1)
        nearest = np.argsort(distances, axis=1, kind="stable")[:, : NEIGHBOURS + 1]
        distances, owners, times = distances[rows, nearest], owners[rows, nearest], times[rows, nearest]
    frames, neighbours = np.nonzero(np.isfinite(distances) & (owners != block["owner"][:, None]))
    pair_owners = block["owner"][frames], owners[frames, neighbours]
    pair_times = block["time"][frames], times[frames, neighbours]
    return _as_matches(pair_owners, pair_times, distances[frames, neighbours], len(selected))


def _as_matches(
    owners: tuple[np.ndarray, np.ndarray], times: tuple[np.ndarray, np.ndarray], distances: np.ndarray, count: int
) -> np.ndarray:
    """Write pairs of frames as matches, the earlier recording first."""
    matches, swapped = np.empty(len(distances), MATCH), owners[1] < owners[0]
    first, second = np.where(swapped, owners[::-1], owners).astype(np.int64)
    matches["pair"], matches["votes"], matches["distance"] = first * count + second, 1, distances
    matches["first_time"], matches["second_time"] = np.where(swapped, times[::-1], times)
    return matches


def _merged(matches: np.ndarray) -> np.ndarray:
    """Reduce to one match per pair of recordings: the nearest two frames, and the number of matching frames."""
    order = np.lexsort((matches["distance"], matches["pair"]))
    pairs, starts = np.unique(matches["pair"][order], return_index=True)
    nearest = matches[order[starts]]
    if len(pairs):
        nearest["votes"] = np.add.reduceat(matches["votes"][order], starts)
    return nearest


def _most_likely(matches: np.ndarray, count: int) -> np.ndarray:
    """Mark the matches in which at least one recording has fewer than `PARTNERS` likelier partners.

    A match is likelier if more frames match or, with equally many, if its nearest frames are closer.
    """
    partners, chosen = np.zeros(count, np.uint8), np.zeros(len(matches), bool)
    for row in np.lexsort((matches["pair"], matches["distance"], -matches["votes"])):
        first, second = divmod(int(matches["pair"][row]), count)
        if partners[first] < PARTNERS or partners[second] < PARTNERS:
            partners[first], partners[second] = min(partners[first] + 1, PARTNERS), min(partners[second] + 1, PARTNERS)
            chosen[row] = True
    return chosen
