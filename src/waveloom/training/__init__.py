"""The adversarial game and everything around it: batches, optimiser, checkpoints, progress, validation, the loop."""
