"""The adversarial game, legible: what one training step is."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf

from waveloom.networks import Networks
from waveloom.recipes import Optimiser
from waveloom.training.adam import Adam


class Game:
    """Generator against critic, each with its own Adam, and a moving average of the generator, which is what is kept.

    `average` is a second generator with the weights of the first, or the generator itself if `decay` is 0.
    """

    def __init__(
        self, networks: Networks, average: Any, objective: ModuleType, optimiser: Optimiser, seed: int, decay: float
    ) -> None:
        self.generator, self.critic = networks
        self.average, self.decay = average, decay
        self.objective, self.seed = objective, seed
        self.conditional = len(self.generator.inputs) == 2
        self.noise_length = self.generator.inputs[0].shape[-1]
        self.generator_adam = Adam(self.generator.trainable_variables, optimiser.generator_rate, optimiser)
        self.critic_adam = Adam(self.critic.trainable_variables, optimiser.critic_rate, optimiser)

    @tf.function(autograph=False)
    def train_step(self, step: Any, real: Any, labels: Any) -> dict[str, Any]:
        """Play round `step` with real clips (batch, *shape) and their labels (batch,); report both losses."""
        noise_1, noise_2 = self.draw_noise(step, tf.shape(real)[0])
        critic_loss = self.update_critic(real, labels, noise_1)
        generator_loss = self.update_generator(labels, noise_2)
        self.update_average(step)
        return {"critic_loss": critic_loss, "generator_loss": generator_loss}

    def draw_noise(self, step: Any, batch: Any) -> list[Any]:
        """Two batches of standard normal noise (batch, noise) that depend on seed and step alone."""
        noise = tf.random.stateless_normal((2, batch, self.noise_length), seed=tf.stack([self.seed, step]))
        return tf.unstack(noise)

    def update_critic(self, real: Any, labels: Any, noise: Any) -> Any:
        """Teach the critic to tell real from fake; the generator does not move."""
        fake = self.ask(self.generator, noise, labels)
        with tf.GradientTape() as tape:
            both = self.ask(self.critic, tf.concat([real, fake], 0), tf.concat([labels, labels], 0))
            loss = self.objective.critic_loss(*tf.split(both, 2))
        self.critic_adam.apply(tape.gradient(loss, self.critic.trainable_variables))
        return loss

    def update_generator(self, labels: Any, noise: Any) -> Any:
        """Teach the generator to please the critic, which does not move."""
        with tf.GradientTape() as tape:
            fake_logits = self.ask(self.critic, self.ask(self.generator, noise, labels), labels)
            loss = self.objective.generator_loss(fake_logits)
        self.generator_adam.apply(tape.gradient(loss, self.generator.trainable_variables))
        return loss

    def update_average(self, step: Any) -> None:
        """Draw the average a little nearer to the generator; quicker at first, so that its start is soon forgotten."""
        if self.decay == 0:
            return
        seen = tf.cast(step, tf.float32)
        share = 1 - tf.minimum(self.decay, (1 + seen) / (10 + seen))
        for slow, fast in zip(self.average.weights, self.generator.weights, strict=True):
            slow.value.assign_add(share * (fast.value - slow.value))

    def ask(self, model: Any, first: Any, labels: Any, training: bool = True) -> Any:
        """Call a network, with the labels where it is conditioned on them."""
        return model([first, labels] if self.conditional else first, training=training)

    @tf.function(autograph=False, reduce_retracing=True)
    def sample(self, noise: Any, labels: Any) -> Any:
        """What the averaged generator makes of noise (batch, noise) and labels (batch,): (batch, *shape)."""
        return self.ask(self.average, noise, labels, training=False)

    def variables(self) -> dict[str, Any]:
        """Everything that changes as the game goes on, random states included, by a name that never varies."""
        groups = {
            "generator": self.generator.variables,
            "critic": self.critic.variables,
            "generator_adam": self.generator_adam.slots,
            "critic_adam": self.critic_adam.slots,
        }
        if self.decay:
            groups["average"] = self.average.variables
        return {f"{group}/{i:03d}": variable for group, found in groups.items() for i, variable in enumerate(found)}

    def state(self) -> dict[str, np.ndarray]:
        """Copy every variable out."""
        return {name: variable.numpy() for name, variable in self.variables().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Put every variable back as `state` has it."""
        for name, variable in self.variables().items():
            variable.assign(state[name])
