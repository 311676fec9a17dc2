"""Checkpoints that are either whole or absent: a training killed at any moment resumes to the same bits."""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from waveloom.config.errors import InputError, out_of_space

log = logging.getLogger(__name__)


def save(folder: Path, step: int, state: Mapping[str, np.ndarray], keep: int, newest: bool = False) -> None:
    """Write `state` as the checkpoint of `step`, then drop all but the last `keep`; as the `newest`, all later ones."""
    whole = folder / f"step-{step:08d}"
    aside = whole.with_suffix(".partial")
    try:
        _write(aside, step, state)
    except OSError as problem:
        shutil.rmtree(aside, ignore_errors=True)
        raise InputError(
            f"The checkpoint of step {step} could not be saved in {folder} ({problem}); those before it are unharmed. "
            f"{'Free some space' if out_of_space(problem) else 'Mend that'}, and run again to continue."
        ) from problem
    shutil.rmtree(whole, ignore_errors=True)
    aside.rename(whole)
    _flush(folder)
    after = [path for path in _all(folder) if newest and path.name > whole.name]
    for path in reversed(after):  # the last first: at any moment what is left ends in one that may be resumed from
        shutil.rmtree(path)
    for old in _all(folder)[:-keep]:
        shutil.rmtree(old)


def latest(folder: Path) -> tuple[int, dict[str, np.ndarray]] | None:
    """Read the newest whole checkpoint: its step and state; None if there is none. A damaged one is passed over."""
    for path in reversed(_all(folder)):
        try:
            said = json.loads((path / "state.json").read_text())
            if said["sha256"] != _digest(path / "state.npz"):
                raise ValueError("its SHA-256 is not the one it was saved with")
        except (OSError, ValueError, KeyError) as problem:
            log.warning("The checkpoint %s is damaged (%s); trying the one before it.", path.name, problem)
            continue
        with np.load(path / "state.npz", allow_pickle=False) as arrays:
            return said["step"], {name: arrays[name] for name in arrays.files}
    return None


def _write(aside: Path, step: int, state: Mapping[str, np.ndarray]) -> None:
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    np.savez(aside / "state.npz", **state)  # type: ignore[arg-type]
    (aside / "state.json").write_text(json.dumps({"step": step, "sha256": _digest(aside / "state.npz")}))
    for path in (aside / "state.npz", aside / "state.json", aside):
        _flush(path)


def _all(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("step-*") if path.suffix != ".partial")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Have the disk hold what was written: without it a power cut may leave an empty file under a whole name."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
