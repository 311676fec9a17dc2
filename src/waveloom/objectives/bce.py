"""The original game, with binary cross-entropy: Goodfellow et al., 2014, generator loss in its non-saturating form."""

from typing import Any

from keras import ops


def critic_loss(real_logits: Any, fake_logits: Any) -> Any:
    """Call real 1 and fake 0. Logits: (batch, 1).

    softplus(-x) is the cross-entropy of sigmoid(x) with 1, softplus(x) that with 0, without overflow: the sigmoid the
    paper puts at the end of the critic is here. The mean is over real and fake alike, as over one batch of both.
    """
    return 0.5 * (ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits)))


def generator_loss(fake_logits: Any) -> Any:
    """Have the critic call fake 1. Logits: (batch, 1)."""
    return ops.mean(ops.softplus(-fake_logits))
