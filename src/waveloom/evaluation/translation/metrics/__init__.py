"""PLUG-IN. Metrics that compare the output of a translator with one reference sound; one metric per file.

A file offers

- `AGAINST`: the reference: "source", the sound that was translated, or "truth", the same music in the target domain.
- `BETTER`: which direction is better for each number: one of `WAYS`. Equal sounds score the best value.
- `UNITS`: the unit of each number, "" for a ratio.
- `MEANING`: a sentence or two for the report.
- `score(output, reference) -> dict[str, float]`: finite numbers of `BETTER`; both are `Sound`s of equal length and
  rate. A number that cannot be measured for these sounds is left out. What depends on one sound alone is computed with
  `Sound.measured`, once for all comparisons.
- optionally `missing() -> str`: "" if it can be computed, else "not installed: ..." and how to install it.
"""

WAYS = ("lower", "higher", "neither")  # neither: for information
