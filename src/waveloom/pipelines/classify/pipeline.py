"""classify: clips + feature table -> classifier, and the proof of what it is worth."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.classify.nodes import learn_labels


def create_pipeline() -> Pipeline:
    """Learn to tell labels apart; its MLflow run is its own."""
    inputs = ["project", "clips", "feature_table", "params:classify", "params:prepare", "params:features"]
    inputs += ["params:ingest.silence_db"]
    outputs = ["classifier", "classification", "classification_confusion", "classification_reliability"]
    return Pipeline([node(learn_labels, inputs, outputs, name="classify", tags="tracked_alone")])
