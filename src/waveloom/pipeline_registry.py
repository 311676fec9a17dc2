"""The story: ingest, prepare, features, train, evaluate; and classify."""

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline

ON_DEMAND = ("frames",)  # run by name only: no stage of DVC, no part of the default
FOR_DVC = ("inputs",)  # a stage of DVC, not part of the default, since it is useless without DVC


def register_pipelines() -> dict[str, Pipeline]:
    """Name every pipeline after its folder; the default runs the chain, in the order of the data."""
    pipelines = find_pipelines(raise_errors=True)
    chain = [pipelines[name] for name in pipelines if name not in (*ON_DEMAND, *FOR_DVC)]
    pipelines["__default__"] = sum(chain, Pipeline([]))
    return pipelines
