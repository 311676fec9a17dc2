"""The generator as an MLflow model: code from this file, weights from the artifact beside it, no pickle."""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd


class TrackedGenerator(mlflow.pyfunc.PythonModel):
    """Makes one clip per row of seed, and label where the generator is conditioned on labels."""

    def load_context(self, context: Any) -> None:
        """Read and check the generator; its network is built at the first prediction and reused."""
        from waveloom.generation.load import load

        self.generator = load(Path(context.artifacts["generator"]))

    def predict(self, context: Any, model_input: pd.DataFrame) -> np.ndarray:
        """Make one clip per row: (rows, samples) float32 in [-1, 1]; the same seed and label give the same clip."""
        labels = model_input["label"].tolist() if "label" in model_input else None
        return self.generator.clips(model_input["seed"].tolist(), labels)


mlflow.models.set_model(TrackedGenerator())
