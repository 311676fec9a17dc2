"""frames: clips -> table of features over time; on demand, not part of the chain."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.frames.nodes import extract_frame_features


def create_pipeline() -> Pipeline:
    """Compute one row of features per frame of each clip."""
    return Pipeline([node(extract_frame_features, ["clips", "params:features"], "frame_table", name="frames")])
