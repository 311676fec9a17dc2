"""Generation: one generator from noise to clips against one discriminator of clips (Goodfellow et al., 2014)."""

from typing import Any

import tensorflow as tf

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.networks import TwoViewGenerator, call_network
from waveloom.models.recipe import Recipe, parts
from waveloom.training.adversarial_game import AdversarialGame
from waveloom.training.batches import Batch
from waveloom.training.criteria import feature_matching
from waveloom.training.discriminator_output import class_cross_entropy
from waveloom.training.game import AUGMENT


@checked_dataclass
class Config:
    """This game has no options."""


def check_recipe(recipe: Recipe, name: str) -> None:
    """Raise an InputError for a generator of two views of which this game would train one; `name` is the recipe's."""
    plugins = parts(recipe)
    if isinstance(plugins.generator, TwoViewGenerator) and plugins.generator_config.output == "time":
        raise InputError(
            f"{name}.options.generators.{recipe.generator}.output is 'time', so that nothing trains the last layers of "
            "the spectrogram view in the game generation; set it to both, or the game to dual."
        )


class Game(AdversarialGame):
    """A generator of clips from noise, and a discriminator."""

    @tf.function(autograph=False)
    def train_step(self, step: Any, batch: Batch) -> dict[str, Any]:
        """Draw noise, update the discriminator, update the generator, update the average, report both losses."""
        parts = batch.split(self.updates)
        *noises, generator_noise = self.draw_noise(step, self.updates + 1, tf.shape(parts[0].target)[0])
        for number, (part, noise) in enumerate(zip(parts, noises, strict=True)):
            discriminator_loss = self.update_discriminator(step * self.updates + number, part, noise)
        generator_loss = self.update_generator(step, parts[-1], generator_noise)
        self.update_average(step)
        losses = {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss}
        return losses | self.augment_probability.metrics()

    def update_discriminator(self, update: Any, batch: Batch, noise: Any) -> Any:
        """Train the discriminator to tell real from fake clips; `update` counts its updates. Returns its loss."""
        generated = call_network(self.generator, True, noise=noise, label=batch.labels)
        return self.train_discriminator(update, batch, generated)

    def update_generator(self, step: Any, batch: Batch, noise: Any) -> Any:
        """Train the generator against the fixed discriminator; returns its loss."""
        config = self.config.discriminator
        with tf.GradientTape() as tape:
            generated = call_network(self.generator, True, noise=noise, label=batch.labels)
            fake = self.discriminator_output(self.augmented(generated, step, AUGMENT + 1), batch.labels)
            real = None
            if self.generator_needs_real or config.feature_matching:
                real = self.discriminator_output(self.augmented(batch.target, step, AUGMENT + 2), batch.labels)
            loss = self.generator_loss(real.logits if real else None, fake.logits)
            loss += config.class_weight * class_cross_entropy(fake.class_logits, batch.labels)
            if real and config.feature_matching:
                loss += config.feature_matching * feature_matching.loss(real.features[0], fake.features[0])
        self.apply_to_generator(tape, loss, step)
        return loss
