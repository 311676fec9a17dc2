"""PLUG-IN. Games: which networks a training step updates, and in which order; one per file.

A file offers `Game`, a subclass of `training.game.BaseGame`.
"""
