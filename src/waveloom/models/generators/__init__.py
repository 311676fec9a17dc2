"""PLUG-IN. A generator and its discriminator; one choice a file.

A file offers a frozen `Config` and `build(config, shape, noise, labels) -> Networks`, where `shape` is that of one
encoded clip, `noise` the length of the generator's input vector and `labels` the number of classes it is conditioned
on, 0 for none. Networks know nothing of the adversarial game: the discriminator ends in one logit, without an
activation. Their outputs are float32 under every dtype policy: the last layers that make them have `dtype="float32"`.
A layer that draws random numbers does so from a `keras.random.SeedGenerator`, whose state is checkpointed and can be
used again.

A file may offer `remember(generator, clips, groups, seed)` too, called before the first step: networks that begin from
the training clips (`training.batches.Encoded`) fill weights that do not learn with what they need of them, and give the
numbers of those they remember, label by label in the order of their places. The first number of their noise chooses a
place as `_choice` has it.

A layer may offer `unpack()`, called before an export: it puts its weights as other libraries can take them.

For sounds longer than a clip a file may offer `path(generator, noises, label)` as well: it turns an endless iterator
of independent noises (noise,) into one of noises whose sounds follow each other well, the first as it is. One that
remembers takes the places it may choose, `among`, too. Without it,
`waveloom.generation.streaming` goes along circles from noise to noise.

What any pair can have is not their affair: `waveloom.models.build_networks` lays it over them. A generator without
labels is told them as ones and zeros beside its noise. On a discriminator's last features, (batch, width), which pass
through `_condition.judge` or the layer `_condition.Hidden`, other heads are set. With an AC-GAN head a discriminator
is built without labels and gives two outputs: [logits (batch, 1), logits of the classes (batch, labels)].
"""

from typing import Any, NamedTuple


class Views(NamedTuple):
    """Two generators of one sound in two views, time and Fourier, and a discriminator of each; for `training.dual`.

    generators: noise -> [clip (batch, *shape), view of it], weights named after theirs; discriminators: of clips, of
    views; transform: clips -> their views; select: teach only the weaker generator in a round; weight: of the
    disagreement.
    """

    generators: Any
    discriminators: tuple[Any, Any]
    transform: Any
    select: bool
    weight: float


class Networks(NamedTuple):
    """Two Keras models.

    generator: noise (batch, noise) -> (batch, *shape) in [-1, 1]; discriminator: (batch, *shape) -> logits (batch, 1).
    With labels, each takes a list: [noise or clip, label (batch,) int32].
    """

    generator: Any
    discriminator: Any
    views: Views | None = None  # of which these two are made, where they are


def learns(weight: Any) -> bool:
    """Whether a weight is of the kind that learns; whole numbers are remembered."""
    return "float" in str(weight.dtype)
