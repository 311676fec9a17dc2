"""PLUG-IN. Generators so simple that one worth training must beat them; one a file.

A file offers

- `TITLE`: a few words for the head of a column, and `MEANING`: one sentence for the report.
- `make(train, count, seed) -> (clips, labels)`: `count` sounds (count, samples) float32 in [-1, 1] after the training
  sounds `train`, and their labels (count,), empty strings where they have none; the same for the same seed.
"""
