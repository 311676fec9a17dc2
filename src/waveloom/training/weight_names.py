"""Names of weights that are the same in every process, where Keras counts all layers it ever built."""

import re
from collections import Counter
from typing import Any


def weight_names(network: Any) -> list[str]:
    """Name each of the network's weights by kind and number of its layer, such as `conv1d_0/kernel`, in their order.

    Layers of one kind are counted from 0, so a network that differs in one kind keeps the names of all others.
    """
    counts: Counter[tuple[str, str]] = Counter()
    known: dict[tuple[str, str], str] = {}

    def name(path: str) -> str:
        said = ""
        *layers, last = path.split("/")
        for layer in layers:
            if (said, layer) not in known:
                kind = re.sub(r"_\d+$", "", layer)
                known[said, layer] = f"{said}{kind}_{counts[said, kind]}/"
                counts[said, kind] += 1
            said = known[said, layer]
        return said + last

    return [name(weight.path) for weight in network.weights]
