"""Load a generator from a folder, an MLflow URI, or a DVC address."""

from pathlib import Path

from waveloom.generation.exported_model import is_exported, load_exported
from waveloom.generation.generator import Generator
from waveloom.models.files import check_kind, load_model
from waveloom.models.locations import local_folder


def load(address: str | Path, project: Path = Path()) -> Generator:
    """Load a trained or exported generator; InputError if it is missing, damaged, or not a generator.

    `address` is a folder (relative to `project`), an MLflow URI (`runs:/…`, `models:/…`) of the current tracking
    server, or `dvc:[REPOSITORY//]PATH[@REVISION]`. A trained generator needs TensorFlow, an exported
    one does not. No network is built before the first sound.
    """
    with local_folder(address, project) as folder:
        if is_exported(folder):
            return Generator(load_exported(folder))
        model = load_model(folder)
        check_kind(model.spec, folder, "generator")
        return Generator(model)
