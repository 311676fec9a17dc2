"""train: clips + feature table -> generator."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.train.nodes import train_generator


def create_pipeline() -> Pipeline:
    """Train the generator and discriminator of the recipe."""
    params = ["params:train", "params:features"]
    inputs = ["clips", "feature_table", "scale", "recipes", "checkpoints", "project", *params, "callbacks"]
    return Pipeline([node(train_generator, inputs, ["generator", "losses"], name="train", tags="tracked")])
