"""PLUG-IN. Adversarial losses; one per file, chosen by `recipe.objective`.

A file offers two pure functions of logits (batch, 1), or (batch, ...) of patches, each of which returns a scalar to be
minimised: `discriminator_loss(real, fake)` and `generator_loss(real, fake)`. It may declare:

- `GENERATOR_NEEDS_REAL = True`: `generator_loss` uses the logits of real clips. Otherwise it receives None for them,
  because a step then does not compute them.
- `NEEDS_BOUNDED_GRADIENT = True`: the discriminator's gradient must be bounded (clipping, a penalty or spectral
normalisation).
- `LOGIT_SIGN_CLASSIFIES = True`: a logit above 0 means real and below 0 fake; adaptive augmentation relies on it.
- `SUPPORTS_SMOOTHING = True`: `discriminator_loss` takes `smoothing` as a third argument: the target of real is 1 -
`smoothing`.
"""
