"""features: clips -> feature table and its scale."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.features.nodes import describe_clips, fit_scale


def create_pipeline() -> Pipeline:
    """Describe each clip by one row of numbers, and learn how these vary in the training split."""
    given = ["clips", "params:features", "params:execution", "checkpoints"]
    return Pipeline(
        [
            node(describe_clips, given, "feature_table", name="features"),
            node(fit_scale, "feature_table", "scale", name="scale"),
        ]
    )
