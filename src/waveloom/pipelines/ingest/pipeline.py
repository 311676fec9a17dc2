"""ingest: corpus -> recordings."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.ingest.nodes import collect_recordings


def create_pipeline() -> Pipeline:
    """Survey the corpus."""
    given = ["project", "sounds", "params:ingest", "params:execution", "checkpoints"]
    given += ["params:prepare.channel", "params:prepare.rate_hz", "params:prepare.silence_db"]
    return Pipeline([node(collect_recordings, given, "recordings", name="ingest")])
