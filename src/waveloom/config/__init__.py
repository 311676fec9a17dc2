"""Checked parameters, plug-ins chosen by file name, and errors of the user's input and of the environment."""
