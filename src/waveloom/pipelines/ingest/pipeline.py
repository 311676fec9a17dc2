"""ingest: corpus -> recordings."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.ingest.nodes import collect_recordings


def create_pipeline() -> Pipeline:
    """Survey the corpus."""
    given = ["project", "sounds", "params:ingest", "params:execution", "checkpoints"]
    return Pipeline([node(collect_recordings, given, "recordings", name="ingest")])
