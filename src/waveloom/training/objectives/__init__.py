"""PLUG-IN. The losses of the adversarial game; one choice a file.

A file offers `discriminator_loss(real_logits, fake_logits)` and `generator_loss(fake_logits)`: pure functions of logits
(batch, 1), each giving a scalar to be made small. It may say of itself:

- `BOUNDED_SLOPES = True`: it wants a discriminator whose slopes are bounded.
- `SIGN_TELLS = True`: a logit above 0 means real, below 0 fake; an adaptive augmentation listens to that.
- `SMOOTHS = True`: `discriminator_loss` takes a third argument, by how much the target of real falls short of 1.
"""
