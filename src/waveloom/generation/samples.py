"""Generated sounds and where each comes from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Samples:
    """Generated `clips`, (n, samples) or (n, 2, samples), at `rate_hz`, and their `index`, a row each.

    Its columns are file, seed, label and model.
    """

    clips: np.ndarray
    rate_hz: int
    index: pd.DataFrame
