"""Controls over a generator's latent vectors: named directions, and interpolation from one sound to another."""
