"""Labels that look like a mistake."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from waveloom.ingest.corpora._layout import SPLITS

BLANK = {"nan", "none", "null", "n/a", "na", "nil", "undefined", "unlabelled", "unlabeled", "?", "-", "#n/a"}

_SPLIT = re.compile(
    rf"({'|'.join(map(re.escape, SPLITS))})([\W_]*(set|split|data|dataset|audio|wavs?|sounds|clips|files|clean|\d+))*"
    r"|(fold|split|cv)[\W_]*\d+"
)

Doubt = tuple[str, list[str], str]  # what is wrong, the labels, and what to do


def doubtful_labels(labels: Collection[str]) -> Iterator[Doubt]:
    """Find labels that differ in spelling alone, or that look like an empty cell, several labels in one, or a split."""
    yield (
        "labels that differ only in capitals, blanks or the form of their letters",
        [", ".join(map(repr, alike)) for alike in _alike(labels)],
        "Each is a class of its own; spell them alike if one is meant.",
    )
    yield (
        "labels that look like an empty cell",
        [repr(label) for label in labels if label.casefold() in BLANK],
        "Each is a class of its own; empty the cell if it means that there is no label.",
    )
    yield (
        "labels that look like several in one",
        [repr(label) for label in _joined(labels)],
        "Each is a class of its own; set ingest.options.separator if several labels are meant.",
    )
    yield (
        "labels that look like splits",
        [repr(label) for label in labels if _SPLIT.fullmatch(label.strip().casefold())],
        "They are taken for classes. If they divide the sounds, call all folders beside each other train, validation "
        "or test, or have ingest.corpus pattern read which part of a path is the split and which the label.",
    )


def _alike(labels: Collection[str]) -> list[list[str]]:
    spelled = defaultdict(list)
    for label in labels:
        spelled[re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", label).casefold()).strip()].append(label)
    return [sorted(alike) for alike in spelled.values() if len(alike) > 1]


def _joined(labels: Collection[str]) -> list[str]:
    """Find labels that a comma, semicolon or bar divides into parts, one of which stands in another label too."""
    parts = {label: {part.strip() for part in re.split(r"[,;|]", label)} for label in labels}
    times = Counter(part for several in parts.values() for part in several)
    return [label for label, several in parts.items() if len(several) > 1 and any(times[part] > 1 for part in several)]
