"""`waveloom.load`: models by their address."""

from os import PathLike
from pathlib import Path

from waveloom.api.generator import Generator
from waveloom.api.translator import Translator
from waveloom.generation.generator import Generator as GeneratorEngine
from waveloom.generation.load import load_trained_or_exported
from waveloom.generation.translator import Translator as TranslatorEngine
from waveloom.models.files import kind_of
from waveloom.project.models import located


def load(address: str | PathLike[str] = "") -> Generator | Translator:
    """Load a trained or exported generator or translator, without building a network; InputError if there is none.

    `address` is a folder, an MLflow URI (`runs:/…`, `models:/…`), or `dvc:[REPOSITORY//]PATH[@REVISION]`; by default
    the model of the project around the current folder. An exported model needs no TensorFlow.
    """
    place = str(address)
    place = str(Path(place).expanduser()) if place.startswith("~") else place
    model = load_trained_or_exported(*located(place, Path()), "generator", "translator")
    if kind_of(model.spec) == "translator":
        return Translator(TranslatorEngine(model))
    return Generator(GeneratorEngine(model))
