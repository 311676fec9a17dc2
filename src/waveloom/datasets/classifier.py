"""A trained classifier as a Kedro dataset."""

from waveloom.classification.classifier import card
from waveloom.datasets.model import ModelDataset
from waveloom.models.files import save_model
from waveloom.models.model import Model


class ClassifierDataset(ModelDataset):
    """A folder of `weights.npz`, `model.json` (with the digest of the model) and `README.md` (the model card)."""

    def save(self, data: Model) -> None:
        save_model(self._path, data, card)
