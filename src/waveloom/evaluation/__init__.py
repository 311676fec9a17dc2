"""Evaluation of a generator: sample it, compare the samples with real sounds, and write one report."""
