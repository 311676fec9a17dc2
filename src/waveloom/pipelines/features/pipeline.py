"""features: clips -> feature table and scale of its columns."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.features.nodes import extract_features, fit_scale


def create_pipeline() -> Pipeline:
    """Compute the feature table, and the mean and deviation of its columns in the training split."""
    inputs = ["clips", "params:features", "params:execution", "checkpoints"]
    return Pipeline(
        [
            node(extract_features, inputs, "feature_table", name="features"),
            node(fit_scale, "feature_table", "scale", name="scale"),
        ]
    )
