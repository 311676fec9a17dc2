"""What all games share: the networks, the moving average, random draws, the gradient penalty and the stored state."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from waveloom.models.networks import Networks, call_network
from waveloom.models.recipe import Augment, DiscriminatorTraining, Optimiser
from waveloom.training.adam import Adam
from waveloom.training.augment import Augmentation
from waveloom.training.augment_probability import AugmentProbability
from waveloom.training.batches import Batch
from waveloom.training.moving_average import update_averages
from waveloom.training.penalties import LogitsOf, gradient_penalty
from waveloom.training.replicas import drawn
from waveloom.training.schedules import scheduled_share

# Offsets of the seed that keep random draws of different purposes apart.
PENALTY = 1 << 30
AUGMENT = 1 << 29  # the generator's update uses AUGMENT + 1 and AUGMENT + 2
ROLL_BACK = 1 << 26  # per roll back


@dataclass(frozen=True)
class GameConfig:
    """Settings of a game that stay the same during a training of `steps` steps.

    `average` is the decay of the generator's moving average (0: none); each roll back multiplies the learning rates by
    `roll_back_rate`.
    """

    objective: ModuleType
    optimiser: Optimiser = field(default_factory=Optimiser)
    discriminator: DiscriminatorTraining = field(default_factory=DiscriminatorTraining)
    augment: Augmentation | None = None
    seed: int = 0
    average: float = 0.0
    steps: int = 1
    roll_back_rate: float = 1.0
    options: Any = None  # the game's own `Config`


class BaseGame(ABC):
    """A generator and a discriminator that are trained against each other.

    `average` is a second generator with the moving average of the generator's weights, or the generator itself without
    a moving average; the trained model contains `average`. `trained_generator` holds all weights that the generator's
    loss trains. `optimisers` holds all optimisers by name; the discriminator's is `discriminator_adam`. `roll_backs`
    counts the roll backs.
    """

    optimisers: dict[str, Adam]

    def __init__(self, config: GameConfig, networks: Networks, average: keras.Model) -> None:
        self.config, self.average = config, average
        self.generator, self.discriminator = networks.generator, networks.discriminator
        self.trained_generator = self.generator
        self.noise_length = next((i.shape[-1] for i in self.generator.inputs if i.name == "noise"), 0)
        self.augment_probability = AugmentProbability(config.augment.config if config.augment else Augment())
        self.roll_backs = tf.Variable(0, dtype=tf.int32)
        smoothing = config.discriminator.smoothing
        self.discriminator_loss = partial(
            config.objective.discriminator_loss, **({"smoothing": smoothing} if smoothing else {})
        )
        self.generator_loss = config.objective.generator_loss
        self.generator_needs_real = getattr(config.objective, "GENERATOR_NEEDS_REAL", False)
        self.updates = config.discriminator.updates

    @abstractmethod
    def train_step(self, step: Any, batch: Batch) -> dict[str, Any]:
        """Update the discriminator `updates` times, each on a part of `batch`, then the generator; returns losses.

        A subclass decorates it with `tf.function(autograph=False)`.
        """

    def compile(self) -> None:
        """Compile the whole step by XLA, which draws other random numbers; slower on a CPU (docs/how-to/train.md)."""
        step = partial(type(self).train_step.python_function, self)  # type: ignore[attr-defined]
        self.train_step = tf.function(step, autograph=False, jit_compile=True)  # type: ignore[method-assign]

    def draw_noise(self, step: Any, count: int, batch: Any) -> list[Any]:
        """`count` batches of standard normal noise (batch, noise) that depend on seed, roll backs and step alone."""
        shape = (count, batch, self.noise_length)
        return tf.unstack(drawn(tf.random.stateless_normal, shape, self.random_seed(step), axis=1))

    def random_seed(self, number: Any, offset: int = 0) -> Any:
        """A seed (2,) for the step or update `number`, which differs after each roll back."""
        first = self.config.seed + offset + ROLL_BACK * tf.cast(self.roll_backs, tf.int64)  # may exceed 32 bits
        return tf.stack([first, tf.cast(number, tf.int64)])

    def rate_factor(self, step: Any) -> Any:
        """The factor of the learning rates at `step`: roll backs times schedule."""
        rolled_back = tf.pow(self.config.roll_back_rate, tf.cast(self.roll_backs, tf.float32))
        return rolled_back * scheduled_share(self.config.optimiser.schedule, step, self.config.steps)

    def penalty(self, update: Any, logits_of: LogitsOf, real: Any, fake: Any) -> Any:
        """The gradient penalty of discriminator update number `update`, 0 without one.

        A lazy penalty is applied every `every` updates with `every` times its weight (Karras et al., 2020).
        """
        config = self.config.discriminator.penalty
        if config.kind == "none":
            return 0.0
        seed = self.random_seed(update, PENALTY)
        weight = config.every * scheduled_share(config.schedule, update // self.updates, self.config.steps)

        def weighted() -> Any:
            return weight * gradient_penalty(logits_of, real, fake, config, seed)

        return weighted() if config.every == 1 else tf.cond(update % config.every == 0, weighted, lambda: 0.0)

    def apply_to_discriminator(self, gradients: list[Any], update: Any) -> None:
        """Update the discriminator's weights, and clip them with the setting `clip` (Arjovsky et al., 2017)."""
        self.optimisers["discriminator_adam"].apply(gradients, self.rate_factor(update // self.updates))
        bound = self.config.discriminator.clip
        if bound:
            for weight in self.discriminator.trainable_variables:
                weight.value.assign(tf.clip_by_value(weight.value, -bound, bound))

    def augmented(self, clips: Any, number: Any, purpose: int, batches: int = 1) -> Any:
        """Augment clips (batch, *shape); the update's `number` and `purpose` select the random numbers.

        `clips` may be several concatenated `batches` of equal size.
        """
        if self.config.augment is None:
            return clips
        seed = tf.random.fold_in(self.random_seed(number), purpose)
        return self.config.augment(clips, seed, self.augment_probability.value, batches)

    def update_average(self, step: Any) -> None:
        """Move the average towards the generator; faster in the first steps, to forget the initial weights soon."""
        if self.config.average == 0:
            return
        step = tf.cast(step, tf.float32)
        share = 1 - tf.minimum(self.config.average, (1 + step) / (10 + step))
        update_averages(self.average.weights, self.generator.weights, share)

    def trains_discriminator(self, step: int) -> bool:
        """Whether `step` updates the discriminator."""
        return True

    @tf.function(autograph=False, reduce_retracing=True)
    def sample(self, noise: Any, labels: Any) -> Any:
        """Clips (batch, *shape) of the averaged generator from noise (batch, noise) and labels (batch,)."""
        return call_network(self.average, False, noise=noise, label=labels)

    def variables(self) -> dict[str, Any]:
        """All variables that change during training, including random states, by stable names."""
        groups = {
            "generator": self.trained_generator.variables,
            "discriminator": self.discriminator.variables,
            **{name: adam.slots for name, adam in self.optimisers.items()},
            "augment_probability": self.augment_probability.variables,
            "roll_backs": [self.roll_backs],
            **({"average": self.average.variables} if self.config.average else {}),
        }
        return {f"{group}/{i:03d}": variable for group, found in groups.items() for i, variable in enumerate(found)}

    def state(self) -> dict[str, np.ndarray]:
        """Copy the values of all variables."""
        return {name: variable.numpy() for name, variable in self.variables().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Set all variables to the values of `state`."""
        for name, variable in self.variables().items():
            variable.assign(state[name])

    def model_weights(self) -> list[np.ndarray]:
        """Copy the weights of the trained model: the averaged generator's, then the discriminator's."""
        return [np.array(weight.numpy()) for weight in [*self.average.weights, *self.discriminator.weights]]
