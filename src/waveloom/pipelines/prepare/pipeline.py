"""prepare: recordings -> clips."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.prepare.nodes import prepare_clips


def create_pipeline() -> Pipeline:
    """Make clips of one rate, length and level."""
    inputs = ["project", "recordings", "params:prepare", "params:execution", "checkpoints"]
    return Pipeline([node(prepare_clips, inputs, "clips", name="prepare")])
