"""inputs: parameters -> links to the files that other stages read."""

from kedro.pipeline import Pipeline, node

from waveloom.pipelines.inputs.nodes import link_inputs


def create_pipeline() -> Pipeline:
    """Link the corpus, the recipe and the models that the parameters name, for DVC to watch."""
    given = ["project", "params:ingest", "params:prepare", "params:train", "params:classify"]
    return Pipeline([node(link_inputs, given, ["inputs", "links"], name="inputs")])
