"""PLUG-IN. What tells sounds of one label from those of another; one choice a file.

A file offers

- `NEEDS`: "features", rows of the feature table, or "clips", which `view(config, clips, rate_hz)` turns a few at a
  time, (n, samples) -> (n, ...), into what it learns from;
- a frozen `Config`;
- `fit(config, examples, classes, count, seed) -> arrays`: learn from examples (n, ...) and their classes (n,), each
  of 0 .. count - 1 at least once; all that was learned is in the named arrays, so it is stored without a pickle;
- `scores(config, arrays, examples) -> (n, count)` float64: finite, the highest for the likeliest class; a softmax of
  them over a temperature gives probabilities.

Labels weigh the same in learning however many examples they have. Equal arguments give equal bytes.
"""

from collections.abc import Mapping

import numpy as np

Arrays = Mapping[str, np.ndarray]
