"""evaluate: recordings + clips + feature table + generator -> samples, metrics, report."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.evaluate.nodes import evaluate_model


def create_pipeline() -> Pipeline:
    """Evaluate the generator or translator and write the report."""
    datasets = [
        "project",
        "recordings",
        "clips",
        "feature_table",
        "scale",
        "generator",
        "losses",
        "embeddings",
        "opinions",
    ]
    inputs = [*datasets, "params:evaluate", "params:features", "params:prepare"]
    outputs = ["samples", "metrics", "confusion", "figures", "report"]
    return Pipeline([node(evaluate_model, inputs, outputs, name="evaluate", tags="tracked")])
