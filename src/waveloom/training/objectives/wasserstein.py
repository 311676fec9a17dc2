"""Wasserstein loss (Arjovsky et al., 2017, "WGAN"): estimates the earth mover's distance of real and fake clips."""

from typing import Any

from keras import ops

NEEDS_BOUNDED_GRADIENT = True  # the estimate holds for a discriminator that is Lipschitz continuous


def discriminator_loss(real: Any, fake: Any) -> Any:
    """Minus the estimated distance: high logits for real clips, low ones for fake clips. Logits: (batch, 1)."""
    return ops.mean(fake) - ops.mean(real)


def generator_loss(real: Any, fake: Any) -> Any:
    """Raise the logits of fake clips. Logits: (batch, 1); `real` is not used."""
    return -ops.mean(fake)
