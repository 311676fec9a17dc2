"""The generator as MLflow loads it: models from code, weights beside it, no pickle."""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd


class TrackedGenerator(mlflow.pyfunc.PythonModel):
    """Turns rows of seed (and label, where the generator is conditional) into clips."""

    def load_context(self, context: Any) -> None:
        """Read and check the model."""
        from waveloom.models.files import load_model

        self.model = load_model(Path(context.artifacts["generator"]))

    def predict(self, context: Any, model_input: pd.DataFrame) -> np.ndarray:
        """Make one clip a row: (rows, samples) float32 in [-1, 1]; the same seed and label give the same clip."""
        from waveloom.generation.sampler import generate

        labels = model_input["label"].tolist() if "label" in model_input else None
        return generate(self.model, model_input["seed"].tolist(), labels)


mlflow.models.set_model(TrackedGenerator())
