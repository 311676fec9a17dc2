"""The hinge game: the discriminator stops caring once real and fake are a margin apart (Lim and Ye, 2017)."""

from typing import Any

from keras import ops

SIGN_TELLS = True  # above 0 is real


def discriminator_loss(real_logits: Any, fake_logits: Any) -> Any:
    """Push real above +1 and fake below -1. Logits: (batch, 1)."""
    return ops.mean(ops.relu(1 - real_logits)) + ops.mean(ops.relu(1 + fake_logits))


def generator_loss(fake_logits: Any) -> Any:
    """Raise the discriminator's opinion of fake, without end. Logits: (batch, 1)."""
    return -ops.mean(fake_logits)
