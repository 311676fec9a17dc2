"""Our few calls to MLflow: the record of an experiment."""

import hashlib
import json
import logging
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from filelock import FileLock
from mlflow.entities import Metric, RunStatus
from mlflow.tracking import MlflowClient

from waveloom.audio.store import ClipStore
from waveloom.cost import Cost
from waveloom.datasets.model import save_model
from waveloom.datasets.samples import Samples, write_wav
from waveloom.headline import headline
from waveloom.model import Model
from waveloom.training.watch import Watch

logging.getLogger("mlflow").setLevel(logging.WARNING)
# Both are about choices we made: a signature written by hand, and a local folder as a data set's source.
warnings.filterwarnings("ignore", message=".*input example was not provided", module="mlflow")
warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted", module="mlflow")

EXPERIMENT = "waveloom"
MLFLOW_URI = "MLFLOW_TRACKING_URI"
LOSSES_A_BATCH = 50
SAMPLES_LOGGED = 24
PREVIEWED = 8
EVALUATED = "waveloom.evaluated"  # tag: digest of the clips and features a generator was measured on
EMBEDDING = "waveloom.embedding."  # tag, with the embedding's name: its version
_METRICS_A_CALL = 1000  # MLflow takes no more


def store(project: Path) -> tuple[Path, str]:
    """Where the record is kept: the main checkout's mlruns folder (also for queued experiments), and the URI."""
    folder = Path(os.environ.get("DVC_ROOT") or project) / "mlruns"
    return folder, os.environ.get(MLFLOW_URI) or f"sqlite:///{(folder / 'mlflow.db').as_posix()}"


def connect(project: Path, experiment: str = EXPERIMENT) -> str:
    """Point MLflow at the store, made on first use under a lock; give the experiment's id."""
    folder, uri = store(project)
    folder.mkdir(parents=True, exist_ok=True)
    _point(uri)
    with FileLock(folder / ".lock"):
        found = mlflow.get_experiment_by_name(experiment)
        if found is None:
            artifacts = (folder / "artifacts").resolve().as_uri()
            return str(mlflow.create_experiment(experiment, artifact_location=artifacts))
    return str(found.experiment_id)


def _point(uri: str) -> None:
    """Point MLflow at `uri`, and leave the environment as it was: MLflow writes it there, where other projects read."""
    told = os.environ.get(MLFLOW_URI)
    mlflow.set_tracking_uri(uri)
    os.environ.pop(MLFLOW_URI, None)
    if told:
        os.environ[MLFLOW_URI] = told


def open_run(project: Path, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Open the experiment's run, or take up the one that made this model or was cut short while making it."""
    if mlflow.active_run() is not None:
        return
    mlflow.set_experiment(experiment_id=connect(project))
    model = inputs.get("generator")
    origin = {"waveloom.origin": _origin(params, inputs)}
    known = find(f"tags.`waveloom.model` = '{model.digest}'") if model else _find_unfinished(origin["waveloom.origin"])
    if known:
        mlflow.start_run(run_id=known)
        return
    mlflow.start_run(run_name=os.environ.get("DVC_EXP_NAME") or str(params["train"]["recipe"]))
    mlflow.set_tags({**origin, **whence(project)})
    mlflow.log_params(dict(flat(params)))
    _log_data(inputs)


class Watcher(Watch):
    """Sends the losses of each step, and the previews, to the open run; losses go in batches."""

    def __init__(self) -> None:
        self._client = MlflowClient()
        self._run = mlflow.active_run().info.run_id
        self._pending: list[Metric] = []
        self._minutes = self._client.get_run(self._run).data.metrics.get("train_minutes", 0.0)  # before a resume
        self._since = time.monotonic()

    def forecast(self, numbers: Mapping[str, float]) -> None:
        """Log what the rest of the training is expected to cost."""
        mlflow.log_metrics({f"forecast/{name}": float(value) for name, value in numbers.items()})

    def losses(self, step: int, values: Mapping[str, float]) -> None:
        """Take the losses of one step."""
        now = int(1000 * time.time())
        self._pending += [Metric(name, float(value), now, step) for name, value in values.items()]
        if len(self._pending) >= LOSSES_A_BATCH * len(values):
            self.flush()

    def preview(self, step: int, clips: np.ndarray, rate_hz: int, distance: float) -> None:
        """Take clips made with the same noise each time, as one WAV, and their validation distance."""
        self.flush()
        mlflow.log_metric("validation_distance", distance, step)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"step-{step:06d}.wav")
            write_wav(path, np.concatenate(list(clips[:PREVIEWED]), axis=-1), rate_hz, f"step {step}", "preview")
            mlflow.log_artifact(str(path), "previews")

    def failures(self, step: int, found: Mapping[str, str]) -> None:
        """Mark the run with what is wrong at this look; a mark stays, since the failure was there."""
        mlflow.set_tags({f"failure.{name}": f"step {step}: {said}" for name, said in found.items()})

    def rolled_back(self, number: int, said: str) -> None:
        """Mark the run with each return to a good state."""
        mlflow.set_tag(f"roll_back.{number}", said)

    def end(self) -> None:
        """Send the losses that are left."""
        if self._pending:
            self.flush()

    def flush(self) -> None:
        """Send what is pending, and how long training has taken so far."""
        now = int(1000 * time.time())
        took = self._minutes + (time.monotonic() - self._since) / 60
        self._pending.append(Metric("train_minutes", took, now, 0))
        for start in range(0, len(self._pending), _METRICS_A_CALL):
            self._client.log_batch(self._run, metrics=self._pending[start : start + _METRICS_A_CALL])
        self._pending = []


def log_outputs(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    """Log what a tracked node made: the generator and its losses, or metrics, figures, samples and report."""
    with tempfile.TemporaryDirectory() as folder:
        if "generator" in outputs:
            _log_generator(outputs["generator"], outputs["losses"], Path(folder))
        if "metrics" in outputs:
            _log_evaluation(inputs, outputs, Path(folder))


def log_cost(node: str, taken: Cost) -> None:
    """Log what a tracked node cost; a training that was resumed counts what it took since."""
    mlflow.log_metrics({f"cost/{node}_{name}": value for name, value in asdict(taken).items()})


def spent(project: Path, digest: str) -> dict[str, Cost]:
    """Read what the stages took that made and measured the generator `digest`: {node: cost}, as far as recorded."""
    connect(project)
    run = find(f"tags.`waveloom.model` = '{digest}'")
    metrics = MlflowClient().get_run(run).data.metrics if run else {}
    kinds = [kind.name for kind in fields(Cost)]
    nodes = [node for node in ("train", "evaluate") if f"cost/{node}_{kinds[0]}" in metrics]
    return {node: Cost(*(metrics[f"cost/{node}_{kind}"] for kind in kinds)) for node in nodes}


def flat(tree: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, Any]]:
    """Give the leaves of a tree as `section.key`, value; an empty branch is a leaf."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{where}{key}.")
        else:
            yield f"{where}{key}", value


def tree_name(path: Iterable[str]) -> str:
    """Name a leaf of the tree of metrics: MLflow's page draws what stands before the slash as one section."""
    return "evaluation/" + ".".join(path)


def _log_generator(model: Model, losses: pd.DataFrame, folder: Path) -> None:
    mlflow.set_tag("waveloom.model", model.digest)
    mlflow.log_metric("train_steps", int(losses["step"].iloc[-1]))  # a long training's table is thinned
    losses.to_csv(folder / "losses.csv", index=False)
    mlflow.log_artifact(str(folder / "losses.csv"))
    save_model(folder / "generator", model)
    mlflow.pyfunc.log_model(
        name="generator",
        python_model=str(Path(__file__).with_name("tracked_model.py")),
        artifacts={"generator": str(folder / "generator")},
        code_paths=[str(Path(__file__).parent)],
        signature=_signature(model),
        pip_requirements=["waveloom"],
    )


def _signature(model: Model) -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    columns = [ColSpec("long", "seed")] + ([ColSpec("string", "label")] if model.spec["labels"] else [])
    return ModelSignature(Schema(columns), Schema([TensorSpec(np.dtype("float32"), (-1, model.spec["samples"]))]))


def _log_evaluation(inputs: Mapping[str, Any], outputs: Mapping[str, Any], folder: Path) -> None:
    tree = outputs["metrics"]
    leaves = {tree_name([key]): value for key, value in flat(tree) if isinstance(value, int | float)}
    numbers = list({**headline(tree), **leaves}.items())
    for start in range(0, len(numbers), _METRICS_A_CALL):
        mlflow.log_metrics(dict(numbers[start : start + _METRICS_A_CALL]))
    known = {name: ear["version"] for name, ear in tree["embeddings"].items() if isinstance(ear, Mapping)}
    mlflow.set_tags({f"{EMBEDDING}{name}": version for name, version in known.items()})
    mlflow.set_tags(
        {EVALUATED: _evaluated(inputs), "waveloom.objective": inputs["generator"].spec["recipe"]["objective"]}
    )
    (folder / "report.html").write_text(outputs["report"])
    mlflow.log_artifact(str(folder / "report.html"))
    for name, svg in outputs["figures"].items():
        mlflow.log_text(svg, f"figures/{name}.svg")
    samples: Samples = outputs["samples"]
    for row, clip in list(zip(samples.index.itertuples(), samples.clips, strict=True))[:SAMPLES_LOGGED]:
        write_wav(folder / str(row.file), clip, samples.rate_hz, f"model {row.model} seed {row.seed}", str(row.label))
        mlflow.log_artifact(str(folder / str(row.file)), "samples")


def _log_data(inputs: Mapping[str, Any]) -> None:
    clips, table = inputs["clips"], inputs["mfcc_table"]
    sizes = {"clips": clips.digest, "mfcc_table": _digest(table)}
    mlflow.set_tags({f"waveloom.{name}": digest for name, digest in sizes.items()})
    data = mlflow.data.from_pandas(table, source="data/03_features", name="mfcc_table", digest=sizes["mfcc_table"][:32])
    mlflow.log_input(data, context="training")


def _origin(params: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Digest what a training starts from, so that one that was cut short finds its run again."""
    clips: ClipStore = inputs["clips"]
    said = [params["features"], params["train"], clips.digest, _digest(inputs["mfcc_table"])]
    text = json.dumps(said, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _evaluated(inputs: Mapping[str, Any]) -> str:
    both = [inputs["clips"].digest, _digest(inputs["mfcc_table"])]
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()


def _digest(table: pd.DataFrame) -> str:
    return hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()


def whence(project: Path) -> dict[str, str]:
    """Tags that say which commit and which DVC experiment a run is of."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, capture_output=True, text=True, check=False)
    tags = {"git.commit": head.stdout.strip() or "none"}
    return tags | {k.lower().replace("_", "."): v for k, v in os.environ.items() if k.startswith("DVC_EXP") and v}


def find(condition: str, experiment: str = EXPERIMENT) -> str | None:
    """Find the newest run of an experiment that meets an MLflow search condition; its id."""
    runs = mlflow.search_runs(
        [mlflow.get_experiment_by_name(experiment).experiment_id],
        filter_string=condition,
        max_results=1,
        output_format="list",
    )
    return str(runs[0].info.run_id) if runs else None


def _find_unfinished(origin: str) -> str | None:
    running = RunStatus.to_string(RunStatus.RUNNING)
    return find(f"tags.`waveloom.origin` = '{origin}' and attributes.status = '{running}'")
