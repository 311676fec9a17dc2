"""Binary cross-entropy (Goodfellow et al., 2014), with the non-saturating generator loss."""

from typing import Any

from keras import ops

LOGIT_SIGN_CLASSIFIES = True
SUPPORTS_SMOOTHING = True


def discriminator_loss(real: Any, fake: Any, smoothing: float = 0.0) -> Any:
    """Classify real clips as 1 - `smoothing` and fake clips as 0. Logits: (batch, 1).

    softplus(-x) is the cross-entropy of sigmoid(x) with target 1, softplus(x) with target 0, without overflow. The mean
    is over real and fake clips together. One-sided label smoothing: Salimans et al., 2016, section 3.4.
    """
    real_loss = (1 - smoothing) * ops.softplus(-real) + smoothing * ops.softplus(real)
    return 0.5 * (ops.mean(real_loss) + ops.mean(ops.softplus(fake)))


def generator_loss(real: Any, fake: Any) -> Any:
    """Make the discriminator classify fake clips as 1. Logits: (batch, 1); `real` is not used."""
    return ops.mean(ops.softplus(-fake))
