"""inputs: parameters -> links to the external files that other stages read."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.inputs.nodes import link_inputs


def create_pipeline() -> Pipeline:
    """Link the corpus, the recipe and the models that the parameters name, so that DVC sees changes."""
    inputs = ["project", "params:ingest", "params:prepare", "params:train", "params:classify"]
    return Pipeline([node(link_inputs, inputs, ["inputs", "links"], name="inputs")])
