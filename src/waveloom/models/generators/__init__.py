"""PLUG-IN. Networks that make clips from noise or from other clips, and a label if conditioned; one per file.

A file offers a frozen `Config` and `build(config, shape, inputs) -> keras.Model`, where `shape` is that of one encoded
clip and `inputs` are the sizes of the named inputs (`waveloom.models.networks.Inputs`). `build` raises an InputError if
it cannot make clips of that shape.

- The output (batch, *shape) is in [-1, 1] and float32 under every dtype policy: the last layers have `dtype="float32"`.
- Every layer with weights has an explicit name, since a model file stores weights by name. Repeated blocks are counted
  from the side that stays the same when blocks are added.
- Random numbers come from the input (`layers/input_noise.py`) or from a `keras.random.SeedGenerator`, whose state is
  checkpointed.

A file with `TASK = "translation"` translates clips. Its `build` receives `Inputs(noise=0, labels=n, source=True)`, so
its inputs are `source` (batch, frames, bins) float32 in [-1, 1], the log-magnitude spectrogram of the representation
`spectrogram`, and `label`, the domain to translate to; the output has the shape of `source`. It is convolutional in
time: `build` accepts any multiple of four frames, and the weights do not depend on their number, so that inference may
use longer windows than training. The extraction of content, such as the removal of the spectral envelope, is a layer of
the network with a fixed matrix, so that exports contain it. Features that the patchwise contrastive
term compares pass through `layers.contrasted_features.ContrastedFeatures`.

A file may also keep one of the protocols of `waveloom.models.networks`: `StoresTrainingSounds`, `OffersNoisePath`,
`TwoViewGenerator`. What any generator can have, labels as one-hot vectors, is in `waveloom.models.build_networks`.
"""
