"""Selection of the most specific label, where a sound's labels include their ancestors in a hierarchy, as in FSD50K."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from waveloom.ingest.corpora import Recording


def with_specific_label(recordings: Sequence[Recording], separator: str) -> Iterator[Recording]:
    """Assign to each recording its most specific label; a recording with several such labels is rejected."""
    labels = specific_labels([recording.label.split(separator) if recording.label else [] for recording in recordings])
    for recording, specific in zip(recordings, labels, strict=True):
        if len(specific) == 1:
            yield replace(recording, label=specific[0])
        else:
            several = f"several labels: {', '.join(specific)}" if specific else "no label"
            yield replace(recording, label="", reason=recording.reason or several)


def specific_labels(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Remove from each row the labels that are ancestors of another of its labels.

    The hierarchy is inferred from the rows: B is an ancestor of A if every row with A has B, but not the reverse; with
    many rows this is unlikely to be wrong. Of two labels that always occur together, the first in the row is used,
    since FSD50K writes the narrower label first.
    """
    counts = Counter(label for row in rows for label in row)
    co_occurrences = Counter((label, other) for row in rows for label in row for other in row)

    def is_ancestor(upper: str, lower: str, row: Sequence[str]) -> bool:
        if co_occurrences[lower, upper] < counts[lower]:
            return False
        return counts[upper] > counts[lower] or row.index(upper) > row.index(lower)

    return [
        [upper for upper in row if not any(is_ancestor(upper, lower, row) for lower in row if lower != upper)]
        for row in rows
    ]
