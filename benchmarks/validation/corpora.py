"""The sets it is proved on: the corpus that comes with the project, and real ones where they are at hand."""

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
# Its preset keeps 30 clips to validate, too few to prove anything by: a third each to teach, to judge by and to harm.
THIRDS = {"fsdkaggle2018": {"ingest": {"validation": 0.33, "test": 0.33}}}
MORE_KEYS = {"ingest": {"options": {"pitches": list(range(33, 97, 2))}}}  # 4,000 notes of the default font


def names() -> list[str]:
    """Name the default corpus, and those below the folder that WAVELOOM_REAL_DATA names."""
    root = Path(os.environ.get("WAVELOOM_REAL_DATA", "nowhere"))
    return ["default", *(name for name in REAL if (root / name).is_dir())]


def clips(name: str, folder: Path) -> ClipStore:
    """Give the clips of a corpus as its preset makes them, or of `more keys`; made in `folder` unless there."""
    if not (folder / name).is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as aside:
            _make(_params(name), Path(aside, name))
            Path(aside, name).rename(folder / name)
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
    rules = read_config(Prepare, tree["prepare"], "prepare")
    write(folder / "clips", prepare(table, rules, folder), rules.rate_hz, rules.samples)
