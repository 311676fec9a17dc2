"""The project a command is about: its root, parameters, presets, links to inputs, and dvc.yaml."""
