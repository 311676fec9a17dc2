"""Decision trees as arrays, applied to all examples at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from waveloom.classification.classifiers import Arrays


def trees_to_arrays(trees: Sequence[Any]) -> Arrays:
    """Concatenate the nodes of scikit-learn's trees: `roots` (trees,), other arrays (nodes, ...).

    Both children of a leaf are the leaf itself, so that every example can take the same number of steps.
    """
    sizes = np.array([tree.node_count for tree in trees])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    is_inner = [tree.children_left >= 0 for tree in trees]
    node_numbers = [np.arange(size) for size in sizes]

    def children(side: str) -> np.ndarray:
        parts = zip(trees, is_inner, node_numbers, roots, strict=True)
        return np.concatenate([np.where(i, getattr(t, side), o) + root for t, i, o, root in parts]).astype(np.int32)

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
    """Leaf of each example (n, d) float32 in each tree: node numbers (n, trees)."""
    node = np.repeat(arrays["roots"][None], len(examples), axis=0)
    rows = np.arange(len(examples))[:, None]
    for _ in range(int(arrays["depth"])):
        goes_left = examples[rows, arrays["feature"][node]] <= arrays["threshold"][node]
        node = np.where(goes_left, arrays["left"][node], arrays["right"][node])
    return node
