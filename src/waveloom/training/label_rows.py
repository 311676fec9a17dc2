"""Embeddings of labels from a start model that was trained on other labels: each label keeps its own row."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from waveloom.models.networks import Networks, weights_by_name


def label_embeddings(networks: Networks, labels: int) -> set[str]:
    """Names of the weights of both networks that have one row for each of the `labels`."""
    return {
        f"{role}/{name}"
        for role, network in (("generator", networks.generator), ("discriminator", networks.discriminator))
        for layer in network.layers
        if isinstance(layer, keras.layers.Embedding) and layer.input_dim == labels
        for name, weight in weights_by_name(network).items()
        if weight is layer.embeddings
    }


def relabelled(
    stored: Mapping[str, np.ndarray], weights: Mapping[str, Any], names: set[str], labels: tuple[list[str], list[str]]
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The `stored` weights with the embeddings `names` in the order of the labels here, and why some are not whole.

    `labels` are those of the start model and those here. A label that the start model does not have keeps the row of
    `weights`. An embedding of another width stays as it is stored.
    """
    there, here = labels
    new = [label for label in here if label not in there]
    result, partly = dict(stored), {}
    for name in sorted(names):
        fresh = np.array(weights[name])
        if name in stored and stored[name].shape == (len(there), *fresh.shape[1:]):
            rows = [fresh[row] if label in new else stored[name][there.index(label)] for row, label in enumerate(here)]
            result[name] = np.stack(rows)
            if new:
                partly[name] = f"the start has no label {', '.join(new)}; rows of the others were loaded"
    return result, partly
