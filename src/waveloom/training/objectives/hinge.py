"""Hinge loss (Lim and Ye, 2017): zero for the discriminator where the logits are beyond a margin of 1."""

from typing import Any

from keras import ops

LOGIT_SIGN_CLASSIFIES = True


def discriminator_loss(real: Any, fake: Any) -> Any:
    """Push real above +1 and fake below -1. Logits: (batch, 1)."""
    return ops.mean(ops.relu(1 - real)) + ops.mean(ops.relu(1 + fake))


def generator_loss(real: Any, fake: Any) -> Any:
    """Raise the logits of fake clips, without a margin. Logits: (batch, 1); `real` is not used."""
    return -ops.mean(fake)
