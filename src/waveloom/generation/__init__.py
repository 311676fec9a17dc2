"""Sounds from a trained generator: `load` gives a `Generator`, which makes the sounds of a `Request`."""
