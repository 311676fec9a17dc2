"""Valid sounds as bytes, to be corrupted: half a second at 8 kHz."""

import io
import struct
from functools import cache

import numpy as np
import soundfile

from tests.sounds import noise

RATE, FRAMES = 8000, 4000
SOUND = noise(FRAMES / RATE, RATE)
PCM, FLOAT = 1, 3


@cache
def valid(form: str, subtype: str | None = None) -> bytes:
    """Give the sound as libsndfile writes it in this format."""
    file = io.BytesIO()
    soundfile.write(file, SOUND, 48_000 if subtype == "OPUS" else RATE, subtype, format=form)
    return file.getvalue()


def wav(data: bytes | None = None, *, before: bytes = b"", after: bytes = b"", **fields: int) -> bytes:
    """Build a RIFF WAVE of 16-bit mono, any field of which may be forged."""
    data = (SOUND * 32767).astype("<i2").tobytes() if data is None else data
    form, channels, rate, bits = (fields.get(key, value) for key, value in _FORMAT.items())
    align = fields.get("align", channels * bits // 8 % 65536)
    fmt = struct.pack("<HHIIHH", form, channels, rate, fields.get("byte_rate", rate * align % 2**32), align, bits)
    body = (
        b"WAVE" + chunk(b"fmt ", fmt, fields.get("fmt_size")) + before + chunk(b"data", data, fields.get("data_size"))
    )
    return chunk(b"RIFF", body + after, fields.get("riff_size"))


_FORMAT = {"format": PCM, "channels": 1, "rate": RATE, "bits": 16}


def chunk(name: bytes, content: bytes, size: int | None = None) -> bytes:
    """Give a RIFF chunk, whose declared size may be wrong."""
    return name + struct.pack("<I", len(content) if size is None else size) + content


def floats(*values: float) -> bytes:
    """Build a 32-bit float WAV in which the sound begins with these values."""
    samples = SOUND.astype("<f4")
    samples[: len(values)] = values
    return wav(samples.tobytes(), format=FLOAT, bits=32)


def patched(content: bytes, offset: int, new: bytes) -> bytes:
    """Replace bytes at an offset, negative from the end."""
    offset %= len(content)
    return content[:offset] + new + content[offset + len(new) :]


def cut(content: bytes, share: float) -> bytes:
    """Keep the first share."""
    return content[: int(len(content) * share)]


def silence(frames: int, form: str = "FLAC") -> bytes:
    """Give a long silence, which compresses well."""
    file = io.BytesIO()
    soundfile.write(file, np.zeros(frames, np.int16), RATE, "PCM_16", format=form)
    return file.getvalue()
