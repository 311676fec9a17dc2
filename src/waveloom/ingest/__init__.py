"""From a corpus to a table of recordings with splits and provenance."""
