"""prepare: recordings -> clips."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.prepare.nodes import prepare_clips


def create_pipeline() -> Pipeline:
    """Make clips of one rate, length and level."""
    return Pipeline([node(prepare_clips, ["project", "recordings", "params:prepare"], "clips", name="prepare")])
