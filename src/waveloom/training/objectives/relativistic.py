"""Relativistic pairing loss, "RpGAN" (Jolicoeur-Martineau, 2018): each real clip is compared with one fake clip.

With the gradient penalty `r1_r2` it is the loss of R3GAN (Huang et al., 2024, arXiv 2501.05441), who prove that it
converges locally with that penalty.
"""

from typing import Any

from keras import ops

GENERATOR_NEEDS_REAL = True


def discriminator_loss(real: Any, fake: Any) -> Any:
    """Raise the logit of each real clip above that of the fake clip in the same row. Logits: (batch, 1)."""
    return ops.mean(ops.softplus(fake - real))


def generator_loss(real: Any, fake: Any) -> Any:
    """Raise the logit of each fake clip above that of the real clip in the same row. Logits: (batch, 1)."""
    return ops.mean(ops.softplus(real - fake))
