"""Load a generator or translator from a folder, an MLflow URI, or a DVC address."""

from pathlib import Path

from waveloom.generation.exported_model import is_exported, load_exported
from waveloom.generation.generator import Generator
from waveloom.generation.translator import Translator
from waveloom.models.files import Kind, check_kind, kind_of, load_model
from waveloom.models.locations import local_folder
from waveloom.models.model import Exported, Model


def load(address: str | Path, project: Path = Path()) -> Generator:
    """Load a trained or exported generator; InputError if it is missing, damaged, or not a generator.

    `address` is a folder (relative to `project`), an MLflow URI (`runs:/…`, `models:/…`) of the current tracking
    server, or `dvc:[REPOSITORY//]PATH[@REVISION]`. A trained generator needs TensorFlow, an exported
    one does not. No network is built before the first sound.
    """
    return Generator(load_trained_or_exported(address, project, "generator"))


def load_translator(address: str | Path, project: Path = Path()) -> Translator:
    """Load a trained or exported translator as `load` does a generator; InputError if it is no translator."""
    return Translator(load_trained_or_exported(address, project, "translator"))


def load_trained_or_exported(address: str | Path, project: Path, *kinds: Kind) -> Model | Exported:
    """Read the model at an address; InputError if it is missing, damaged, or of none of the `kinds`."""
    with local_folder(address, project) as folder:
        model = load_exported(folder) if is_exported(folder) else load_model(folder)
        kind = kind_of(model.spec)
        check_kind(model.spec, folder, kind if kind in kinds else kinds[0])
        return model
