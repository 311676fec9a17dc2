"""Asking a discriminator for more than its logits: the features beneath them, the label it hears, with weights
normalised.
"""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from waveloom.models.build_networks import last_features
from waveloom.models.networks import network_inputs
from waveloom.models.recipe import DiscriminatorTraining
from waveloom.training import replicas
from waveloom.training.spectral_norm import SpectralNorm


class Opinion(NamedTuple):
    """Logits (batch, 1) of a discriminator; if asked, those of classes (batch, labels), and features (batch, width)."""

    logits: Any
    classes: Any | None
    hidden: Any | None


class Judge:
    """A discriminator, called as its recipe says; `state` is what changes beside its own variables."""

    def __init__(self, discriminator: Any, teaching: DiscriminatorTraining, seed: int) -> None:
        self.classes = len(discriminator.outputs) == 2
        self.model = discriminator
        self.matching = teaching.feature_matching > 0
        if self.matching:
            self.model = keras.Model(discriminator.input, [*discriminator.outputs, last_features(discriminator).output])
        self.norm = SpectralNorm(self.model.trainable_variables, seed) if teaching.spectral_norm else None
        self.state = self.norm.state if self.norm else []

    def __call__(self, clips: Any, labels: Any) -> Opinion:
        """Judge clips (batch, *shape), in training, beside their labels where it hears them."""
        parts = tf.nest.flatten(self._call(network_inputs(self.model, {"clip": clips, "label": labels})))
        said = [tf.cast(part, tf.float32) for part in parts]  # whatever the networks compute in
        return Opinion(said[0], said[1] if self.classes else None, said[-1] if self.matching else None)

    def turn(self) -> None:
        """Make ready for another update of the discriminator."""
        if self.norm:
            self.norm.turn()

    def _call(self, given: Any) -> Any:
        if not self.norm:
            return self.model(given, training=True)
        kept = self.model.non_trainable_variables
        said, moved = self.model.stateless_call(self.norm.weights(), [v.value for v in kept], given, training=True)
        for variable, value in zip(kept, moved, strict=True):
            variable.assign(value)
        return said


def class_loss(classes: Any | None, labels: Any) -> Any:
    """Cross-entropy of the labels (batch,) heard in clips: L_C of Odena et al., 2017 ("AC-GAN"); 0 without logits."""
    if classes is None:
        return 0.0
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=classes))


def mismatch(real: Any, fake: Any) -> Any:
    """Squared distance of mean features (batch, width): Salimans et al., 2016, section 3.1 ("feature matching")."""
    (apart,) = replicas.mean([tf.reduce_mean(real, 0) - tf.reduce_mean(fake, 0)])
    return tf.reduce_sum(apart**2)
