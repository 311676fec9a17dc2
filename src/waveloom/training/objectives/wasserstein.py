"""The discriminator's scores are an earth mover's distance, if its slopes are bounded: Arjovsky et al., 2017
("WGAN").
"""

from typing import Any

from keras import ops

BOUNDED_SLOPES = True  # without discriminator.clip or discriminator.penalty the scores grow without end


def discriminator_loss(real_logits: Any, fake_logits: Any) -> Any:
    """Score real high and fake low: minus the distance estimated. Logits: (batch, 1)."""
    return ops.mean(fake_logits) - ops.mean(real_logits)


def generator_loss(fake_logits: Any) -> Any:
    """Raise the score of fake. Logits: (batch, 1)."""
    return -ops.mean(fake_logits)
