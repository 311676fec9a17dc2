"""Translation of sounds of any length, block by block with constant memory: the parts of `generation.translator`."""
