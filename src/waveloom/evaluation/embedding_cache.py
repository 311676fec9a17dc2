"""Stores the embeddings of clips in a folder, so that real clips are not embedded again at every evaluation.

The name of a file is a digest of everything its content depends on, so no file is ever out of date; the folder may be
deleted at any time.
"""

import hashlib
import json
import logging
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

import numpy as np

import waveloom
from waveloom.execution.atomic_folder import replaced_file
from waveloom.execution.code_digest import code_digest
from waveloom.features import Features

CODE = ("evaluation/embeddings/*.py", "features/**/*.py", "audio/resample.py")
LIBRARIES = ("numpy", "scipy", "soxr", "librosa", "tensorflow", "keras", "ai-edge-litert")

log = logging.getLogger(__name__)


def embed_cached(embedding: ModuleType, clips: np.ndarray, rate_hz: int, features: Features, cache: Path) -> np.ndarray:
    """Embed clips (n, samples): rows (n, d) float32, read from the folder `cache` or computed and written to it."""
    file = cache / f"{cache_key(embedding, clips, rate_hz, features)}.npy"
    rows = _read(file, len(clips))
    if rows is None:
        rows = embedding.embed(clips, rate_hz, features)
        _write(file, rows)
    return rows


def cache_key(embedding: ModuleType, clips: np.ndarray, rate_hz: int, features: Features) -> str:
    """SHA-256, in hex, over the samples, their rate, the weights, the settings, our code and the libraries."""
    content = {
        "embedding": [embedding.__name__, embedding.version()],
        "clips": [hashlib.sha256(np.ascontiguousarray(clips).data).hexdigest(), clips.shape, str(clips.dtype), rate_hz],
        "features": asdict(features),
        "code": code_digest(Path(waveloom.__file__).parent, CODE),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _read(file: Path, count: int) -> np.ndarray | None:
    if not file.is_file():
        return None
    try:
        rows = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        log.warning("%s cannot be read (%s); its clips are embedded again.", file, error)
        return None
    return rows if rows.ndim == 2 and len(rows) == count else None


def _write(file: Path, rows: np.ndarray) -> None:
    """Write to a temporary file, then rename it: an interrupted or concurrent evaluation leaves no partial file."""
    with replaced_file(file) as new, new.open("wb") as out:
        np.save(out, rows, allow_pickle=False)
