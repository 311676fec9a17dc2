"""From latent vectors to clips: a generator's network, built once, and the decoder of its representation."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from waveloom.audio.clip import to_mono
from waveloom.config.errors import InputError
from waveloom.execution.quiet_stderr import quiet_stderr
from waveloom.generation import latents
from waveloom.models.build_networks import build_generator
from waveloom.models.model import Exported, Model
from waveloom.models.networks import call_network, load_weights
from waveloom.models.recipe import Recipe, decoder, parts, resolve
from waveloom.representations import band_limited
from waveloom.similarity.training_sounds import TrainingSounds

BATCH = 32  # latent vectors per call of a Keras network; padding the last batch makes clips independent of their count
MAX_REDRAWS = 8  # per seed; after these, a copy of a training sound is accepted


class Sampler:
    """Generates clips from latent vectors with one network, which is built at the first use and reused."""

    def __init__(self, model: Model | Exported) -> None:
        self.model = model
        spec = model.spec
        self.shape = (*([spec["channels"]] if "channels" in spec else []), spec["samples"])  # of one clip

    @cached_property
    def network(self) -> Any:
        """The generator's Keras model with its weights; InputError for an exported model, which has none."""
        if isinstance(self.model, Exported):
            raise InputError("An exported model has no Keras network; give the generator that was exported.")
        return build_network(self.model)

    def encoded(self, vectors: np.ndarray, classes: np.ndarray) -> np.ndarray:
        """Run the network: latent vectors (batch, n), class indices (batch,) -> encoded clips (batch, *shape)."""
        if isinstance(self.model, Exported):
            return self.model.call(noise=vectors, label=classes)
        return np.asarray(call_network(self.network, training=False, noise=vectors, label=classes))

    def clips(self, seeds: Sequence[int], labels: Sequence[str] | None = None) -> np.ndarray:
        """Make one clip per seed, (n, samples) float32 in [-1, 1], in stereo (n, 2, samples), with one label for each.

        A clip that copies a training sound is drawn again, up to `MAX_REDRAWS` times, if the model stores the levels
        of its training sounds.
        """
        return self.clips_and_redraws(seeds, labels)[0]

    def clips_and_redraws(
        self, seeds: Sequence[int], labels: Sequence[str] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Make clips as `clips` does, and count how often each clip was drawn again: (n,)."""
        classes = class_indices(self.model.spec["labels"], labels, len(seeds))
        clips, redraws = self._drawn(seeds, classes, 0), np.zeros(len(seeds), int)
        if self._training_sounds is None or not len(seeds):
            return clips, redraws
        rows = np.arange(len(seeds))
        for attempt in range(1, MAX_REDRAWS + 1):
            rows = rows[self._training_sounds.are_copies(to_mono(clips[rows]))]
            if not len(rows):
                break
            redraws[rows] = attempt
            clips[rows] = self._drawn([seeds[row] for row in rows], classes[rows], attempt)
        return clips, redraws

    def clips_from_latents(self, vectors: np.ndarray, labels: Sequence[str] | None = None) -> np.ndarray:
        """Make one clip per latent vector (n, noise), and draw no copies again; shapes are those of `clips`."""
        return self._decoded(vectors, class_indices(self.model.spec["labels"], labels, len(vectors)))

    def _drawn(self, seeds: Sequence[int], classes: np.ndarray, attempt: int) -> np.ndarray:
        return self._decoded(latents.draw(seeds, self.model.spec["recipe"]["noise"], attempt), classes)

    def _decoded(self, vectors: np.ndarray, classes: np.ndarray) -> np.ndarray:
        """Run network and decoder, one batch at a time."""
        size = 1 if isinstance(self.model, Exported) else BATCH
        clips = np.empty((len(vectors), *self.shape), np.float32)
        for first in range(0, len(vectors), size):
            batch, missing = slice(first, first + size), max(0, first + size - len(vectors))
            padded = np.pad(vectors[batch], ((0, missing), (0, 0)))
            encoded = self.encoded(padded, np.resize(classes[batch], size))
            clips[batch] = self._decode(encoded[: size - missing])
        return clips

    @cached_property
    def _decode(self) -> Callable[[np.ndarray], np.ndarray]:
        spec = self.model.spec
        decode, samples, rate = decoder(spec["recipe"]), spec["samples"], spec["rate_hz"]
        return lambda encoded: band_limited(decode(encoded, samples, rate), rate, spec.get("bandwidth_hz"))

    @cached_property
    def _training_sounds(self) -> TrainingSounds | None:
        spec, stored = self.model.spec, self.model.training_sounds
        return None if stored is None else TrainingSounds(stored, spec["copy_threshold"], spec["rate_hz"])


def build_network(model: Model, samples: int | None = None) -> Any:
    """Build the generator's Keras model and load its weights; InputError if they do not fit the recipe.

    A translator can be built for sources of another length in `samples` than that of the training clips.
    """
    recipe = model_recipe(model)
    plugins = parts(recipe)
    shape = plugins.representation.shape(
        plugins.representation_config, samples or model.spec["samples"], model.spec["rate_hz"]
    )
    network = build_generator(recipe, plugins, shape, len(model.spec["labels"]))
    load_weights(network, model.weights)
    return network


def model_recipe(model: Model | Exported) -> Recipe:
    """Read and check the recipe that a model was trained with; imports TensorFlow."""
    with quiet_stderr():  # TensorFlow's libraries write to the terminal while they load
        import keras  # noqa: F401

    return resolve(model.spec["recipe"], {}, "the model's recipe")


def class_indices(model_labels: list[str], labels: Sequence[str] | None, count: int) -> np.ndarray:
    """Turn one label per clip into class indices (count,) int32; zeros, which are ignored, for a model without labels.

    InputError for labels that are missing, unknown, or not one per clip.
    """
    names = ", ".join(model_labels)
    if not model_labels:
        if labels is not None:
            raise InputError("This generator was trained without labels, so it takes none; leave them out.")
        return np.zeros(count, np.int32)
    if unknown := sorted({str(label) for label in labels or []} - set(model_labels)):
        raise InputError(f"This generator has no label {', '.join(unknown)}; its labels are: {names}.")
    if labels is None or len(labels) != count:
        given = "none" if labels is None else len(labels)
        raise InputError(f"This generator needs one label per clip, {count}, but got {given}; its labels are: {names}.")
    return np.array([model_labels.index(label) for label in labels], np.int32)
