"""`waveloom.load`: models by their address."""

from os import PathLike
from pathlib import Path

from waveloom.api.generator import Generator
from waveloom.generation.load import load as load_engine
from waveloom.project.models import located


def load(address: str | PathLike[str] = "") -> Generator:
    """Load a trained or exported generator, without building a network; InputError if there is none.

    `address` is a folder, an MLflow URI (`runs:/…`, `models:/…`), or `dvc:[REPOSITORY//]PATH[@REVISION]`; by default
    the generator of the project around the current folder. An exported generator needs no TensorFlow.
    """
    place = str(address)
    expanded = str(Path(place).expanduser()) if place.startswith("~") else place
    return Generator(load_engine(*located(expanded, Path())))
