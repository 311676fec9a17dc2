"""Checkpoints that are either complete or absent: a training killed at any moment resumes with identical results."""

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


def save(folder: Path, step: int, arrays: Mapping[str, np.ndarray], keep: int, newest: bool = False) -> None:
    """Write the checkpoint of `step`, then delete all but the last `keep`; with `newest`, also those of later steps."""
    complete = folder / f"step-{step:08d}"
    partial = complete.with_suffix(".partial")
    try:
        _write(partial, step, arrays)
    except OSError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise InputError(
            f"The checkpoint of step {step} could not be saved in {folder} ({problem}); those before it are intact. "
            f"{'Free some space' if out_of_space(problem) else 'Correct this'}, and run again to continue."
        ) from problem
    shutil.rmtree(complete, ignore_errors=True)
    partial.rename(complete)
    _flush(folder)
    later = [path for path in _checkpoints(folder) if newest and path.name > complete.name]
    for path in reversed(later):  # from the last: a killed training resumes from the newest that is left
        shutil.rmtree(path)
    for old in _checkpoints(folder)[:-keep]:
        shutil.rmtree(old)


def latest(folder: Path) -> tuple[int, dict[str, np.ndarray]] | None:
    """Read the newest complete checkpoint: step and arrays; None if there is none. Damaged checkpoints are skipped."""
    for path in reversed(_checkpoints(folder)):
        try:
            description = json.loads((path / "state.json").read_text())
            if description["sha256"] != _digest(path / "state.npz"):
                raise ValueError("its SHA-256 is not the one it was saved with")
        except (OSError, ValueError, KeyError) as problem:
            log.warning("The checkpoint %s is damaged (%s); trying the one before it.", path.name, problem)
            continue
        with np.load(path / "state.npz", allow_pickle=False) as arrays:
            return description["step"], {name: arrays[name] for name in arrays.files}
    return None


def check(arrays: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray], what: str) -> None:
    """Raise an InputError about `what` if an array of `expected` is missing in `arrays`, or has another shape."""
    for name, value in expected.items():
        stored = arrays[name].shape if name in arrays else "absent"
        if stored != value.shape:
            raise InputError(
                f"{what} belongs to another training: {name} has shape {stored}, not {value.shape}. "
                "Restore the right one, or remove the folder to start again."
            )


def _write(folder: Path, step: int, arrays: Mapping[str, np.ndarray]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    np.savez(folder / "state.npz", **arrays)  # type: ignore[arg-type]
    (folder / "state.json").write_text(json.dumps({"step": step, "sha256": _digest(folder / "state.npz")}))
    for path in (folder / "state.npz", folder / "state.json", folder):
        _flush(path)


def _checkpoints(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("step-*") if path.suffix != ".partial")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Flush a file to disk; without this a power cut may leave an empty file under the final name."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
