"""The corpus's descriptions of the sounds whose spectrograms a generator stores, as its model.json holds them.

Under the key `descriptions`: `texts`, each distinct text once, and `places`, for each label the index in `texts` of
each of its stored spectrograms, in the order of their positions.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

MAX_CHARACTERS = 250  # of a text: in most scripts no more tokens than `sentence_embedding` takes


def description_table(texts: Iterable[str], labels: np.ndarray) -> dict[str, Any]:
    """Tabulate texts of sounds whose class indices are `labels` (n,), those of a label in the order of their positions.

    {} if no sound has a text.
    """
    brief = np.array([text[:MAX_CHARACTERS].strip() for text in texts], str)
    distinct, indices = np.unique(brief, return_inverse=True)
    if not any(distinct):
        return {}
    places = [indices[labels == label].tolist() for label in range(int(labels.max()) + 1)]
    return {"texts": distinct.tolist(), "places": places}


def descriptions_by_label(spec: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """List the distinct descriptions of each label's stored sounds; {} for a generator without any."""
    table = spec.get("descriptions")
    if not table:
        return {}
    rows = zip(spec["labels"], table["places"], strict=True)
    return {label: tuple(text for n in sorted(set(indices)) if (text := table["texts"][n])) for label, indices in rows}


def stored_positions(spec: Mapping[str, Any], label: str, description: str) -> tuple[np.ndarray, int]:
    """Give the positions of a label's stored spectrograms with that description, and how many the label has in all."""
    table = spec["descriptions"]
    indices = np.array(table["places"][spec["labels"].index(label)])
    return np.flatnonzero(indices == table["texts"].index(description)), len(indices)
