"""PLUG-IN. The losses of the adversarial game; one choice a file.

A file offers `critic_loss(real_logits, fake_logits)` and `generator_loss(fake_logits)`: pure functions of logits
(batch, 1), each giving a scalar to be made small.
"""
