"""Sounds from a trained generator: sampling, controls, descriptions, any length, exports."""
