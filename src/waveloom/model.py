"""A trained generator at rest: its description and its weights, with no framework and no pickle."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Model:
    """What rebuilds a generator to the bit.

    `spec` is JSON: recipe (resolved), rate (Hz), samples (per clip), labels (in index order, empty if
    unconditional), seed, steps, and `data`: digests, counts and licences of what it was trained on.
    `weights` are the generator's variables in Keras's own order, float32, named "000", "001", ...
    """

    spec: dict[str, Any]
    weights: dict[str, np.ndarray]

    @property
    def digest(self) -> str:
        """SHA-256 over description and weights, in hex: the model's name everywhere."""
        whole = hashlib.sha256(json.dumps(self.spec, sort_keys=True).encode())
        for name in sorted(self.weights):
            whole.update(f"{name}{self.weights[name].shape}{self.weights[name].dtype}".encode())
            whole.update(np.ascontiguousarray(self.weights[name]).data)
        return whole.hexdigest()
