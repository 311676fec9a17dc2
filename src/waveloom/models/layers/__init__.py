"""Keras layers and blocks that generators and discriminators share."""
