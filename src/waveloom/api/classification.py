"""`waveloom.classify`: labels for recordings."""

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

import pandas as pd

from waveloom.classification.predict import classify_files, table
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._tree import sounds_in
from waveloom.models.files import check_kind, load_model
from waveloom.project.root import project_root

PathName = str | PathLike[str]
CLASSIFIER = Path("data/04_models/classifier")


def classify(files: PathName | Iterable[PathName], model: PathName | None = None) -> pd.DataFrame:
    """Classify recordings: one row per file, with the columns file, label, confidence, like, distance and reason.

    `files` are files or folders. `model` is the folder of a classifier (default: that of the project around the current
    folder). A file that is unlike the training recordings has `like` False; one that cannot be read has a `reason`.
    """
    folder = Path(model).expanduser() if model is not None else project_root(Path()) / CLASSIFIER
    classifier = load_model(folder)
    check_kind(classifier.spec, folder, "classifier")
    paths = [path for name in ([files] if isinstance(files, str | PathLike) else files) for path in _files(name)]
    if not paths:
        raise InputError("There are no files to classify; give files or a folder.")
    return table(classify_files(classifier, paths))


def _files(name: PathName) -> Iterator[Path]:
    path = Path(name).expanduser()
    yield from (sound.path for sound in sounds_in(Folder(path))) if path.is_dir() else [path]
