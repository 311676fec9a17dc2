"""PLUG-IN. Ears: what a clip sounds like as one row of numbers, so that sets of sounds become clouds of points.

One embedding a file; the metrics of the space "embedding" are computed in every one that can be used. A file offers:

- `MEANING`: one sentence for the report: what it hears, and whence its weights.
- `STANDARDISE`: True where columns differ in unit; each is then centred and scaled by the training split.
- `missing() -> str`: "" where it can be used, else "not installed: ..." with the way to install it. Cheap to ask.
- `version() -> str`: what makes two rows comparable: the SHA-256 of its weights, or a library's version.
- `embed(clips, rate_hz, features) -> (n, d) float32`: finite rows of clips (n, samples) in [-1, 1], in their order; a
  clip's row does not depend on its neighbours; memory does not grow with n beyond the rows themselves.

Inaudible changes must not move a row far: a file passes its clips through `features.masking.mask_inaudible` with the
level `features.floor_db`, or through `features.table`, which does the same.

Nothing is fetched from a network, and no embedding stands in for another.
"""
