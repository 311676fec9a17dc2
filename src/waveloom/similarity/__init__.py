"""Comparison of sounds: exact duplicates, near duplicates, and copies of training sounds."""
