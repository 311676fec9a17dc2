"""A disk cache of the controls of each generator, which take about 15 seconds to find.

The folder is `$WAVELOOM_CACHE`, or else `$XDG_CACHE_HOME/waveloom`, or else `~/.cache/waveloom`; it may be deleted at
any time. A file's name is a digest of everything that determines its content, so that no file becomes outdated.
"""

import hashlib
import json
import logging
import os
from importlib.metadata import version
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

import waveloom
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file
from waveloom.execution.code_digest import code_digest
from waveloom.generation.controls.directions import SOUNDS, Control, find_controls
from waveloom.generation.sampler import Sampler
from waveloom.models.model import Exported

CODE = ("generation/controls/*.py", "features/**/*.py")
LIBRARIES = ("numpy", "scipy", "librosa")

log = logging.getLogger(__name__)


def cached_controls(sampler: Sampler, sounds: int = SOUNDS) -> list[Control]:
    """Read the controls of a model from the cache folder, or find them and store them there."""
    file = cache_folder() / "controls" / f"{_key(sampler, sounds)}.npz"
    controls = _read(file)
    if controls is None:
        controls = find_controls(sampler, sounds)
        _write(file, controls)
    return controls


def cache_folder() -> Path:
    """The folder of the user's caches; it need not exist."""
    if folder := os.environ.get("WAVELOOM_CACHE"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "waveloom"


def _key(sampler: Sampler, sounds: int) -> str:
    model = sampler.model
    content = {
        "model": model.digest,
        "runtime": model.runtime if isinstance(model, Exported) else "tensorflow",  # they differ in the last bits
        "sounds": sounds,
        "code": code_digest(Path(waveloom.__file__).parent, CODE),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _read(file: Path) -> list[Control] | None:
    if not file.is_file():
        return None
    try:
        with np.load(file, allow_pickle=False) as stored:
            rows = zip(stored["names"], stored["directions"], stored["correlations"], strict=True)
            return [Control(str(name), direction, float(correlation)) for name, direction, correlation in rows]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        log.warning("%s cannot be read (%s); the controls are found again.", file, error)
        return None


def _write(file: Path, controls: list[Control]) -> None:
    """Store controls; log a warning if the folder cannot be written."""
    try:
        with replaced_file(file) as new, new.open("wb") as out:
            np.savez(
                out,
                names=[control.name for control in controls],
                directions=[control.direction for control in controls],
                correlations=[control.correlation for control in controls],
            )
    except (OSError, InputError) as problem:
        log.warning("The controls cannot be stored (%s); they will be found again next time.", problem)
