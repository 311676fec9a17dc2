"""The name of a file, and of a sound, by its content."""

import hashlib
from pathlib import Path

import numpy as np

from waveloom.audio.clip import Clip


def fingerprint(path: Path) -> str:
    """Give the first 16 hex digits of the SHA-256 of a file's bytes; read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def sound_fingerprint(clip: Clip) -> str:
    """Give the first 16 hex digits of the SHA-256 of a sound's rate and samples: the same in every lossless format."""
    samples = np.ascontiguousarray(clip.samples + np.float32(0))  # -0.0 and 0.0 are one sample
    return hashlib.sha256(f"{clip.rate} ".encode() + samples.data.cast("B")).hexdigest()[:16]
