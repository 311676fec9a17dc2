"""Our few calls to MLflow: the record of an experiment."""

import hashlib
import json
import logging
import os
import re
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd

import waveloom
from waveloom.audio.file_names import shortened
from waveloom.audio.store import ClipStore
from waveloom.audio.write import write_wav
from waveloom.config.errors import InputError
from waveloom.execution.cost import Cost
from waveloom.generation.samples import Samples
from waveloom.models.files import save_model
from waveloom.models.locations import load_start_model
from waveloom.models.model import Model
from waveloom.models.recipe import choose
from waveloom.tracking.headline_metrics import headline
from waveloom.tracking.outbox import active_outbox, send_unsent
from waveloom.tracking.store import EXPERIMENT, FAILURES, connect, first_line, store, store_errors_explained
from waveloom.training.callbacks import Watch

log = logging.getLogger(__name__)

# Both are about choices we made: a signature written by hand, and a local folder as a data set's source.
warnings.filterwarnings("ignore", message=".*input example was not provided", module="mlflow")
warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted", module="mlflow")

LOSSES_A_BATCH = 50
SAMPLES_LOGGED = 24
PREVIEWED = 8
TRAINING = "waveloom.training"  # tag: fingerprint of the training
EVALUATED = "waveloom.evaluated"  # tag: digest of the clips and features a generator was measured on
EMBEDDING = "waveloom.embedding."  # tag, with the embedding's name: its version
LEFT_OUT = "left_out."  # tag, with the name of what there were too few sounds for: why
MLFLOW_KEY_BYTES = 250  # of a parameter's name


def open_run(project: Path, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Open the experiment's run, or take up the one that made this model or was cut short while making it."""
    if mlflow.active_run() is not None:
        return
    experiment, uri = connect(project), store(project)[1]
    with store_errors_explained(uri):
        send_unsent(uri)
        mlflow.set_experiment(experiment_id=experiment)
        model = inputs.get("generator")
        identity = "" if model else _training(params, inputs)
        known = find(f"tags.`waveloom.models.model` = '{model.digest}'") if model else _find_unfinished(identity)
        if known:
            mlflow.start_run(run_id=known)
            return
        mlflow.start_run(run_name=os.environ.get("DVC_EXP_NAME") or str(params["train"]["recipe"]))
        mlflow.set_tags({**({} if model else {TRAINING: identity}), **whence(project)})
        mlflow.log_params(loggable(params))
        _log_data(inputs)


class Watcher(Watch):
    """Sends the losses of each step, and the previews, to the open run; losses go in batches.

    While MLflow is unreachable, they are stored and sent later; training continues.
    """

    def __init__(self) -> None:
        self._outbox = active_outbox()
        self._pending: list[tuple[str, float, int, int]] = []
        with store_errors_explained(mlflow.get_tracking_uri()):
            before = mlflow.get_run(mlflow.active_run().info.run_id).data.metrics
        self._minutes = before.get("train_minutes", 0.0)  # before a resume
        self._since = time.monotonic()

    def forecast(self, numbers: Mapping[str, float]) -> None:
        """Log what the rest of the training is expected to cost."""
        self._outbox.metrics({f"forecast/{name}": value for name, value in numbers.items()})

    def losses(self, step: int, values: Mapping[str, float]) -> None:
        """Take the losses of one step."""
        now = int(1000 * time.time())
        self._pending += [(name, float(value), now, step) for name, value in values.items()]
        if len(self._pending) >= LOSSES_A_BATCH * len(values):
            self.flush()

    def preview(self, step: int, clips: np.ndarray, rate_hz: int, distance: float) -> None:
        """Take clips made with the same noise each time, as one WAV, and their validation distance."""
        self.flush()
        self._outbox.metrics({"validation_distance": distance}, step)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"step-{step:06d}.wav")
            write_wav(path, np.concatenate(list(clips[:PREVIEWED]), axis=-1), rate_hz, f"step {step}", "preview")
            self._outbox.artifact(path, "previews")

    def failures(self, step: int, found: Mapping[str, str]) -> None:
        """Mark the run with what is wrong at this look; a mark stays, since the failure was there."""
        self._outbox.tags({f"failure.{name}": f"step {step}: {said}" for name, said in found.items()})

    def rolled_back(self, number: int, said: str) -> None:
        """Mark the run with each return to a good state."""
        self._outbox.tags({f"roll_back.{number}": said})

    def end(self) -> None:
        """Send the losses that are left."""
        if self._pending:
            self.flush()

    def flush(self) -> None:
        """Send what is pending, and how long training has taken so far."""
        now = int(1000 * time.time())
        took = self._minutes + (time.monotonic() - self._since) / 60
        self._outbox.rows([*self._pending, ("train_minutes", took, now, 0)])
        self._pending = []


def log_outputs(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    """Log what a tracked node made: the generator and its losses, or metrics, figures, samples and report."""
    with failures_as_warnings("What the stage made"), tempfile.TemporaryDirectory() as folder:
        if "generator" in outputs:
            _log_generator(outputs["generator"], outputs["losses"], Path(folder))
        if "metrics" in outputs:
            _log_evaluation(inputs, outputs, Path(folder))


def log_omissions(missing: Mapping[str, str]) -> None:
    """Tag the run with what there were too few sounds for, and why, and count it."""
    if missing:
        outbox = active_outbox()
        outbox.tags({f"{LEFT_OUT}{what}": why for what, why in missing.items()})
        outbox.metrics({"left_out": len(missing)})


def log_cost(node: str, taken: Cost) -> None:
    """Log what a tracked node cost; a training that was resumed counts what it took since."""
    active_outbox().metrics({f"cost/{node}_{name}": value for name, value in asdict(taken).items()})


def spent(project: Path, digest: str) -> dict[str, Cost]:
    """Read what the stages took that made and measured the generator `digest`: {node: cost}, as far as recorded."""
    connect(project)
    with store_errors_explained(store(project)[1]):
        run = find(f"tags.`waveloom.models.model` = '{digest}'")
        metrics = mlflow.get_run(run).data.metrics if run else {}
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


def loggable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the leaves of params.yaml by names that MLflow accepts; labels in them may be long, of any characters."""
    return {shortened(re.sub(r"[^\w. -]", "_", key), MLFLOW_KEY_BYTES): value for key, value in flat(params)}


def tree_name(path: Iterable[str]) -> str:
    """Name a leaf of the tree of metrics: MLflow's page draws what stands before the slash as one section."""
    return "evaluation/" + ".".join(path)


def _log_generator(model: Model, losses: pd.DataFrame, folder: Path) -> None:
    outbox = active_outbox()
    outbox.tags({"waveloom.models.model": model.digest})
    log_omissions({f"training_{what}": why for what, why in model.spec.get("training", {}).get("left_out", {}).items()})
    outbox.metrics({"train_steps": int(losses["step"].iloc[-1])})  # the table of a long training is thinned
    losses.to_csv(folder / "losses.csv", index=False)
    outbox.artifact(folder / "losses.csv")
    save_model(folder / "generator", model)
    if not outbox.is_empty:
        log.warning("MLflow is unreachable: the generator is not logged as a model; run train again to log it.")
        return
    _log_model(model, folder)


@contextmanager
def failures_as_warnings(what: str) -> Iterator[None]:
    """Warn, instead of failing, if `what` (which the stage saves in data/ as well) cannot be logged."""
    try:
        yield
    except (*FAILURES, InputError) as problem:
        log.warning("%s is saved in data/, but not completely logged in MLflow (%s).", what, first_line(problem))


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
    tree = outputs["metrics"]
    leaves = {tree_name([key]): value for key, value in flat(tree) if isinstance(value, int | float)}
    outbox = active_outbox()
    outbox.metrics({**headline(tree), **leaves})
    log_omissions(tree.get("left_out", {}))
    known = {name: ear["version"] for name, ear in tree["embeddings"].items() if isinstance(ear, Mapping)}
    outbox.tags({f"{EMBEDDING}{name}": version for name, version in known.items()})
    outbox.tags({EVALUATED: _evaluated(inputs), "waveloom.objective": inputs["generator"].spec["recipe"]["objective"]})
    (folder / "report.html").write_text(outputs["report"], encoding="utf-8")
    outbox.artifact(folder / "report.html")
    for name, svg in outputs["figures"].items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        outbox.artifact(folder / f"{name}.svg", "figures")
    samples: Samples = outputs["samples"]
    for row, clip in list(zip(samples.index.itertuples(), samples.clips, strict=True))[:SAMPLES_LOGGED]:
        write_wav(folder / str(row.file), clip, samples.rate_hz, f"model {row.model} seed {row.seed}", str(row.label))
        outbox.artifact(folder / str(row.file), "samples")


def _log_data(inputs: Mapping[str, Any]) -> None:
    clips, table = inputs["clips"], inputs["feature_table"]
    sizes = {"clips": clips.digest, "feature_table": _digest(table)}
    mlflow.set_tags({f"waveloom.{name}": digest for name, digest in sizes.items()})
    data = mlflow.data.from_pandas(
        table, source="data/03_features", name="feature_table", digest=sizes["feature_table"][:32]
    )
    mlflow.log_input(data, context="training")


def _training(params: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Fingerprint a training, recipe included, so that one that was interrupted finds its run again."""
    clips: ClipStore = inputs["clips"]
    if "recipes" in inputs:
        from waveloom.training.fingerprint import fingerprint
        from waveloom.training.task import task

        rules, features = inputs["params:train"], inputs["params:features"]
        recipe = choose(inputs["recipes"], rules.recipe, rules.overrides)
        start = load_start_model(rules.start_from, inputs["project"])
        table = task(clips, inputs["feature_table"], recipe, rules).table
        return fingerprint(recipe, rules, features, clips.digest, table, start.digest if start else "")
    said = [params["features"], params["train"], clips.digest, _digest(inputs["feature_table"])]
    text = json.dumps(said, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _evaluated(inputs: Mapping[str, Any]) -> str:
    both = [inputs["clips"].digest, _digest(inputs["feature_table"])]
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()


def _digest(table: pd.DataFrame) -> str:
    return hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()


def whence(project: Path) -> dict[str, str]:
    """Tags that say which commit and which DVC experiment a run is of."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, capture_output=True, text=True, check=False)
        tags = {"git.commit": head.stdout.strip() or "none"}
    except OSError:  # git is not installed
        tags = {"git.commit": "none"}
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


def _find_unfinished(training: str) -> str | None:
    """Find the run of a training that was killed (still RUNNING in MLflow), stopped or failed."""
    return find(f"tags.`{TRAINING}` = '{training}' and attributes.status != 'FINISHED'")
