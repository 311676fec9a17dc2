"""Unpaired translation: sounds of several domains, of which none is the translation of another.

The generator rebuilds clips of each domain from their own perturbed content, and a discriminator compares clips that
are translated from other domains with real ones. The weights select the method: with a content that is free of the
envelope, reconstruction alone learns to translate (recipe `recast`); `cycle` and `identity` are those of CycleGAN (Zhu
et al., 2017), in one generator for all domains as in StarGAN (Choi et al., 2018); `contrastive` is that of CUT (Park et
al., 2020).
"""

from typing import Annotated, Any

import keras
import tensorflow as tf
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.layers.contrasted_features import contrasted_features
from waveloom.models.networks import Networks, call_network
from waveloom.models.recipe import Recipe
from waveloom.training.batches import Batch
from waveloom.training.criteria import l1
from waveloom.training.game import GameConfig
from waveloom.training.patch_nce import patch_nce
from waveloom.training.perturb import Perturbation, perturb
from waveloom.training.recipe_checks import check_translation
from waveloom.training.translation_game import Losses, Translated, TranslationGame

TASK = "translation"
PERTURB = 1 << 28  # offset of the seed of perturbations
Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


@checked_dataclass
class Config:
    """Weights of the terms of the generator's loss; 0 leaves a term out."""

    reconstruction: Weight = 1.0  # of the distance of a target clip to what is made of its perturbed content
    multi_resolution: Weight = 1.0  # of the distance of local means, relative to L1, in reconstruction and cycle
    perturbation: Perturbation = Perturbation()
    back_translation: Share = 0.0  # fraction of these clips that are translated to another domain, not perturbed
    adversarial: Weight = 0.1
    second_phase_from: Annotated[float, Field(ge=0, lt=1)] = 0.0  # fraction of the steps without these two terms
    rebuilt_share: Share = 0.5  # fraction of rebuilt clips among the discriminator's generated ones; others: translated
    contrastive: Weight = 0.0  # of the patchwise contrastive term between source and translation
    cycle: Weight = 0.0  # of the distance of a source to its translation there and back
    identity: Weight = 0.0  # of the distance of a target clip to its translation to its own domain


def check_recipe(recipe: Recipe, name: str) -> None:
    """Raise an InputError for settings that translation cannot have; `name` is the recipe's."""
    check_translation(recipe, name)
    options = Config(**recipe.options.games.get("unpaired", {}))
    if not (options.reconstruction or options.contrastive or options.cycle):
        raise InputError(
            f"{name}.options.games.unpaired has no weight that keeps the content of the source; set reconstruction, "
            "contrastive or cycle above 0."
        )


class Game(TranslationGame):
    """A batch has the clips of the target domains, and sources of other domains that have nothing to do with them."""

    def __init__(self, config: GameConfig, networks: Networks, average: keras.Model) -> None:
        super().__init__(config, networks, average)
        self.contrasted = contrasted_features(self.generator) if self.options.contrastive else None
        if self.options.contrastive and self.contrasted is None:
            raise InputError(
                "options.games.unpaired.contrastive is above 0, but the generator marks no features that it compares; "
                "set it to 0, or choose the generator translator."
            )

    def generator_losses(self, step: Any, batch: Batch, second: bool) -> tuple[Losses, Translated]:
        """Reconstruction and identity of target clips, and the terms of translated clips."""
        options, losses, count = self.options, {}, tf.shape(batch.target)[0]
        clips, first = batch.target, tf.constant(0)
        if options.reconstruction:
            rebuilt = self.translate(self.with_other_timbre(step, batch, second), batch.labels)
            losses["reconstruction_loss"] = options.reconstruction * self.distance(batch.target, rebuilt)
            first = tf.cast(options.rebuilt_share * tf.cast(count, tf.float32), tf.int32)
            clips = rebuilt
        if options.identity:
            same = self.translate(batch.target, batch.labels)
            losses["identity_loss"] = options.identity * l1.loss(batch.target, same)
        discriminated = second and options.adversarial and options.rebuilt_share < 1
        if discriminated or options.contrastive or options.cycle:
            part = Batch(*(rows[first:] for rows in batch))
            translated = self.translate(part.source, part.labels)
            losses |= self.translation_losses(part, translated)
            clips = tf.concat([clips[:first], translated], 0)
        return losses, Translated(clips, first if options.reconstruction else None)

    def translation_losses(self, batch: Batch, translated: Any) -> Losses:
        """The contrastive term and the cycle of sources and their translations."""
        options, losses = self.options, {}
        if self.contrasted is not None:
            features = [
                call_network(self.contrasted, True, source=clips, label=batch.labels)
                for clips in (batch.source, translated)
            ]
            losses["contrastive_loss"] = options.contrastive * patch_nce(*(tf.nest.flatten(some) for some in features))
        if options.cycle:
            back = self.translate(translated, batch.source_labels)
            losses["cycle_loss"] = options.cycle * self.distance(batch.source, back)
        return losses

    def with_other_timbre(self, step: Any, batch: Batch, second: bool) -> Any:
        """Target clips with another timbre: perturbed, or in the second phase some of them back-translated.

        Back-translation (Sennrich et al., 2016): the first clips are translated to the domains of the batch's sources
        by the present generator, without a gradient, so that the generator learns from the timbres of other domains.
        """
        clips, seed = batch.target, self.random_seed(step, PERTURB)
        if not (second and self.options.back_translation):
            return perturb(clips, self.options.perturbation, seed)
        first = tf.cast(self.options.back_translation * tf.cast(tf.shape(clips)[0], tf.float32), tf.int32)
        translated = self.translate(clips[:first], batch.source_labels[:first])
        return tf.concat([tf.stop_gradient(translated), perturb(clips[first:], self.options.perturbation, seed)], 0)
