"""Writing of WAV and FLAC files with title and comment; a file is written completely or not at all."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np
import soundfile

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import temporary_name

FORMATS = {".wav": "WAV", ".flac": "FLAC"}  # by the suffix of the file
_MAX_BYTES = 2**32 - 2**16  # of samples: a WAV file is limited to 4 GiB, header included


def write_wav(path: Path, clip: np.ndarray, rate_hz: int, comment: str, title: str) -> None:
    """Write one clip, (samples,) or (2, samples) in [-1, 1], as 16-bit WAV with title and comment in its metadata."""
    write_stream(path, [clip], clip.shape[-1], rate_hz, comment, title)


def write_stream(
    path: Path, blocks: Iterable[np.ndarray], samples: int, rate_hz: int, comment: str, title: str
) -> None:
    """Write one sound from blocks, `samples` in total, with 16 bits, title and comment; FLAC if the suffix is .flac.

    InputError if it cannot be written.
    """
    blocks = iter(blocks)
    first = next(blocks)
    channels = len(np.atleast_2d(first))
    file_format = FORMATS.get(path.suffix.lower(), "WAV")
    if file_format == "WAV" and samples * channels * 2 > _MAX_BYTES:
        raise InputError(
            f"{path} would have {samples * channels * 2 / 1e9:.1f} GB, and a WAV file holds {_MAX_BYTES / 1e9:.1f}; "
            "ask for fewer seconds."
        )
    temporary = temporary_name(path)
    try:
        with soundfile.SoundFile(temporary, "w", rate_hz, channels, "PCM_16", format=file_format) as file:
            file.title, file.comment = title or "unconditional", comment
            for block in chain([first], blocks):
                file.write(block.T)
        if soundfile.info(temporary).frames != samples:
            raise OSError("the file is incomplete")
        temporary.replace(path)
    except (OSError, soundfile.LibsndfileError) as problem:
        raise InputError(
            f"{path} could not be written ({problem}); the incomplete file was removed. Free some space, or "
            "give another folder."
        ) from problem
    finally:
        temporary.unlink(missing_ok=True)
