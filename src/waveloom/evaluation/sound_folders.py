"""Folders of sounds of any rates and lengths, read as clips of one rate and length."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.decode import DecodedFile, Header, Limits, Rejected, decode_all, probe_all
from waveloom.audio.resample import resample
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._tree import Sound, sounds_in

MAX_SECONDS = 10.0  # of a clip, unless a length is given: some embeddings grow with it
LIMITS = Limits(min_seconds=0.0)
_SOUNDLESS = ("silent", "constant")  # reasons of decoding; such a file counts as silence


@dataclass(frozen=True)
class ClipFormat:
    """Sample rate in Hz and length in samples, which all compared clips have."""

    rate_hz: int
    samples: int

    @property
    def seconds(self) -> float:
        """Duration of a clip."""
        return self.samples / self.rate_hz


@dataclass(frozen=True)
class SoundFolder:
    """Clips (n, samples) of a folder, their labels (n,), and why other files were left out: {name: reason}.

    The label is the name of the folder's sub-folder that the file is in, or "".
    """

    clips: np.ndarray
    labels: np.ndarray
    left_out: dict[str, str]


def most_common_format(folder: Path, rate_hz: int | None = None, seconds: float | None = None) -> ClipFormat:
    """The rate of most files of a folder, and their median length, at most `MAX_SECONDS`; or the values given.

    InputError if no header can be read.
    """
    headers = [header for header in probe_all(s.path for s in _sounds(folder)) if isinstance(header, Header)]
    if not headers:
        raise InputError(f"{folder} holds no sound that can be read; `waveloom doctor {folder}` says why.")
    rate = rate_hz or Counter(header.rate for header in headers).most_common(1)[0][0]
    length = seconds or min(float(np.median([header.seconds for header in headers])), MAX_SECONDS)
    return ClipFormat(rate, max(round(length * rate), 1))


def read_folder(folder: Path, form: ClipFormat, count: int, seed: int) -> SoundFolder:
    """Read up to `count` random sounds, mixed to mono, resampled, and cut or extended with silence at the end."""
    sounds = _sounds(folder)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(sounds))[:count])
    some = [sounds[row] for row in chosen]
    clips, labels, left_out = [], [], {sound.name: sound.reason for sound in some if sound.reason}
    for sound, decoded in _decoded(some):
        if (clip := _clip(decoded)) is None:
            left_out[sound.name] = str(decoded.clip)
        else:
            clips.append(_fitted(clip, form))
            labels.append(PurePosixPath(sound.name).parts[0] if "/" in sound.name else "")
    return SoundFolder(np.reshape(clips, (-1, form.samples)).astype(np.float32), np.array(labels, str), left_out)


def _sounds(folder: Path) -> list[Sound]:
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; name one that holds sounds.")
    return list(sounds_in(Folder(folder)))


def _decoded(sounds: list[Sound]) -> Iterator[tuple[Sound, DecodedFile]]:
    readable = [sound for sound in sounds if not sound.reason]
    return zip(readable, decode_all((sound.path for sound in readable), LIMITS), strict=True)


def _clip(decoded: DecodedFile) -> Clip | None:
    """The sound of a file, silence for a silent one; None if it cannot be used."""
    if not isinstance(decoded.clip, Rejected):
        return decoded.clip
    if decoded.header is None or not str(decoded.clip).startswith(_SOUNDLESS):
        return None
    return Clip(np.zeros(decoded.header.frames, np.float32), decoded.header.rate)


def _fitted(clip: Clip, form: ClipFormat) -> np.ndarray:
    samples = resample(clip, form.rate_hz).samples[: form.samples]
    return np.pad(samples, (0, form.samples - len(samples)))
