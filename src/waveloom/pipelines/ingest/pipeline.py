"""ingest: corpus -> recordings."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.ingest.nodes import collect_recordings


def create_pipeline() -> Pipeline:
    """Survey the corpus."""
    return Pipeline([node(collect_recordings, ["project", "sounds", "params:ingest"], "recordings", name="ingest")])
