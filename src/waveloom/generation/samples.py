"""Generated clips with an index of their seeds and labels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Samples:
    """Generated `clips`, (n, samples) or (n, 2, samples), at `rate_hz`, and their `index`: one row per clip with the
    columns file, seed, label and model (the digest). Translated sounds, (samples,) each, may differ in length.
    """

    clips: np.ndarray | list[np.ndarray]
    rate_hz: int
    index: pd.DataFrame
