"""What the games of translation share: two phases, a discriminator in the second alone, and losses with names."""

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from waveloom.config.errors import InputError
from waveloom.models.networks import Networks, call_network
from waveloom.training.adversarial_game import AdversarialGame
from waveloom.training.batches import Batch
from waveloom.training.criteria import l1, multi_resolution
from waveloom.training.game import AUGMENT, GameConfig

Losses = dict[str, Any]  # terms of the generator's loss, with their weights


@dataclass(frozen=True)
class Translated:
    """The generated `clips` (batch, *shape) that the discriminator receives, each of the domain of its target.

    The target is the truth of the first `with_truth` clips, or of none (None).
    """

    clips: Any
    with_truth: Any | None


class TranslationGame(AdversarialGame):
    """A generator from clips of any domain to clips of a target domain, and a discriminator of the target domain.

    A step updates the generator first, and then the discriminator on the same translated clips. `options` has the
    weight `adversarial` (0: no discriminator), `second_phase_from`, the fraction of the steps that the first phase
    takes, which has no discriminator, and `multi_resolution`, the weight of that criterion beside L1.
    """

    def __init__(self, config: GameConfig, networks: Networks, average: keras.Model) -> None:
        super().__init__(config, networks, average)
        self.options: Any = config.options
        self.first_phase = round(self.options.second_phase_from * config.steps)
        if self.first_phase and tf.distribute.get_strategy().num_replicas_in_sync > 1:
            raise InputError(
                "options.games has a second_phase_from above 0, which is possible on one device, but "
                "train.distribution has more; set second_phase_from to 0, or train.distribution to one."
            )

    @tf.function(autograph=False)
    def train_step(self, step: Any, batch: Batch) -> dict[str, Any]:
        """Update the generator, in the second phase the discriminator as well, then the average; reports losses."""
        if self.first_phase:
            first, second = (partial(self.update_networks, step, batch, phase) for phase in (False, True))
            losses = tf.cond(step <= self.first_phase, first, second)
        else:
            losses = self.update_networks(step, batch, True)
        self.update_average(step)
        return losses | self.augment_probability.metrics()

    def update_networks(self, step: Any, batch: Batch, second: bool) -> Losses:
        """Update the generator and, in the `second` phase, the discriminator; returns both losses and all terms."""
        adversarial = second and self.options.adversarial > 0
        with tf.GradientTape() as tape:
            losses, translated = self.generator_losses(step, batch, second)
            if adversarial:
                losses |= self.adversarial_losses(step, batch, translated)
            loss = tf.add_n(list(losses.values()))
        self.apply_to_generator(tape, loss, step)
        zeros = {"adversarial_loss": tf.constant(0.0), "feature_loss": tf.constant(0.0)}
        terms = (zeros if self.options.adversarial else {}) | losses
        discriminator_loss = tf.constant(0.0)
        if adversarial:
            discriminator_loss = self.train_discriminator(step, batch, tf.stop_gradient(translated.clips))
        return {"discriminator_loss": discriminator_loss, "generator_loss": loss, **terms}

    def trains_discriminator(self, step: int) -> bool:
        """Whether the discriminator has a weight, and `step` is in the second phase."""
        return self.options.adversarial > 0 and step > self.first_phase

    @tf.function(autograph=False, reduce_retracing=True)
    def sample(self, source: Any, labels: Any) -> Any:
        """Translations (batch, *shape) by the averaged generator of clips to the domains `labels` (batch,)."""
        return call_network(self.average, False, source=source, label=labels)

    @abstractmethod
    def generator_losses(self, step: Any, batch: Batch, second: bool) -> tuple[Losses, Translated]:
        """The generator's terms without the discriminator, and the clips that the discriminator receives."""

    def adversarial_losses(self, step: Any, batch: Batch, translated: Translated) -> Losses:
        """The adversarial term and feature matching, which is 0 without its weight or without a truth.

        Feature matching is the L1 distance of each feature to that of the truth (Wang et al., 2018, "pix2pixHD",
        equation 4).
        """
        fake = self.discriminator_output(self.augmented(translated.clips, step, AUGMENT + 1), batch.labels)
        weight, real = self.config.discriminator.feature_matching, None
        if self.generator_needs_real or weight:
            real = self.discriminator_output(self.augmented(batch.target, step, AUGMENT + 1), batch.labels)
        loss = self.options.adversarial * self.generator_loss(real.logits if real else None, fake.logits)
        matched = tf.constant(0.0)
        if real and weight and translated.with_truth is not None:
            rows = slice(translated.with_truth)
            pairs = zip(real.features, fake.features, strict=True)
            matched = weight * tf.reduce_mean([l1.loss(truth[rows], made[rows]) for truth, made in pairs])
        return {"adversarial_loss": loss, "feature_loss": matched}

    def distance(self, target: Any, generated: Any) -> Any:
        """The L1 distance and, with its weight, that of local means."""
        return l1.loss(target, generated) + self.options.multi_resolution * multi_resolution.loss(target, generated)

    def translate(self, source: Any, labels: Any) -> Any:
        """Translate clips (batch, *shape) to the domains `labels` (batch,), in training mode."""
        return call_network(self.generator, True, source=source, label=labels)
