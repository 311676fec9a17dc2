"""Fingerprints by which a training and an evaluation find their MLflow run again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from waveloom.models.locations import load_start_model
from waveloom.models.recipe import choose


def training_fingerprint(params: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Fingerprint a training, recipe included, so that an interrupted training continues in its run.

    `params` are the sections of params.yaml, `inputs` those of the node.
    """
    clips, table = inputs["clips"], inputs["feature_table"]
    if "recipes" in inputs:
        from waveloom.training.fingerprint import fingerprint
        from waveloom.training.task import create_task

        config, features = inputs["params:train"], inputs["params:features"]
        recipe = choose(inputs["recipes"], config.recipe, config.overrides)
        start = load_start_model(config.start_from, inputs["project"])
        table = create_task(clips, table, recipe, config).table
        return fingerprint(recipe, config, features, clips.digest, table, start.digest if start else "")
    return _sha256([params["features"], params["train"], clips.digest, table_digest(table)], sort_keys=True)


def evaluation_fingerprint(inputs: Mapping[str, Any]) -> str:
    """Fingerprint the clips and features that a generator is evaluated on."""
    return _sha256([inputs["clips"].digest, table_digest(inputs["feature_table"])])


def table_digest(table: pd.DataFrame) -> str:
    """Return the SHA-256 of a table's values, in hex."""
    return hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()


def _sha256(values: list[Any], sort_keys: bool = False) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=sort_keys).encode()).hexdigest()
