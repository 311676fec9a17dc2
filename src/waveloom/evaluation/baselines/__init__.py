"""PLUG-IN. Simple generators that a trained one must beat; one per file.

A file offers

- `TITLE`: a few words for the head of a column, and `MEANING`: one sentence for the report.
- `make(train, count, seed) -> (clips, labels)`: `count` sounds (count, samples) float32 in [-1, 1] derived from the
  training sounds `train`, and their labels (count,), empty strings if they have none; the same for the same seed.
"""
