"""train: clips + MFCC table -> generator."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.train.nodes import train_generator


def create_pipeline() -> Pipeline:
    """Play the adversarial game that the recipe names."""
    inputs = ["clips", "mfcc_table", "scale", "recipes", "checkpoints", "params:train", "params:features", "watch"]
    return Pipeline([node(train_generator, inputs, ["generator", "losses"], name="train", tags="tracked")])
