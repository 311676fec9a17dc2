"""The original game, with binary cross-entropy: Goodfellow et al., 2014, generator loss in its non-saturating form."""

from typing import Any

from keras import ops

SIGN_TELLS = True  # above 0 is real
SMOOTHS = True


def discriminator_loss(real_logits: Any, fake_logits: Any, smoothing: float = 0.0) -> Any:
    """Call real 1 - `smoothing` and fake 0. Logits: (batch, 1).

    softplus(-x) is the cross-entropy of sigmoid(x) with 1, softplus(x) that with 0, without overflow: the sigmoid the
    paper puts at the end of the discriminator is here. The mean is over real and fake alike, as over one batch of both.
    Smoothing on the real side alone is that of Salimans et al., 2016, section 3.4.
    """
    real = (1 - smoothing) * ops.softplus(-real_logits) + smoothing * ops.softplus(real_logits)
    return 0.5 * (ops.mean(real) + ops.mean(ops.softplus(fake_logits)))


def generator_loss(fake_logits: Any) -> Any:
    """Have the discriminator call fake 1. Logits: (batch, 1)."""
    return ops.mean(ops.softplus(-fake_logits))
