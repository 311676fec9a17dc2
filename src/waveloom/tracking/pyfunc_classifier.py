"""The classifier as an MLflow model: code from this file, weights from the artifact beside it, no pickle."""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd


class TrackedClassifier(mlflow.pyfunc.PythonModel):
    """Classifies recordings given by their paths."""

    def load_context(self, context: Any) -> None:
        """Read and check the model."""
        from waveloom.models.files import load_model

        self.model = load_model(Path(context.artifacts["classifier"]))

    def predict(self, context: Any, model_input: pd.DataFrame) -> pd.DataFrame:
        """Classify each row's `file`: columns file, label, confidence, like, distance, reason."""
        from waveloom.classification.predict import classify_files, table

        return table(classify_files(self.model, [Path(file) for file in model_input["file"]]))


mlflow.models.set_model(TrackedClassifier())
