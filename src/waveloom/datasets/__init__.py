"""Kedro datasets that kedro-datasets lacks; each save replaces a file or folder atomically."""
