"""Labels that are probably mistakes."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from waveloom.ingest.corpora._folder_layout import SPLITS

BLANK = {"nan", "none", "null", "n/a", "na", "nil", "undefined", "unlabelled", "unlabeled", "?", "-", "#n/a"}

_SPLIT = re.compile(
    rf"({'|'.join(map(re.escape, SPLITS))})([\W_]*(set|split|data|dataset|audio|wavs?|sounds|clips|files|clean|\d+))*"
    r"|(fold|split|cv)[\W_]*\d+"
)

Doubt = tuple[str, list[str], str]  # what is wrong, the labels, advice


def doubtful_labels(labels: Collection[str]) -> Iterator[Doubt]:
    """Find labels that differ only in spelling, or look like an empty cell, several labels in one, or a split."""
    yield (
        "labels that differ only in capitals, blanks or the form of their letters",
        [", ".join(map(repr, variants)) for variants in _spelling_variants(labels)],
        "Each is a class of its own; use one spelling if they are the same class.",
    )
    yield (
        "labels that look like an empty cell",
        [repr(label) for label in labels if label.casefold() in BLANK],
        "Each is a class of its own; empty the cell if the sound has no label.",
    )
    yield (
        "labels that look like several in one",
        [repr(label) for label in _joined(labels)],
        "Each is a class of its own; set ingest.options.separator if the cell holds several labels.",
    )
    yield (
        "labels that look like splits",
        [repr(label) for label in labels if _SPLIT.fullmatch(label.strip().casefold())],
        "They are used as classes. If they divide the sounds, name all folders of that level train, validation or "
        "test, or have ingest.corpus pattern read which part of a path is the split and which the label.",
    )


def _spelling_variants(labels: Collection[str]) -> list[list[str]]:
    variants = defaultdict(list)
    for label in labels:
        variants[re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", label).casefold()).strip()].append(label)
    return [sorted(group) for group in variants.values() if len(group) > 1]


def _joined(labels: Collection[str]) -> list[str]:
    """Find labels that a comma, semicolon or bar divides into parts, one of which occurs in another label too."""
    parts = {label: {part.strip() for part in re.split(r"[,;|]", label)} for label in labels}
    counts = Counter(part for label_parts in parts.values() for part in label_parts)
    return [
        label
        for label, label_parts in parts.items()
        if len(label_parts) > 1 and any(counts[part] > 1 for part in label_parts)
    ]
