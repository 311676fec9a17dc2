"""One label from many, where the labels of a sound include those above them in a hierarchy (as FSD50K's do)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from waveloom.ingest.corpora import Recording


def with_one_label(found: Sequence[Recording], separator: str) -> Iterator[Recording]:
    """Give each recording the one label that says most; one that has several such is refused."""
    labels = leaves([recording.label.split(separator) if recording.label else [] for recording in found])
    for recording, left in zip(found, labels, strict=True):
        if len(left) == 1:
            yield replace(recording, label=left[0])
        else:
            several = f"several labels: {', '.join(left)}" if left else "no label"
            yield replace(recording, label="", reason=recording.reason or several)


def leaves(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Drop of each row the labels that lie above another of its labels.

    The hierarchy is read off the rows themselves: B lies above A if every row with A has B, and not the other way
    round; so a label that never occurs without another is taken to lie below it, which many rows make unlikely to be
    wrong. Two that are always together count as one, called by what stands first, as FSD50K writes the narrower first.
    """
    alone = Counter(label for row in rows for label in row)
    together = Counter((one, other) for row in rows for one in row for other in row)

    def is_above(upper: str, lower: str, row: Sequence[str]) -> bool:
        if together[lower, upper] < alone[lower]:
            return False
        return alone[upper] > alone[lower] or row.index(upper) > row.index(lower)

    return [[up for up in row if not any(is_above(up, low, row) for low in row if low != up)] for row in rows]
