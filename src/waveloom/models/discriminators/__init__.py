"""PLUG-IN. Networks that tell real clips from generated ones; one per file."""
