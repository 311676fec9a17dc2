"""The corpora of the validation: the default one, and real ones if they are available."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from waveloom.audio.store import ClipStore, open_store, write
from waveloom.config.checked import overlay, read_config
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare
from waveloom.project import params

PROJECT = Path(__file__).parents[2]
REAL = ("fsdd", "esc10", "fsdkaggle2018")
# Its preset has 30 validation clips, too few here: a third each for training, as reference and to degrade.
THIRDS = {"fsdkaggle2018": {"ingest": {"validation": 0.33, "test": 0.33}}}
MORE_KEYS = {"ingest": {"options": {"pitches": list(range(33, 97, 2))}}}  # 4,000 notes of the default font


def names() -> list[str]:
    """The default corpus, and those in the folder that WAVELOOM_REAL_DATA names."""
    root = Path(os.environ.get("WAVELOOM_REAL_DATA", "nowhere"))
    return ["default", *(name for name in REAL if (root / name).is_dir())]


def clips(name: str, folder: Path) -> ClipStore:
    """Open the clips of a corpus by its preset, or of `more keys`; prepared in `folder` if missing."""
    if not (folder / name).is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as temporary:
            _make(_params(name), Path(temporary, name))
            Path(temporary, name).rename(folder / name)
    return open_store(folder / name / "clips")


def _params(name: str) -> dict[str, Any]:
    tree = params.load(PROJECT / "params.yaml")
    if name == "more keys":
        return overlay(tree, MORE_KEYS)
    if name == "default":
        return tree
    root = {"ingest": {"options": {"root": str(Path(os.environ["WAVELOOM_REAL_DATA"], name).resolve())}}}
    preset = params.load(PROJECT / "conf" / name / "params.yaml")
    return overlay(overlay(overlay(tree, preset), root), THIRDS.get(name, {}))


def _make(tree: dict[str, Any], folder: Path) -> None:
    folder.mkdir()
    table = recordings(read_config(Ingest, tree["ingest"], "ingest"), folder / "sounds", folder)
    config = read_config(Prepare, tree["prepare"], "prepare")
    write(folder / "clips", prepare(table, config, folder), config.rate_hz, config.samples)
