"""ingest: corpus -> recordings."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.ingest.nodes import collect_recordings


def create_pipeline() -> Pipeline:
    """Make the table of recordings of a corpus."""
    inputs = ["project", "sounds", "params:ingest", "params:execution", "checkpoints"]
    inputs += ["params:prepare.channel", "params:prepare.rate_hz", "params:prepare.silence_db"]
    return Pipeline([node(collect_recordings, inputs, "recordings", name="ingest")])
