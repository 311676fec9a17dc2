"""Telling what sounds are: choosing a classifier by proof, calibrating it, and knowing what it does not know."""
