"""PLUG-IN. Networks that tell real clips from generated ones; one per file.

A file offers a frozen `Config` and `build(config, shape, labels) -> keras.Model` with the inputs `clip` (batch, *shape)
and, if `labels` is the number of classes and not 0, `label` (batch,) int32. `build` raises an InputError for a shape
that it cannot take.

- The output is logits (batch, 1) without an activation, float32 under every dtype policy. A file with `PATCHES = True`
  gives one logit per patch of the clip: (batch, ...), of any number and order of axes; only games of the task
  translation take them.
- Every layer with weights has an explicit name, and repeated blocks are counted from the clip.
- The last features (batch, width) pass through `layers.logits.LastFeatures`, as `projection_logits` does it: there
  `waveloom.models.build_networks` adds what any discriminator can have, such as the class logits of an AC-GAN. With
  `PATCHES`, the features (batch, ...) that feature matching compares pass through `layers.logits.MatchedFeatures`, one
  for each.

A file may also keep the protocol `waveloom.models.networks.TwoViewDiscriminator`.
"""
