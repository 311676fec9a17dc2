"""Evaluation of translators: translated excerpts of test recordings against their source, their truth and their style.

A system is anything that makes a sound from a source and a target domain: the translator, or a baseline. All systems
are measured in the same way, on the same excerpts.
"""
