"""A trained generator as a Kedro dataset."""

from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset

from waveloom.models.files import load_model, save_model
from waveloom.models.model import Model


class ModelDataset(AbstractDataset[Model, Model]):
    """A folder of weights, description (`model.json`, with the digest of the model) and card."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> Model:
        return load_model(self._path)

    def save(self, data: Model) -> None:
        save_model(self._path, data)

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _exists(self) -> bool:
        return (self._path / "model.json").is_file()
