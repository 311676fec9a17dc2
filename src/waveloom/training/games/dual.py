"""Two generators of one sound in two views, waveform and spectrogram, and a discriminator of each view.

docs/explanation/dual.md describes the method.
"""

from functools import partial
from typing import Annotated, Any

import keras
import tensorflow as tf
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.build_networks import check_two_views
from waveloom.models.networks import Networks, call_network
from waveloom.models.recipe import Recipe, parts
from waveloom.training.adam import Adam
from waveloom.training.batches import Batch
from waveloom.training.criteria import l1
from waveloom.training.game import BaseGame, GameConfig

VIEWS = ("time", "fourier")


@checked_dataclass
class Config:
    """How both generators are trained."""

    select: bool = True  # update only the generator with the larger d' in each step
    fourier_weight: Annotated[float, Field(ge=0)] = 10.0  # of the L1 distance of the two views in the loss; 0: none


def check_recipe(recipe: Recipe, name: str) -> None:
    """Raise an InputError for networks and settings that are not possible with two views; `name` is the recipe's."""
    check_two_views(parts(recipe))
    settings = recipe.discriminator_training
    refused = {
        "label_as one_hot": recipe.label_as == "one_hot",
        "discriminator_training.head acgan": settings.head == "acgan",
        "discriminator_training.minibatch_stddev": settings.minibatch_stddev,
        "discriminator_training.spectral_norm": settings.spectral_norm,
        "discriminator_training.feature_matching": settings.feature_matching > 0,
        "discriminator_training.smoothing": settings.smoothing > 0,
    }
    if found := [option for option, chosen in refused.items() if chosen]:
        raise InputError(f"{name}.game is 'dual', which is not possible with {', '.join(found)}; leave that out.")


class Game(BaseGame):
    """Each generator has its own Adam; with `select`, a step updates only the generator with the larger d'.

    `generator` combines both generators and is the one that is averaged; `discriminator` holds the weights of both
    discriminators.
    """

    def __init__(self, config: GameConfig, networks: Networks, average: keras.Model) -> None:
        super().__init__(config, networks, average)
        if networks.views is None:
            raise InputError("The game dual needs networks of two views; choose the generator and discriminator dual.")
        self.views, self.options = networks.views, config.options or Config()
        self._check()
        self.trained_generator = self.views.generators
        weights = self.trained_generator.trainable_variables
        self.view_weights = [[weight for weight in weights if weight.path.startswith(f"{view}_")] for view in VIEWS]
        rates = config.optimiser
        self.view_adams = [Adam(own, rates.generator_rate, rates) for own in self.view_weights]
        self.optimisers = {
            **{f"{view}_adam": adam for view, adam in zip(VIEWS, self.view_adams, strict=True)},
            "discriminator_adam": Adam(self.discriminator.trainable_variables, rates.discriminator_rate, rates),
        }

    def _check(self) -> None:
        if self.options.select and tf.distribute.get_strategy().num_replicas_in_sync > 1:
            raise InputError(
                "options.games.dual.select compares logits of one device, but train.distribution has more than one; "
                "set train.distribution to one, or options.games.dual.select to false."
            )
        if self.config.augment:
            raise InputError(
                "The two views of a clip cannot be augmented in the same way; leave augment.kinds empty with dual."
            )

    @tf.function(autograph=False)
    def train_step(self, step: Any, batch: Batch) -> dict[str, Any]:
        """Draw noise, update both discriminators, update one or both generators, update the average, report losses."""
        parts = batch.split(self.updates)
        *noises, generator_noise = self.draw_noise(step, self.updates + 1, tf.shape(parts[0].target)[0])
        for number, (part, noise) in enumerate(zip(parts, noises, strict=True)):
            discriminator_loss, detectability = self.update_discriminators(step * self.updates + number, part, noise)
        generator_loss = self.update_generators(step, detectability, parts[-1], generator_noise)
        self.update_average(step)
        return {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss}

    def update_discriminators(self, update: Any, batch: Batch, noise: Any) -> tuple[Any, list[Any]]:
        """Train each discriminator to tell real from fake in its view; returns the loss and each d' before it."""
        fakes = call_network(self.views.generators, True, noise=noise, label=batch.labels)
        reals = self._real_views(batch)
        loss, detectability = 0.0, []
        labels = tf.concat([batch.labels, batch.labels], 0)
        with tf.GradientTape() as tape:
            for discriminator, real, fake in zip(self.views.discriminators, reals, fakes, strict=True):
                logits_of = partial(_logits, discriminator)
                logits = tf.split(logits_of(tf.concat([real, fake], 0), labels), 2)
                loss += self.discriminator_loss(*logits)
                loss += self.penalty(update, partial(logits_of, labels=batch.labels), real, fake)
                detectability.append(sensitivity(*logits))
        self.apply_to_discriminator(tape.gradient(loss, self.discriminator.trainable_variables), update)
        return loss, detectability

    def update_generators(self, step: Any, detectability: list[Any], batch: Batch, noise: Any) -> Any:
        """Train the generator with the larger d', or both, against both discriminators and for agreement."""
        with tf.GradientTape(persistent=True) as tape:
            fakes = call_network(self.views.generators, True, noise=noise, label=batch.labels)
            loss = self.options.fourier_weight * l1.loss(self.views.transform(fakes[0]), fakes[1])
            reals = self._real_views(batch) if self.generator_needs_real else (None, None)
            for discriminator, real, fake in zip(self.views.discriminators, reals, fakes, strict=True):
                fake_logits = _logits(discriminator, fake, batch.labels)
                real_logits = None if real is None else _logits(discriminator, real, batch.labels)
                loss += self.generator_loss(real_logits, fake_logits)

        def update(*views: int) -> None:
            for view in views:
                gradients = tape.gradient(loss, self.view_weights[view])
                self.view_adams[view].apply(gradients, self.rate_factor(step))

        if self.options.select:
            tf.cond(detectability[0] >= detectability[1], lambda: update(0), lambda: update(1))
        else:
            update(0, 1)
        return loss

    def _real_views(self, batch: Batch) -> tuple[Any, Any]:
        return batch.target, self.views.transform(batch.target)


def _logits(discriminator: keras.Model, clips: Any, labels: Any) -> Any:
    return call_network(discriminator, True, clip=clips, label=labels)


def sensitivity(real_logits: Any, fake_logits: Any) -> Any:
    """d' of detection theory: the distance of real and fake logits in standard deviations.

    The difference alone is not comparable, because the logits of the two discriminators have different scales.
    """
    (real, spread), (fake, other) = (tf.nn.moments(logits, axes=[0, 1]) for logits in (real_logits, fake_logits))
    return (real - fake) / tf.sqrt((spread + other) / 2 + 1e-12)
