"""The game of two generators that make one sound in two views, and a discriminator of each view:
docs/explanation/dual.md.
"""

from functools import partial
from typing import Any

import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.models.networks import Networks, call_network
from waveloom.models.recipe import Optimiser
from waveloom.training.adam import Adam
from waveloom.training.game import Game
from waveloom.training.recipe_checks import DualOptions

NAMES = ("time", "fourier")


class DualGame(Game):
    """A `Game` in which each generator has its own Adam, and in a round only the weaker one may move.

    `generator`, whose average is kept, is what is heard of the two; `discriminator` holds the weights of both
    discriminators.
    """

    def __init__(
        self,
        networks: Networks,
        average: Any,
        objective: Any,
        optimiser: Optimiser,
        *rest: Any,
        options: DualOptions = DualOptions(),  # noqa: B008, it is frozen
    ) -> None:
        super().__init__(networks, average, objective, optimiser, *rest)
        assert networks.views
        self.views, self.options = networks.views, options
        self._check()
        self.learning = self.views.generators
        weights = self.learning.trainable_variables
        self.own = [[weight for weight in weights if weight.path.startswith(f"{name}_")] for name in NAMES]
        self.generator_adams = [Adam(own, optimiser.generator_rate, optimiser) for own in self.own]
        del self.generator_adam  # each of the two has its own

    def _check(self) -> None:
        """Refuse what this game cannot do."""
        if self.options.select and tf.distribute.get_strategy().num_replicas_in_sync > 1:
            raise InputError(
                "options.games.dual.select teaches one generator by what one device hears, but train.distribution "
                "has more "
                "than one; set train.distribution to one, or options.games.dual.select to false."
            )
        if self.augment:
            raise InputError("Clips of two views cannot be augmented alike; leave augment.kinds empty with dual.")

    @property
    def adams(self) -> dict[str, Adam]:
        """The optimisers of both generators and of the discriminators, by name."""
        both = {f"{name}_adam": adam for name, adam in zip(NAMES, self.generator_adams, strict=True)}
        return {**both, "discriminator_adam": self.discriminator_adam}

    @tf.function(autograph=False)
    def train_step(self, step: Any, real: Any, labels: Any) -> dict[str, Any]:
        """Play round `step` with real clips (updates x batch, *shape) and their labels; report both losses."""
        turns = self.teaching.updates
        *noises, last = self.draw_noise(step, turns + 1, tf.shape(real)[0] // turns)
        for turn, clips, names, noise in zip(
            range(turns), tf.split(real, turns), tf.split(labels, turns), noises, strict=True
        ):
            discriminator_loss, apart = self.update_discriminators(step * turns + turn, clips, names, noise)
        generator_loss = self.update_generators(step, apart, names, last)
        self.update_average(step)
        return {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss}

    def update_discriminators(self, turn: Any, real: Any, labels: Any, noise: Any) -> tuple[Any, list[Any]]:
        """Teach each discriminator to tell real from fake in its view; gives also how far apart each held them
        before.
        """
        fakes, reals = (
            call_network(self.views.generators, True, noise=noise, label=labels),
            (real, self.views.transform(real)),
        )
        loss, apart = 0.0, []
        with tf.GradientTape() as tape:
            for discriminator, real_view, fake_view in zip(self.views.discriminators, reals, fakes, strict=True):
                ask = partial(_logits, discriminator)
                both = ask(tf.concat([real_view, fake_view], 0), tf.concat([labels, labels], 0))
                logits = tf.split(both, 2)
                loss += self.objective.discriminator_loss(*logits)
                loss += self.penalty(turn, partial(ask, labels=labels), real_view, fake_view)
                apart.append(sensitivity(*logits))
        step = turn // self.teaching.updates
        self.discriminator_adam.apply(tape.gradient(loss, self.discriminator.trainable_variables), self.pace(step))
        self.clip_discriminator()
        return loss, apart

    def update_generators(self, step: Any, apart: list[Any], labels: Any, noise: Any) -> Any:
        """Teach the generator that is told apart by more, or both, to please both discriminators and to agree."""
        with tf.GradientTape(persistent=True) as tape:
            fakes = call_network(self.views.generators, True, noise=noise, label=labels)
            loss = self.options.fourier_weight * disagreement(self.views.transform(fakes[0]), fakes[1])
            for discriminator, fake in zip(self.views.discriminators, fakes, strict=True):
                loss += self.objective.generator_loss(_logits(discriminator, fake, labels))

        def teach(*chosen: int) -> None:
            for number in chosen:
                self.generator_adams[number].apply(tape.gradient(loss, self.own[number]), self.pace(step))

        if self.options.select:
            tf.cond(apart[0] >= apart[1], lambda: teach(0), lambda: teach(1))
        else:
            teach(0, 1)
        return loss


def _logits(discriminator: Any, clips: Any, labels: Any) -> Any:
    return call_network(discriminator, True, clip=clips, label=labels)


def sensitivity(real_logits: Any, fake_logits: Any) -> Any:
    """How far apart a discriminator holds real and fake, in standard deviations of its logits: d' of detection theory.

    The gap itself would not do: two discriminators of different views have scales of their own.
    """
    (real, spread), (fake, other) = (tf.nn.moments(logits, axes=[0, 1]) for logits in (real_logits, fake_logits))
    return (real - fake) / tf.sqrt((spread + other) / 2 + 1e-12)


def disagreement(seen: Any, made: Any) -> Any:
    """Mean distance of the Fourier view of the one generator's clip from the other's; 0 where they agree."""
    return tf.reduce_mean(tf.abs(seen - made))
