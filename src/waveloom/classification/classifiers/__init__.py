"""PLUG-IN. Classifiers of sounds; one method per file, chosen by `classify.models`.

A file offers

- `NEEDS`: "features", rows of the feature table; or "clips", which `preprocess(config, clips, rate_hz)` converts a few
  at a time, (n, samples) -> (n, ...);
- a frozen `Config`;
- `fit(config, examples, classes, count, seed) -> arrays`: fit to examples (n, ...) of classes (n,), numbers from 0 to
  count - 1 that each occur; the named arrays hold the whole result, so that it is stored without a pickle;
- `scores(config, arrays, examples) -> (n, count)` float64: finite, the highest for the most probable class; their
  softmax at a temperature gives probabilities.

Every label has the same total weight in fitting, whatever its number of examples. Equal arguments give equal bytes.
"""

from collections.abc import Mapping

import numpy as np

Arrays = Mapping[str, np.ndarray]
