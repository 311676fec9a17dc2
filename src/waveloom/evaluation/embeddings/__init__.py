"""PLUG-IN. Embeddings: each turns a clip into one row of numbers, so that sets of sounds can be compared.

One embedding per file; the metrics of the space "embedding" are computed in every available one. A file offers:

- `MEANING`: one sentence for the report: what it measures, and where its weights come from.
- `STANDARDISE`: True if columns differ in unit; each is then centred and scaled by the training split.
- `missing() -> str`: "" if it is available, else "not installed: ..." and how to install it. A cheap check.
- `version() -> str`: identifies what rows depend on: the SHA-256 of its weights, or the version of a library.
- `embed(clips, rate_hz, features) -> (n, d) float32`: finite rows of clips (n, samples) in [-1, 1], in their order; the
  row of a clip does not depend on other clips; memory does not grow with n beyond the rows themselves.

Inaudible changes must not move a row far: a file passes its clips through `features.masking.mask_inaudible` at the
level `features.floor_db`, or through `features.table`, which does the same.

Nothing is downloaded, and no embedding replaces another that is missing.
"""

FEATURE_TABLE = "mfcc"  # the embedding that is the feature table; always available
