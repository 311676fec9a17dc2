"""MLflow runs of generators: one per training, found again by tags."""

import os
import subprocess
import warnings
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import mlflow

from waveloom.execution.cost import Cost
from waveloom.tracking.fingerprints import table_digest, training_fingerprint
from waveloom.tracking.names import MODEL, TRAINING, loggable_parameters
from waveloom.tracking.outbox import send_unsent
from waveloom.tracking.store import EXPERIMENT, connect, store, store_errors_explained

# The source of our data set is a local folder on purpose.
warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted", module="mlflow")


def open_run(project: Path, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Open a run, or continue that of the same model or of the same training if it was interrupted."""
    if mlflow.active_run() is not None:
        return
    experiment, uri = connect(project), store(project)[1]
    with store_errors_explained(uri):
        send_unsent(uri)
        mlflow.set_experiment(experiment_id=experiment)
        model = inputs.get("generator")
        fingerprint = "" if model else training_fingerprint(params, inputs)
        run = find_run(f"tags.`{MODEL}` = '{model.digest}'") if model else _find_unfinished(fingerprint)
        if run:
            mlflow.start_run(run_id=run)
            return
        mlflow.start_run(run_name=os.environ.get("DVC_EXP_NAME") or str(params["train"]["recipe"]))
        mlflow.set_tags({**({} if model else {TRAINING: fingerprint}), **version_tags(project)})
        mlflow.log_params(loggable_parameters(params))
        _log_data(inputs)


def recorded_costs(project: Path, digest: str) -> dict[str, Cost]:
    """Read the recorded costs of training and evaluating the generator `digest`: {node: cost}."""
    connect(project)
    with store_errors_explained(store(project)[1]):
        run = find_run(f"tags.`{MODEL}` = '{digest}'")
        metrics = mlflow.get_run(run).data.metrics if run else {}
    kinds = [kind.name for kind in fields(Cost)]
    nodes = [node for node in ("train", "evaluate") if f"cost/{node}_{kinds[0]}" in metrics]
    return {node: Cost(*(metrics[f"cost/{node}_{kind}"] for kind in kinds)) for node in nodes}


def version_tags(project: Path) -> dict[str, str]:
    """Return tags with the git commit and the DVC experiment."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, capture_output=True, text=True, check=False)
        tags = {"git.commit": head.stdout.strip() or "none"}
    except OSError:  # git is not installed
        tags = {"git.commit": "none"}
    return tags | {k.lower().replace("_", "."): v for k, v in os.environ.items() if k.startswith("DVC_EXP") and v}


def find_run(condition: str, experiment: str = EXPERIMENT) -> str | None:
    """Return the id of the newest run of an experiment that meets an MLflow search condition; None if none does."""
    runs = mlflow.search_runs(
        [mlflow.get_experiment_by_name(experiment).experiment_id],
        filter_string=condition,
        max_results=1,
        output_format="list",
    )
    return str(runs[0].info.run_id) if runs else None


def _find_unfinished(fingerprint: str) -> str | None:
    """Find the run of a training that was killed (still RUNNING in MLflow), stopped or failed."""
    return find_run(f"tags.`{TRAINING}` = '{fingerprint}' and attributes.status != 'FINISHED'")


def _log_data(inputs: Mapping[str, Any]) -> None:
    table = inputs["feature_table"]
    digests = {"clips": inputs["clips"].digest, "feature_table": table_digest(table)}
    mlflow.set_tags({f"waveloom.{name}": digest for name, digest in digests.items()})
    data = mlflow.data.from_pandas(
        table, source="data/03_features", name="feature_table", digest=digests["feature_table"][:32]
    )
    mlflow.log_input(data, context="training")
