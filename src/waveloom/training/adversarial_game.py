"""What the games with one generator and one discriminator share: their optimisers, and the discriminator's update."""

from typing import Any

import keras
import tensorflow as tf

from waveloom.models.networks import Networks
from waveloom.training.adam import Adam
from waveloom.training.batches import Batch
from waveloom.training.discriminator_output import MultiOutputDiscriminator, class_cross_entropy
from waveloom.training.game import AUGMENT, BaseGame, GameConfig


class AdversarialGame(BaseGame):
    """A generator and a discriminator, each with its own Adam."""

    def __init__(self, config: GameConfig, networks: Networks, average: keras.Model) -> None:
        super().__init__(config, networks, average)
        self.discriminator_output = MultiOutputDiscriminator(self.discriminator, config.discriminator, config.seed)
        rates = config.optimiser
        self.optimisers = {
            "generator_adam": Adam(self.generator.trainable_variables, rates.generator_rate, rates),
            "discriminator_adam": Adam(self.discriminator.trainable_variables, rates.discriminator_rate, rates),
        }

    def train_discriminator(self, update: Any, batch: Batch, generated: Any) -> Any:
        """Train the discriminator to tell `batch.target` from `generated` clips of the same labels; returns its loss.

        `update` counts the discriminator's updates.
        """
        clips = self.augmented(tf.concat([batch.target, generated], 0), update, AUGMENT, batches=2)
        real, fake = tf.split(clips, 2)
        labels = tf.concat([batch.labels, batch.labels], 0)
        self.discriminator_output.update_norm()
        with tf.GradientTape() as tape:
            output = self.discriminator_output(clips, labels)
            real_logits, fake_logits = tf.split(output.logits, 2)
            loss = self.discriminator_loss(real_logits, fake_logits)
            loss += self.penalty(update, lambda x: self.discriminator_output(x, batch.labels).logits, real, fake)
            loss += self.config.discriminator.class_weight * class_cross_entropy(output.class_logits, labels)
        self.augment_probability.update(real_logits)
        self.apply_to_discriminator(tape.gradient(loss, self.discriminator.trainable_variables), update)
        return loss

    def apply_to_generator(self, tape: tf.GradientTape, loss: Any, step: Any) -> None:
        """Update the generator's weights by the gradient of `loss`, which `tape` recorded."""
        gradients = tape.gradient(loss, self.generator.trainable_variables)
        self.optimisers["generator_adam"].apply(gradients, self.rate_factor(step))

    def variables(self) -> dict[str, Any]:
        """Those of every game, and the state of the discriminator's spectral normalisation."""
        norm = {f"spectral_norm/{i:03d}": vector for i, vector in enumerate(self.discriminator_output.state)}
        return super().variables() | norm
