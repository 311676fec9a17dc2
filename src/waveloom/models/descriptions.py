"""What is said of the sounds that a generator remembers, as its own description (model.json) keeps it.

Under `descriptions`: `texts`, each distinct one once, and `places`, for each label the number in `texts` of what lies
at each of its places.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

LONGEST = 250  # characters kept of a text: in most scripts no more tokens than what `sentences` takes


def recorded(texts: Iterable[str], labels: np.ndarray) -> dict[str, Any]:
    """Keep what is said of sounds whose `labels` (n,) are 0, 1, ..., those of a label in the order of their places."""
    brief = np.array([text[:LONGEST].strip() for text in texts], str)
    distinct, numbers = np.unique(brief, return_inverse=True)
    if not any(distinct):
        return {}
    places = [numbers[labels == label].tolist() for label in range(int(labels.max()) + 1)]
    return {"texts": distinct.tolist(), "places": places}


def known(spec: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The distinct descriptions of each label's remembered sounds; {} of a generator that has none."""
    kept = spec.get("descriptions")
    if not kept:
        return {}
    each = zip(spec["labels"], kept["places"], strict=True)
    return {label: tuple(text for n in sorted(set(places)) if (text := kept["texts"][n])) for label, places in each}


def places(spec: Mapping[str, Any], label: str, description: str) -> tuple[np.ndarray, int]:
    """Which places of a label's remembered sounds have that description, and how many places the label has."""
    kept = spec["descriptions"]
    at = np.array(kept["places"][spec["labels"].index(label)])
    return np.flatnonzero(at == kept["texts"].index(description)), len(at)
