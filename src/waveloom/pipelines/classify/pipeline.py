"""classify: clips + feature table -> classifier and its metrics."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.classify.nodes import train_label_classifier


def create_pipeline() -> Pipeline:
    """Train a classifier of labels, recorded in an MLflow run of its own."""
    inputs = ["project", "clips", "feature_table", "params:classify", "params:prepare", "params:features"]
    inputs += ["params:ingest.silence_db"]
    outputs = ["classifier", "classification", "classification_confusion", "classification_reliability"]
    return Pipeline([node(train_label_classifier, inputs, outputs, name="classify", tags="tracked_alone")])
