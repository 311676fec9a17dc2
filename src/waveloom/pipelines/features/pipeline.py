"""features: clips -> MFCC table."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.features.nodes import describe_clips


def create_pipeline() -> Pipeline:
    """Describe each clip by one row of numbers."""
    return Pipeline([node(describe_clips, ["clips", "params:features"], "mfcc_table", name="features")])
