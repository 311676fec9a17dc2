"""Decision trees as arrays: many trees one after another, walked by all examples at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from waveloom.classification.classifiers import Arrays


def packed(trees: Sequence[Any]) -> Arrays:
    """Lay the nodes of scikit-learn's trees end to end: `roots` (trees,), the rest (nodes, ...).

    A leaf is its own child, so that a walk may go on after it has arrived.
    """
    sizes = np.array([tree.node_count for tree in trees])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    inner = [tree.children_left >= 0 for tree in trees]
    own = [np.arange(size) for size in sizes]

    def children(side: str) -> np.ndarray:
        found = zip(trees, inner, own, roots, strict=True)
        return np.concatenate([np.where(i, getattr(t, side), o) + root for t, i, o, root in found]).astype(np.int32)

    return {
        "roots": roots,
        "depth": np.array(max(tree.max_depth for tree in trees), np.int32),
        "feature": np.maximum(np.concatenate([tree.feature for tree in trees]), 0).astype(np.int32),
        "threshold": np.concatenate([tree.threshold for tree in trees]),
        "left": children("children_left"),
        "right": children("children_right"),
        "value": np.concatenate([tree.value[:, 0, :] for tree in trees]),
    }


def leaves(arrays: Arrays, examples: np.ndarray) -> np.ndarray:
    """Give the node where each example (n, d) float32 ends in each tree: (n, trees)."""
    node = np.repeat(arrays["roots"][None], len(examples), axis=0)
    rows = np.arange(len(examples))[:, None]
    for _ in range(int(arrays["depth"])):
        goes_left = examples[rows, arrays["feature"][node]] <= arrays["threshold"][node]
        node = np.where(goes_left, arrays["left"][node], arrays["right"][node])
    return node
