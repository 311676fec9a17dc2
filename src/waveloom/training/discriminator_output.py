"""A discriminator's logits, class logits and features, and its spectral normalisation."""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from waveloom.models.build_networks import last_features
from waveloom.models.layers.logits import MatchedFeatures
from waveloom.models.networks import network_inputs
from waveloom.models.recipe import DiscriminatorTraining
from waveloom.training.spectral_norm import SpectralNorm


class DiscriminatorOutput(NamedTuple):
    """Logits (batch, 1) or (batch, ...) of patches, class logits (batch, labels) of an AC-GAN, features for matching.

    The features are a list: one tensor (batch, width), or those (batch, ...) of patches; empty without matching.
    """

    logits: Any
    class_logits: Any | None
    features: list[Any]


class MultiOutputDiscriminator:
    """A discriminator called with the settings of its recipe; `state` holds its variables that are not weights."""

    def __init__(self, discriminator: keras.Model, config: DiscriminatorTraining, seed: int) -> None:
        self.classifies = len(discriminator.outputs) == 2
        self.model = discriminator
        self.matches_features = config.feature_matching > 0
        if self.matches_features:
            self.model = keras.Model(discriminator.input, [*discriminator.outputs, *matched_features(discriminator)])
        self.norm = SpectralNorm(self.model.trainable_variables, seed) if config.spectral_norm else None
        self.state = self.norm.state if self.norm else []

    def __call__(self, clips: Any, labels: Any) -> DiscriminatorOutput:
        """Call the network in training mode on clips (batch, *shape), and on labels (batch,) if it is conditional."""
        outputs = tf.nest.flatten(self._call(network_inputs(self.model, {"clip": clips, "label": labels})))
        outputs = [tf.cast(output, tf.float32) for output in outputs]  # also under mixed precision
        return DiscriminatorOutput(outputs[0], outputs[1] if self.classifies else None, outputs[1 + self.classifies :])

    def update_norm(self) -> None:
        """Update the spectral norm before an update of the discriminator."""
        if self.norm:
            self.norm.iterate()

    def _call(self, inputs: Any) -> Any:
        if not self.norm:
            return self.model(inputs, training=True)
        fixed = self.model.non_trainable_variables
        outputs, updated = self.model.stateless_call(
            self.norm.weights(), [v.value for v in fixed], inputs, training=True
        )
        for variable, value in zip(fixed, updated, strict=True):
            variable.assign(value)
        return outputs


def matched_features(discriminator: keras.Model) -> list[Any]:
    """The features that feature matching compares: those a discriminator of patches marks, or the last ones."""
    marked = [layer.output for layer in discriminator.layers if isinstance(layer, MatchedFeatures)]
    return marked or [last_features(discriminator).output]


def class_cross_entropy(class_logits: Any | None, labels: Any) -> Any:
    """Cross-entropy of class logits (batch, classes) with labels (batch,); 0 without logits.

    L_C of Odena et al., 2017 ("AC-GAN").
    """
    if class_logits is None:
        return 0.0
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=class_logits))
