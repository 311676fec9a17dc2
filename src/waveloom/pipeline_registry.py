"""Registers every pipeline folder; the default pipeline is ingest, prepare, features, train, evaluate, classify."""

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline

ON_DEMAND = ("frames",)  # run by name only: neither a DVC stage nor part of the default
FOR_DVC = ("inputs",)  # a DVC stage, but not part of the default, since only DVC needs it


def register_pipelines() -> dict[str, Pipeline]:
    """Name every pipeline after its folder; the default joins those that produce data."""
    pipelines = find_pipelines(raise_errors=True)
    chain = [pipelines[name] for name in pipelines if name not in (*ON_DEMAND, *FOR_DVC)]
    pipelines["__default__"] = sum(chain, Pipeline([]))
    return pipelines
