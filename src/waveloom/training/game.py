"""The adversarial game, legible: what one training step is."""

from collections.abc import Mapping
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf

from waveloom.models.networks import Networks, call_network
from waveloom.models.recipe import Augment, DiscriminatorTraining, Optimiser
from waveloom.training.adam import Adam
from waveloom.training.adaptive import Chance
from waveloom.training.augment import Augmentation
from waveloom.training.discriminator_output import Judge, class_loss, mismatch
from waveloom.training.moving_average import follow_all
from waveloom.training.penalties import Ask, penalise
from waveloom.training.replicas import drawn
from waveloom.training.schedules import share

PENALTY = 1 << 30  # keeps what a penalty draws apart from the noise of the same seed
AGAIN = 1 << 26  # and what is drawn after each roll back from what was drawn before
AUGMENT = 1 << 29  # and what augmentation does, one number more in the generator's step


class Game:
    """Generator against discriminator, each with its own Adam, and a moving average of the generator, which is what
    is kept.

    `average` is a second generator with the weights of the first, or the generator itself if `decay` is 0. Schedules
    are laid over `steps`. `rolled_back` counts the times that training began again from a good state: each multiplies
    the learning rates by `roll_back_rate` and draws other noise.
    """

    def __init__(
        self,
        networks: Networks,
        average: Any,
        objective: ModuleType,
        optimiser: Optimiser,
        seed: int,
        decay: float,
        teaching: DiscriminatorTraining = DiscriminatorTraining(),  # noqa: B008, it is frozen
        augment: Augmentation | None = None,
        steps: int = 1,
        roll_back_rate: float = 1.0,
    ) -> None:
        self.generator, self.discriminator = networks.generator, networks.discriminator
        self.learning = self.generator  # all that learns to make sounds
        self.teaching, self.judge = teaching, Judge(self.discriminator, teaching, seed)
        self.augment, self.chance = augment, Chance(augment.rule if augment else Augment())
        self.average, self.decay = average, decay
        self.objective, self.seed = objective, seed
        self.optimiser, self.steps, self.roll_back_rate = optimiser, steps, roll_back_rate
        self.rolled_back = tf.Variable(0, dtype=tf.int32)
        self.noise_length = self.generator.inputs[0].shape[-1]
        smooth = {"smoothing": teaching.smoothing} if teaching.smoothing else {}
        self.discriminator_loss = partial(objective.discriminator_loss, **smooth)
        self.generator_adam = Adam(self.generator.trainable_variables, optimiser.generator_rate, optimiser)
        self.discriminator_adam = Adam(self.discriminator.trainable_variables, optimiser.discriminator_rate, optimiser)

    @property
    def adams(self) -> dict[str, Adam]:
        """Every optimiser, by name."""
        return {"generator_adam": self.generator_adam, "discriminator_adam": self.discriminator_adam}

    @tf.function(autograph=False)
    def train_step(self, step: Any, real: Any, labels: Any) -> dict[str, Any]:
        """Play round `step` with real clips (updates x batch, *shape) and their labels; report both losses."""
        turns = self.teaching.updates
        *noises, last = self.draw_noise(step, turns + 1, tf.shape(real)[0] // turns)
        for turn, clips, names, noise in zip(
            range(turns), tf.split(real, turns), tf.split(labels, turns), noises, strict=True
        ):
            discriminator_loss = self.update_discriminator(step * turns + turn, clips, names, noise)
        generator_loss = self.update_generator(step, clips, names, last)
        self.update_average(step)
        return {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss, **self.chance.said()}

    def compile(self) -> None:
        """Have XLA compile the whole step, which then draws other noise; slower on a CPU (see docs/how-to/train.md)."""
        whole = partial(type(self).train_step.python_function, self)
        self.train_step = tf.function(whole, autograph=False, jit_compile=True)

    def draw_noise(self, step: Any, times: int, batch: Any) -> list[Any]:
        """Batches of standard normal noise (batch, noise) that depend on seed, roll backs and step alone."""
        shape = (times, batch, self.noise_length)
        return tf.unstack(drawn(tf.random.stateless_normal, shape, self.draw(step), axis=1))

    def draw(self, number: Any, apart: int = 0) -> Any:
        """The seed (2,) of what is drawn for `number`; another after each roll back."""
        first = self.seed + apart + AGAIN * tf.cast(self.rolled_back, tf.int64)  # may be beyond 32 bits
        return tf.stack([first, tf.cast(number, tf.int64)])

    def pace(self, step: Any) -> Any:
        """What the learning rates are multiplied by at `step`."""
        rolled = tf.pow(self.roll_back_rate, tf.cast(self.rolled_back, tf.float32))
        return rolled * share(self.optimiser.schedule, step, self.steps)

    def update_discriminator(self, turn: Any, real: Any, labels: Any, noise: Any) -> Any:
        """Teach the discriminator to tell real from fake, in its update number `turn`; the generator does not move."""
        shown = self.show(
            tf.concat([real, call_network(self.generator, True, noise=noise, label=labels)], 0), turn, AUGMENT, 2
        )
        real, fake = tf.split(shown, 2)
        names = tf.concat([labels, labels], 0)
        self.judge.turn()
        with tf.GradientTape() as tape:
            said = self.judge(shown, names)
            on_real, on_fake = tf.split(said.logits, 2)
            loss = self.discriminator_loss(on_real, on_fake)
            loss += self.penalty(turn, lambda clips: self.judge(clips, labels).logits, real, fake)
            loss += self.teaching.class_weight * class_loss(said.classes, names)
        self.chance.follow(on_real)
        step = turn // self.teaching.updates
        self.discriminator_adam.apply(tape.gradient(loss, self.discriminator.trainable_variables), self.pace(step))
        self.clip_discriminator()
        return loss

    def penalty(self, turn: Any, ask: Ask, real: Any, fake: Any) -> Any:
        """What the discriminator pays for steep slopes in its update number `turn`; lazily, all at once every few
        updates.
        """
        rule = self.teaching.penalty
        if rule.kind == "none":
            return 0.0
        seed = self.draw(turn, PENALTY)
        weight = rule.every * share(rule.schedule, turn // self.teaching.updates, self.steps)

        def due() -> Any:
            return weight * penalise(ask, real, fake, rule, seed)

        return due() if rule.every == 1 else tf.cond(turn % rule.every == 0, due, lambda: 0.0)

    def clip_discriminator(self) -> None:
        """Keep the discriminator's weights small, and so its slopes: Arjovsky et al., 2017, algorithm 1."""
        if self.teaching.clip:
            for weight in self.discriminator.trainable_variables:
                weight.value.assign(tf.clip_by_value(weight.value, -self.teaching.clip, self.teaching.clip))

    def update_generator(self, step: Any, real: Any, labels: Any, noise: Any) -> Any:
        """Teach the generator to please the discriminator, which does not move, in round `step`."""
        with tf.GradientTape() as tape:
            fake = self.show(call_network(self.generator, True, noise=noise, label=labels), step, AUGMENT + 1)
            said = self.judge(fake, labels)
            loss = self.objective.generator_loss(said.logits)
            loss += self.teaching.class_weight * class_loss(said.classes, labels)
            if self.teaching.feature_matching:
                like = self.judge(self.show(real, step, AUGMENT + 2), labels)
                loss += self.teaching.feature_matching * mismatch(like.hidden, said.hidden)
        self.generator_adam.apply(tape.gradient(loss, self.generator.trainable_variables), self.pace(step))
        return loss

    def show(self, clips: Any, number: Any, purpose: int, batches: int = 1) -> Any:
        """What the discriminator sees of clips (batch, *shape): augmented, by seed, `number` of the update and
        `purpose`.
        """
        if self.augment is None:
            return clips
        return self.augment(clips, tf.random.fold_in(self.draw(number), purpose), self.chance.value, batches)

    def update_average(self, step: Any) -> None:
        """Draw the average a little nearer to the generator; quicker at first, so that its start is soon forgotten."""
        if self.decay == 0:
            return
        seen = tf.cast(step, tf.float32)
        nearer = 1 - tf.minimum(self.decay, (1 + seen) / (10 + seen))
        follow_all(self.average.weights, self.generator.weights, nearer)

    @tf.function(autograph=False, reduce_retracing=True)
    def sample(self, noise: Any, labels: Any) -> Any:
        """What the averaged generator makes of noise (batch, noise) and labels (batch,): (batch, *shape)."""
        return call_network(self.average, False, noise=noise, label=labels)

    def variables(self) -> dict[str, Any]:
        """Everything that changes as the game goes on, random states included, by a name that never varies."""
        groups = {
            "generator": self.learning.variables,
            "discriminator": self.discriminator.variables,
            **{name: adam.slots for name, adam in self.adams.items()},
            "judge": self.judge.state,
            "chance": self.chance.variables,
            "rolled_back": [self.rolled_back],
        }
        if self.decay:
            groups["average"] = self.average.variables
        return {f"{group}/{i:03d}": variable for group, found in groups.items() for i, variable in enumerate(found)}

    def state(self) -> dict[str, np.ndarray]:
        """Copy every variable out."""
        return {name: variable.numpy() for name, variable in self.variables().items()}

    def kept(self) -> list[np.ndarray]:
        """Copy out what a model is made of: the averaged generator's weights, then the discriminator's."""
        return [np.array(weight.numpy()) for weight in [*self.average.weights, *self.discriminator.weights]]

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Put every variable back as `state` has it."""
        for name, variable in self.variables().items():
            variable.assign(state[name])
