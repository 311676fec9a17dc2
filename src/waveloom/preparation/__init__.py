"""From recordings to clips of one rate, length and level; one step per file."""
