"""PLUG-IN. Games: which networks a training step updates, and in which order; one per file.

A file offers `Game`, a subclass of `training.game.BaseGame`, and a frozen `Config` of its options. It may offer
`check_recipe(recipe, name)`, which raises an InputError for a recipe that the game cannot train. A file with
`TASK = "translation"` trains translators: its batches have a source.
"""
