"""frames: clips -> table of features over time; on demand, no part of the chain."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.frames.nodes import describe_frames


def create_pipeline() -> Pipeline:
    """Describe each frame of each clip by one row of numbers."""
    return Pipeline([node(describe_frames, ["clips", "params:features"], "frame_table", name="frames")])
