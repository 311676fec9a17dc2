"""PLUG-IN. Networks that make clips from noise, and a label if conditioned; one per file.

A file offers a frozen `Config` and `build(config, shape, inputs) -> keras.Model`, where `shape` is that of one encoded
clip and `inputs` are the sizes of the named inputs (`waveloom.models.networks.Inputs`). `build` raises an InputError if
it cannot make clips of that shape.

- The output (batch, *shape) is in [-1, 1] and float32 under every dtype policy: the last layers have `dtype="float32"`.
- Every layer with weights has an explicit name, since a model file stores weights by name. Repeated blocks are counted
  from the side that stays the same when blocks are added.
- Random numbers come from the input (`layers/input_noise.py`) or from a `keras.random.SeedGenerator`, whose state is
  checkpointed.

A file may also keep one of the protocols of `waveloom.models.networks`: `StoresTrainingSounds`, `OffersNoisePath`,
`TwoViewGenerator`. What any generator can have, labels as one-hot vectors, is in `waveloom.models.build_networks`.
"""
