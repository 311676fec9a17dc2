"""Logs the outputs of tracked nodes to the active MLflow run: generator, losses, metrics, figures and samples."""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd

import waveloom
from waveloom.audio.write import write_wav
from waveloom.config.errors import InputError
from waveloom.execution.cost import Cost
from waveloom.generation.samples import Samples
from waveloom.models.files import save_model
from waveloom.models.model import Model
from waveloom.tracking.fingerprints import evaluation_fingerprint
from waveloom.tracking.headline_metrics import headline
from waveloom.tracking.names import EMBEDDING, EVALUATED, LEFT_OUT, MODEL, flatten, metric_name
from waveloom.tracking.outbox import Outbox, active_outbox
from waveloom.tracking.store import FAILURES, first_line

log = logging.getLogger(__name__)

# Our signatures are written by hand, without an input example.
warnings.filterwarnings("ignore", message=".*input example was not provided", module="mlflow")

LOGGED_SAMPLES = 24


def log_outputs(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    """Log the outputs of train (generator and losses) or of evaluate (metrics, figures, samples and report)."""
    with failures_as_warnings("What the stage made"), tempfile.TemporaryDirectory() as folder:
        if "generator" in outputs:
            _log_generator(outputs["generator"], outputs["losses"], Path(folder))
        if "metrics" in outputs:
            _log_evaluation(inputs, outputs, Path(folder))


def log_omissions(reasons: Mapping[str, str]) -> None:
    """Tag the run with what was omitted for lack of sounds, and why, and log the number of omissions."""
    if reasons:
        outbox = active_outbox()
        outbox.tags({f"{LEFT_OUT}{name}": reason for name, reason in reasons.items()})
        outbox.metrics({"left_out": len(reasons)})


def log_cost(node: str, cost: Cost) -> None:
    """Log the cost of a tracked node; after a resume, only the cost since then."""
    active_outbox().metrics({f"cost/{node}_{name}": value for name, value in asdict(cost).items()})


@contextmanager
def failures_as_warnings(subject: str) -> Iterator[None]:
    """Warn, instead of failing, if `subject` (which the stage saves in data/ as well) cannot be logged."""
    try:
        yield
    except (*FAILURES, InputError) as problem:
        log.warning("%s is saved in data/, but not completely logged in MLflow (%s).", subject, first_line(problem))


def _log_generator(model: Model, losses: pd.DataFrame, folder: Path) -> None:
    outbox = active_outbox()
    outbox.tags({MODEL: model.digest})
    reasons = model.spec.get("training", {}).get("left_out", {})
    log_omissions({f"training_{name}": reason for name, reason in reasons.items()})
    outbox.metrics({"train_steps": int(losses["step"].iloc[-1])})  # the table of a long training is thinned
    losses.to_csv(folder / "losses.csv", index=False)
    outbox.artifact(folder / "losses.csv")
    save_model(folder / "generator", model)
    if not outbox.is_empty:
        log.warning("MLflow is unreachable: the generator is not logged as a model; run train again to log it.")
        return
    _log_model(model, folder)


def _log_model(model: Model, folder: Path) -> None:
    mlflow.pyfunc.log_model(
        name="generator",
        python_model=str(Path(__file__).with_name("pyfunc_generator.py")),
        artifacts={"generator": str(folder / "generator")},
        code_paths=[str(Path(waveloom.__file__).parent)],
        signature=_signature(model),
        pip_requirements=["waveloom"],
    )


def _signature(model: Model) -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    columns = [ColSpec("long", "seed")] + ([ColSpec("string", "label")] if model.spec["labels"] else [])
    return ModelSignature(Schema(columns), Schema([TensorSpec(np.dtype("float32"), (-1, model.spec["samples"]))]))


def _log_evaluation(inputs: Mapping[str, Any], outputs: Mapping[str, Any], folder: Path) -> None:
    outbox, metrics = active_outbox(), outputs["metrics"]
    leaves = {metric_name([key]): value for key, value in flatten(metrics) if isinstance(value, int | float)}
    outbox.metrics({**headline(metrics), **leaves})
    log_omissions(metrics.get("left_out", {}))
    embeddings = {name: entry for name, entry in metrics["embeddings"].items() if isinstance(entry, Mapping)}
    outbox.tags({f"{EMBEDDING}{name}": entry["version"] for name, entry in embeddings.items()})
    objective = inputs["generator"].spec["recipe"]["objective"]
    outbox.tags({EVALUATED: evaluation_fingerprint(inputs), "waveloom.objective": objective})
    _log_text(outbox, folder / "report.html", outputs["report"])
    for name, svg in outputs["figures"].items():
        _log_text(outbox, folder / f"{name}.svg", svg, "figures")
    _log_samples(outbox, outputs["samples"], folder)


def _log_text(outbox: Outbox, path: Path, text: str, folder: str = "") -> None:
    path.write_text(text, encoding="utf-8")
    outbox.artifact(path, folder)


def _log_samples(outbox: Outbox, samples: Samples, folder: Path) -> None:
    for row, clip in list(zip(samples.index.itertuples(), samples.clips, strict=True))[:LOGGED_SAMPLES]:
        write_wav(folder / str(row.file), clip, samples.rate_hz, f"model {row.model} seed {row.seed}", str(row.label))
        outbox.artifact(folder / str(row.file), "samples")
