"""MLflow runs of classifiers, in an experiment of their own."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlflow
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

import waveloom
from waveloom.classification.classifier import card
from waveloom.models.files import save_model
from waveloom.models.model import Model
from waveloom.tracking.names import flatten, loggable_parameters
from waveloom.tracking.outputs import failures_as_warnings, log_omissions
from waveloom.tracking.runs import find_run, version_tags
from waveloom.tracking.store import connect

EXPERIMENT = "waveloom-classifiers"
SECTIONS = ("ingest", "prepare", "features", "classify")
_COLUMNS = {
    "file": "string",
    "label": "string",
    "confidence": "double",
    "like": "boolean",
    "distance": "double",
}


def log_classifier(project: Path, params: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    """Log a classifier with its metrics, unless a finished run has the same classifier."""
    with failures_as_warnings("The classifier"):
        _log(project, params, outputs)


def _log(project: Path, params: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    experiment = connect(project, EXPERIMENT)
    model: Model = outputs["classifier"]
    if find_run(f"tags.`waveloom.classifier` = '{model.digest}' and attributes.status = 'FINISHED'", EXPERIMENT):
        return
    name = model.spec["classifier"] or "one label"
    # Nested, since the run of a training may be active and continues afterwards.
    with (
        mlflow.start_run(experiment_id=experiment, run_name=name, nested=True),
        tempfile.TemporaryDirectory() as folder,
    ):
        mlflow.set_tags({"waveloom.classifier": model.digest, "waveloom.clips": model.spec["data"]["clips"]})
        mlflow.set_tags(version_tags(project))
        mlflow.log_params(loggable_parameters({section: params[section] for section in SECTIONS}))
        log_omissions(outputs["classification"].get("left_out", {}))
        _log_metrics(outputs)
        _log_model(model, Path(folder))


def _log_metrics(outputs: Mapping[str, Any]) -> None:
    metrics = outputs["classification"]
    # Labels may hold characters that MLflow rejects in the name of a metric; classification.json has all values.
    short = {key: value for key, value in flatten(metrics) if "by_label" not in key and isinstance(value, int | float)}
    mlflow.log_metrics({key: float(value) for key, value in short.items()})
    mlflow.log_text(json.dumps(metrics, indent=2, sort_keys=True), "classification.json")
    for name in ("confusion", "reliability"):
        mlflow.log_text(outputs[f"classification_{name}"].to_csv(index=False), f"{name}.csv")


def _log_model(model: Model, folder: Path) -> None:
    save_model(folder / "classifier", model, card)
    columns = [ColSpec(kind, name) for name, kind in _COLUMNS.items()] + [ColSpec("string", "reason")]
    mlflow.pyfunc.log_model(
        name="classifier",
        python_model=str(Path(__file__).with_name("pyfunc_classifier.py")),
        artifacts={"classifier": str(folder / "classifier")},
        code_paths=[str(Path(waveloom.__file__).parent)],
        signature=ModelSignature(Schema([ColSpec("string", "file")]), Schema(columns)),
        pip_requirements=["waveloom"],
    )
