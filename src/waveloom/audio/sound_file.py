"""Reading of a sound file with libsndfile. It runs in the decoder process, so it imports little and starts fast."""

import os
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import soundfile

from waveloom.audio import file_signatures, flac_length
from waveloom.audio.chained_streams import count_streams
from waveloom.audio.chunk_sizes import HEAD_BYTES, LOSS_TOLERANCE, PatchedFile, SampleChunk, find_samples
from waveloom.audio.header import MAX_FILE_BYTES, Header, ReadOptions, Rejected, check, check_regular

FORMATS = {"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "MPEG", "AIFF", "AU", "CAF", "NIST"}
BLOCK_FRAMES = 1 << 16
MP3_LEAD = 16 * 1152  # samples that are decoded and discarded after a seek
FFMPEG = "ffmpeg -i IN OUT.flac"
OUT_OF_MEMORY = "decoder ran out of memory"


class Decoded(NamedTuple):
    """A file's header, its samples (time,), int16 or float32, and the loudest channel's peak if it was mixed, or 0."""

    header: Header
    samples: np.ndarray
    channel_peak: float = 0.0


def read_header(path: bytes, any_size: bool = False) -> Header:
    """Read a file's header; Rejected if there is no such file or it is no sound."""
    file, _ = _open(path, check_regular(path, sys.maxsize if any_size else MAX_FILE_BYTES))
    with file:
        return Header(file.samplerate, file.channels, file.frames)


def read(path: bytes, options: ReadOptions, buffer: np.ndarray) -> Decoded:
    """Read one channel or the mix into `buffer` (bytes, uint8); the samples are a view of it, int16 or float32.

    The header is checked before a sample is read; if it could be read, Rejected carries it.
    """
    size = check_regular(path, sys.maxsize if options.frames else MAX_FILE_BYTES)
    file, chunk = _open(path, size)
    with file:
        header = Header(file.samplerate, file.channels, file.frames)
        try:
            _check_file(file, path, size, header, options)
            samples, channel_peak = _read_samples(file, 0 if file.channels == 1 else options.channel, buffer, options)
            declared = _nist_frames(path) if file.format == "NIST" else file.frames
            declared = max(min(declared - options.first_frame, options.frames or declared), 0)
            truncated = chunk.is_truncated if chunk else _is_truncated(file.extra_info)
            if len(samples) < declared * (1 - LOSS_TOLERANCE) or truncated:
                raise Rejected("truncated")
        except Rejected as error:
            error.header = header
            raise
        return Decoded(header, samples, channel_peak)


def _check_file(file: soundfile.SoundFile, path: bytes, size: int, header: Header, options: ReadOptions) -> None:
    """Raise Rejected if the format, the header or chained streams rule the file out."""
    if file.format not in FORMATS:
        raise Rejected(f"format: {file.format} is not read; convert it to WAV or FLAC")
    if options.frames:
        check(header._replace(frames=min(options.frames, header.frames)), MAX_FILE_BYTES, options)
    else:
        check(header, size, options)
    if not options.first_frame and (count := count_streams(path, size, file.format)) > 1:
        name = file.format.replace("OGG", "Ogg")
        raise Rejected(f"chained: {count} {name} streams in one file; join them, such as by {FFMPEG}")


def _open(path: bytes, size: int) -> tuple[soundfile.SoundFile, SampleChunk | None]:
    """Open a file of `size` bytes, with the position and size of its samples; wrong sizes in the file are corrected."""
    # Not blocking, in case the file was replaced by a pipe since it was checked. libsndfile gets the descriptor, so it
    # reads only the content and not the name; it closes the descriptor, even if it cannot read the file.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    head = os.pread(descriptor, HEAD_BYTES, 0)
    chunk = find_samples(descriptor, head, size)
    try:
        if patches := chunk.patches if chunk else flac_length.length_patches(descriptor, head, size):
            return soundfile.SoundFile(PatchedFile(descriptor, patches)), chunk
        return soundfile.SoundFile(descriptor, closefd=True), chunk
    except soundfile.LibsndfileError as error:
        if chunk and chunk.is_truncated:
            raise Rejected("truncated") from None
        raise _rejection(error, head[: file_signatures.FIRST_BYTES]) from None


def _rejection(error: soundfile.LibsndfileError, first: bytes = b"") -> Rejected:
    message = error.error_string
    if reason := file_signatures.rejection_reason(first):
        return Rejected(reason)
    if "No 'data' chunk marker" in message:
        return Rejected("unreadable: its chunks are out of order or not padded to an even size; convert it again")
    if "does not exist" in message:  # libsndfile's words for bytes that only begin like an MP3
        message = "Format not recognised."
    return Rejected(OUT_OF_MEMORY if "malloc" in message else f"unreadable: {message}")


def _read_samples(
    file: soundfile.SoundFile, channel: int | None, buffer: np.ndarray, options: ReadOptions
) -> tuple[np.ndarray, float]:
    """Read all frames, or those that the options name; the result is shorter than declared if the file is."""
    # 16-bit files are read as integers: twice as fast, and one multiplication gives the same floats.
    is_16_bit = file.subtype == "PCM_16"
    dtype = np.int16 if is_16_bit and channel is not None else np.float32
    block_dtype = "int16" if is_16_bit else "float32"
    mono = buffer[: (options.frames or file.frames) * dtype().itemsize].view(dtype)
    done, peak = 0, 0.0
    try:
        if file.channels == 1 and not options.first_frame:
            return mono[: file.buffer_read_into(mono, block_dtype)], peak
        for block in _blocks(file, min(options.first_frame, file.frames), len(mono), block_dtype):
            mono[done : done + len(block)] = block[:, channel] if channel is not None else block.mean(axis=1)
            done += len(block)
            if channel is None:
                peak = max(peak, float(block.max()), -float(block.min()))
    except soundfile.LibsndfileError as error:
        raise _rejection(error) from None
    if is_16_bit and channel is None:
        np.multiply(mono[:done], np.float32(1 / 32768), out=mono[:done])
        peak /= 32768
    return mono[:done], peak


def _blocks(file: soundfile.SoundFile, first: int, frames: int, dtype: str) -> Iterator[np.ndarray]:
    """Yield blocks (frames, channels), `frames` in total, from frame `first` on.

    SoundFile seeks after each read, and an MP3 decoder needs some frames after a seek before its samples are right:
    so an MP3 is read in one call that begins up to `MP3_LEAD` frames earlier.
    """
    mp3 = file.format in {"MP3", "MPEG"}
    lead = min(first, MP3_LEAD) if mp3 else 0
    if first:
        file.seek(first - lead)
    size = lead + frames if mp3 else BLOCK_FRAMES
    while frames and len(block := file.read(min(size, lead + frames), dtype, always_2d=True)):
        yield block[lead:]
        frames, lead = frames + lead - len(block), 0


_SIZES = re.compile(r": (-?\d+) \(should be (\d+)\)")


def _is_truncated(log: str) -> bool:
    """Whether libsndfile's log says that the file holds less than its chunk headers declare.

    libsndfile reads such a file without an error. A size of 2^32 - 1 means "unknown", and a negative one was above
    2^63.
    """
    sizes = ((int(declared), int(actual)) for declared, actual in _SIZES.findall(log))
    return any(d < 0 or (actual < d * (1 - LOSS_TOLERANCE) and d != 2**32 - 1) for d, actual in sizes)


def _nist_frames(path: bytes) -> int:
    """Read how many frames a NIST SPHERE file declares; libsndfile reports the frames that are there."""
    with open(path, "rb") as file:
        match = re.search(rb"^sample_count -i (\d{1,18})$", file.read(1024), re.MULTILINE)
    return int(match[1]) if match else 0
