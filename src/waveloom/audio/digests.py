"""SHA-256 digests of files and of samples."""

import hashlib
from pathlib import Path

import numpy as np

from waveloom.audio.clip import Clip

SHORT = 16  # hex digits of the identifiers of recordings


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex; the file is read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_digest(path: Path) -> str:
    """Return the first 16 hex digits of the SHA-256 of a file's bytes."""
    return file_sha256(path)[:SHORT]


def sample_digest(clip: Clip) -> str:
    """Return the first 16 hex digits of the SHA-256 of a clip's rate and samples, equal for every lossless format."""
    samples = np.ascontiguousarray(clip.samples + np.float32(0))  # makes -0.0 equal to 0.0
    return hashlib.sha256(f"{clip.rate} ".encode() + samples.data.cast("B")).hexdigest()[:SHORT]
