"""The adversarial game, legible: what one training step is."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf

from waveloom.networks import Networks
from waveloom.recipes import Critic, Optimiser
from waveloom.training.adam import Adam
from waveloom.training.penalties import penalise
from waveloom.training.replicas import drawn

PENALTY = 1 << 30  # keeps what a penalty draws apart from the noise of the same seed


class Game:
    """Generator against critic, each with its own Adam, and a moving average of the generator, which is what is kept.

    `average` is a second generator with the weights of the first, or the generator itself if `decay` is 0.
    """

    def __init__(
        self,
        networks: Networks,
        average: Any,
        objective: ModuleType,
        optimiser: Optimiser,
        seed: int,
        decay: float,
        teaching: Critic = Critic(),  # noqa: B008, it is frozen
    ) -> None:
        self.generator, self.critic = networks.generator, networks.critic
        self.teaching = teaching
        self.average, self.decay = average, decay
        self.objective, self.seed = objective, seed
        self.conditional = len(self.generator.inputs) == 2
        self.noise_length = self.generator.inputs[0].shape[-1]
        self.generator_adam = Adam(self.generator.trainable_variables, optimiser.generator_rate, optimiser)
        self.critic_adam = Adam(self.critic.trainable_variables, optimiser.critic_rate, optimiser)

    @property
    def adams(self) -> list[Adam]:
        """Every optimiser of the game."""
        return [self.generator_adam, self.critic_adam]

    @tf.function(autograph=False)
    def train_step(self, step: Any, real: Any, labels: Any) -> dict[str, Any]:
        """Play round `step` with real clips (updates x batch, *shape) and their labels; report both losses."""
        turns = self.teaching.updates
        *noises, last = self.draw_noise(step, turns + 1, tf.shape(real)[0] // turns)
        for turn, clips, names, noise in zip(
            range(turns), tf.split(real, turns), tf.split(labels, turns), noises, strict=True
        ):
            critic_loss = self.update_critic(step * turns + turn, clips, names, noise)
        generator_loss = self.update_generator(names, last)
        self.update_average(step)
        return {"critic_loss": critic_loss, "generator_loss": generator_loss}

    def draw_noise(self, step: Any, times: int, batch: Any) -> list[Any]:
        """Batches of standard normal noise (batch, noise) that depend on seed and step alone."""
        shape, seed = (times, batch, self.noise_length), tf.stack([self.seed, step])
        noise = drawn(tf.random.stateless_normal, shape, seed, axis=1)
        return tf.unstack(noise)

    def update_critic(self, turn: Any, real: Any, labels: Any, noise: Any) -> Any:
        """Teach the critic to tell real from fake, in its update number `turn`; the generator does not move."""
        fake = self.ask(self.generator, noise, labels)
        with tf.GradientTape() as tape:
            both = self.ask(self.critic, tf.concat([real, fake], 0), tf.concat([labels, labels], 0))
            loss = self.objective.critic_loss(*tf.split(both, 2)) + self.penalty(turn, real, fake, labels)
        self.critic_adam.apply(tape.gradient(loss, self.critic.trainable_variables))
        self.clip_critic()
        return loss

    def penalty(self, turn: Any, real: Any, fake: Any, labels: Any, critic: Any = None) -> Any:
        """What the critic pays for steep slopes in its update number `turn`; lazily, all at once every few updates."""
        rule, critic = self.teaching.penalty, self.critic if critic is None else critic
        if rule.kind == "none":
            return 0.0
        seed = tf.stack([self.seed + PENALTY, turn])

        def due() -> Any:
            return rule.every * penalise(lambda clips: self.ask(critic, clips, labels), real, fake, rule, seed)

        return due() if rule.every == 1 else tf.cond(turn % rule.every == 0, due, lambda: 0.0)

    def clip_critic(self) -> None:
        """Keep the critic's weights small, and so its slopes: Arjovsky et al., 2017, algorithm 1."""
        if self.teaching.clip:
            for weight in self.critic.trainable_variables:
                weight.value.assign(tf.clip_by_value(weight.value, -self.teaching.clip, self.teaching.clip))

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

    def kept(self) -> list[np.ndarray]:
        """Copy out what a model is made of: the averaged generator's weights, then the critic's."""
        return [np.array(weight.numpy()) for weight in [*self.average.weights, *self.critic.weights]]

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Put every variable back as `state` has it."""
        for name, variable in self.variables().items():
            variable.assign(state[name])
