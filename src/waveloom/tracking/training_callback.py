"""Training callback that logs losses, previews and failures to the active MLflow run."""

import math
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import mlflow
import numpy as np

from waveloom.audio.write import write_wav
from waveloom.tracking.outbox import active_outbox
from waveloom.tracking.store import store_errors_explained
from waveloom.training.callbacks import Callbacks

STEPS_PER_CALL = 50  # steps whose losses are sent in one call
PREVIEW_CLIPS = 8


class TrainingCallback(Callbacks):
    """Logs to the active run; while MLflow is unreachable, entries are stored and sent later."""

    def __init__(self) -> None:
        self._outbox = active_outbox()
        self._pending: list[tuple[str, float, int, int]] = []
        with store_errors_explained(mlflow.get_tracking_uri()):
            metrics = mlflow.get_run(mlflow.active_run().info.run_id).data.metrics
        self._earlier_minutes = metrics.get("train_minutes", 0.0)  # before the training was resumed
        self._start = time.monotonic()

    def forecast(self, numbers: Mapping[str, float]) -> None:
        """Log the expected cost of the rest of the training."""
        self._outbox.metrics({f"forecast/{name}": value for name, value in numbers.items()})

    def losses(self, step: int, values: Mapping[str, float]) -> None:
        """Log the losses of one step; they are sent in batches."""
        now = int(1000 * time.time())
        self._pending += [(name, float(value), now, step) for name, value in values.items()]
        if len(self._pending) >= STEPS_PER_CALL * len(values):
            self.flush()

    def preview(self, step: int, clips: np.ndarray, rate_hz: int, distance: float) -> None:
        """Log clips of the same latent vectors each time, as one WAV file, and their validation distance."""
        self.flush()
        self._outbox.metrics({"validation_distance": distance}, step)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"step-{step:06d}.wav")
            write_wav(path, np.concatenate(list(clips[:PREVIEW_CLIPS]), axis=-1), rate_hz, f"step {step}", "preview")
            self._outbox.artifact(path, "previews")

    def validated(self, step: int, parts: Mapping[str, float]) -> None:
        """Log the parts of the validation distance that were measured."""
        measured = {name: value for name, value in parts.items() if not math.isnan(value)}
        if measured:
            self._outbox.metrics(measured, step)

    def failures(self, step: int, found: Mapping[str, str]) -> None:
        """Tag the run with the failures of this validation; tags stay after the failure has passed."""
        self._outbox.tags({f"failure.{name}": f"step {step}: {message}" for name, message in found.items()})

    def rolled_back(self, number: int, message: str) -> None:
        """Tag the run with each return to an earlier checkpoint."""
        self._outbox.tags({f"roll_back.{number}": message})

    def end(self) -> None:
        """Send the remaining losses."""
        if self._pending:
            self.flush()

    def flush(self) -> None:
        """Send the pending losses and the training time so far, in minutes."""
        now = int(1000 * time.time())
        minutes = self._earlier_minutes + (time.monotonic() - self._start) / 60
        self._outbox.rows([*self._pending, ("train_minutes", minutes, now, 0)])
        self._pending = []
