"""Preparation of recordings: clips of one rate, length and level; one step per file."""
