"""What a generator and a discriminator are to the rest of the program: named inputs, named weights, optional
abilities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from waveloom.config.errors import InputError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Inputs:
    """What a generator receives: `noise` is the length of the latent vector (0: none), `labels` the number of classes
    (0: none).

    The Keras inputs are named `noise` (batch, noise) float32, with labels `label` (batch,) int32 and, in a translator
    (`source`), `source` (batch, *shape) float32 in [-1, 1]; `label` is then the index of the domain to translate to.
    """

    noise: int
    labels: int = 0
    source: bool = False


class Views(NamedTuple):
    """The parts of a dual model, for the game `dual`: each sound as a waveform and as a spectrogram.

    generators: noise -> [clip (batch, *shape), spectrogram]; discriminators: of clips, of spectrograms;
    transform: clips -> spectrograms.
    """

    generators: keras.Model
    discriminators: tuple[keras.Model, keras.Model]
    transform: keras.layers.Layer


class Networks(NamedTuple):
    """A generator and a discriminator.

    generator: `noise` (batch, noise) or `source` (batch, *shape), `label` -> (batch, *shape) in [-1, 1]; discriminator:
    `clip` (batch, *shape), `label` -> logits (batch, 1), or (batch, ...) of patches. Outputs are float32 under every
    dtype policy. `views` are the parts of both for the game `dual`, else None.
    """

    generator: keras.Model
    discriminator: keras.Model
    views: Views | None = None


class EncodedClips(Protocol):
    """Encoded training clips on disk: `labels` (n,) int32, and `read(rows)` -> (rows, *shape)."""

    @property
    def labels(self) -> np.ndarray:
        """Class index of each clip."""

    def read(self, rows: np.ndarray) -> np.ndarray:
        """Load the clips at `rows`."""


@runtime_checkable
class StoresTrainingSounds(Protocol):
    """A generator plug-in that keeps training clips in weights without gradients, filled before the first step."""

    def store_training_sounds(
        self, generator: keras.Model, clips: EncodedClips, groups: np.ndarray, seed: int
    ) -> np.ndarray:
        """Store some of `clips`, whose recordings are of `groups` (n,); return their rows, label by label, in order."""


@runtime_checkable
class OffersNoisePath(Protocol):
    """A generator plug-in that knows which latent vectors give similar consecutive sounds, for sounds of any length.

    The plug-ins without it use circular interpolation between latent vectors (`waveloom.generation.streaming`).
    """

    def noise_path(
        self, generator: keras.Model, noises: Iterator[np.ndarray], label: int, among: np.ndarray | None = None
    ) -> Iterator[np.ndarray]:
        """Turn independent latent vectors (noise,) into related ones; the first stays as it is.

        A plug-in that stores training sounds uses only those at the positions `among`, if given.
        """


@runtime_checkable
class NeedsExportableWeights(Protocol):
    """A layer whose weights have a form that other libraries cannot read."""

    def make_exportable(self) -> None:
        """Keep the weights in an exportable form from now on."""


@runtime_checkable
class TwoViewGenerator(Protocol):
    """A generator plug-in whose sounds are made as waveform and spectrogram at once; the game `dual` needs one.

    Its `Config` has `output`: "time" for the waveform view alone, or "both".
    """

    def both_views(self, generator: keras.Model) -> keras.Model:
        """Return noise -> [clip, spectrogram], with the weights of `generator`."""


@runtime_checkable
class TwoViewDiscriminator(Protocol):
    """A discriminator plug-in that is a sum of one of waveforms and one of spectrograms; the game `dual` needs one."""

    def both_views(self, discriminator: keras.Model) -> tuple[tuple[keras.Model, keras.Model], keras.layers.Layer]:
        """Return the two discriminators, with the weights of `discriminator`, and the layer clips -> spectrograms."""


def network_inputs(network: keras.Model, tensors: Mapping[str, Any]) -> Any:
    """Select the tensors that `network` has inputs for, by name and in its order; a single one is not in a list."""
    given = [tensors[tensor.name] for tensor in network.inputs]
    return given if len(given) > 1 else given[0]


def call_network(network: keras.Model, training: bool, **tensors: Any) -> Any:
    """Call `network` with those of the `tensors` (`noise`, `source`, `clip`, `label`) that it has inputs for;
    outputs are float32.
    """
    from keras import ops, tree

    outputs = network(network_inputs(network, tensors), training=training)
    return tree.map_structure(lambda tensor: ops.cast(tensor, "float32"), outputs)


def weights_by_name(network: keras.Model) -> dict[str, Any]:
    """Return the weights of `network` by path, such as `block_0_conv_1/kernel`, in Keras's order."""
    weights = {weight.path: weight for weight in network.weights}
    if len(weights) != len(network.weights):
        raise ValueError(f"Two weights of {network.name} have the same path; give each layer a name of its own.")
    return weights


def load_weights(network: keras.Model, values: Mapping[str, np.ndarray]) -> None:
    """Assign `values` to the weights of the same names; InputError naming the first that differ in name or shape."""
    weights = weights_by_name(network)
    wrong = [f"{name} is missing" for name in weights if name not in values]
    wrong += [f"{name} is in no layer" for name in values if name not in weights]
    wrong += [
        f"{name} has shape {values[name].shape}, not {tuple(weight.shape)}"
        for name, weight in weights.items()
        if name in values and values[name].shape != tuple(weight.shape)
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise InputError(
            f"The model's weights do not fit its recipe as this version builds it ({'; '.join(wrong[:3])}{more}); use "
            "the version it was trained with, or train again."
        )
    for name, weight in weights.items():
        weight.assign(values[name])


def is_float(weight: Any) -> bool:
    """Whether a weight has a floating-point type, and so may be trained; stored training sounds are integers."""
    return "float" in str(weight.dtype)
