"""Kedro input and output for what kedro-datasets lacks; each writes aside and renames, so nothing is half there."""
