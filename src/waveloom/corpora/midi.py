"""Music as MIDI files, played from a SoundFont: a sound a file."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from waveloom.audio.decode import Rejected
from waveloom.config import config
from waveloom.corpora import Recording
from waveloom.corpora._font import FAMILIES, Font, finish, load, render
from waveloom.corpora._midi import DRUM_CHANNEL
from waveloom.corpora._tree import Folder, Sound
from waveloom.errors import InputError

SUFFIXES = {".mid", ".midi", ".kar"}
MAX_BYTES = 1_000_000  # a symphony takes less; mido would need minutes and gigabytes for much more


@config
class Config:
    """Where the MIDI files are, and who plays them.

    The label is the first folder, or the General MIDI family that plays most notes (`drums` for the drum channel).
    """

    root: str = "data/00_external"
    soundfont: str = ""  # path of an .sf2 file; empty: TimGM6mb, which comes with pretty_midi
    label: Literal["folder", "program"] = "program"
    max_seconds: Annotated[float, Field(gt=0, le=3600)] = 300.0  # longer pieces are refused before they are played
    rate_hz: Annotated[int, Field(ge=8_000, le=48_000)] = 32_000
    stereo: bool = False  # as the instruments are panned
    licence: str = ""  # of the MIDI files; the font's is added to it
    attribution: str = ""


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC watches: the folder of MIDI files, and the font unless it is the one of pretty_midi."""
    return {"corpus": config.root, "soundfont": config.soundfont}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Walk below `root`, sorted, and play each file; what cannot be played is refused."""
    font = load(config.soundfont, base)
    files = list(Folder.of(config.root, base, SUFFIXES).sounds())
    if not files:
        raise InputError(f"{base / config.root} holds no MIDI files ({', '.join(sorted(SUFFIXES))}).")
    for file in files:
        try:
            yield _played(file, font, config)
        except Rejected as refused:
            yield Recording(file.name, file.path, reason=str(refused))


def _played(file: Sound, font: Font, config: Config) -> Recording:
    content = _read(file)
    family = _main_family(content, config.max_seconds)
    try:
        sound = render(font, content, config.stereo)
    except RuntimeError as error:
        raise Rejected(f"unreadable: {error}") from None
    return Recording(
        name=file.name,
        clip=finish(sound, config.rate_hz),
        label=family if config.label == "program" else file.name.rpartition("/")[0].partition("/")[0],
        group=file.name,
        # A recording of a piece is under the licences of both; where the piece's is not known, neither is the sound's.
        licence=config.licence and f"{config.licence} AND {font.licence}",
        attribution=", ".join(filter(None, [config.attribution, f"played with {font.attribution}"])),
    )


def _read(file: Sound) -> bytes:
    if file.reason:
        raise Rejected(file.reason)
    try:
        with file.path.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Rejected(f"unreadable: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise Rejected(f"too large: more than {MAX_BYTES / 1e6:g} MB")
    return content


def _main_family(content: bytes, max_seconds: float) -> str:
    """Tell the family that plays most notes; Rejected if it would be too long to play, or silent."""
    from mido import MidiFile

    try:
        midi = MidiFile(file=io.BytesIO(content))
        seconds, notes = midi.length, _families(midi.merged_track)
    except Exception as error:  # mido checks little, so a forged file makes it stumble over anything
        raise Rejected(f"unreadable: {error or type(error).__name__}") from None
    if midi.ticks_per_beat <= 0:
        raise Rejected("unreadable: its time is in film frames")
    if seconds > max_seconds:
        raise Rejected(f"too long: {seconds:.3g} s")
    if not notes:
        raise Rejected("silent")
    return notes.most_common(1)[0][0]


def _families(messages: Iterable[Any]) -> Counter[str]:
    """Count the notes each General MIDI family plays; a channel without a program plays the piano."""
    programs: dict[int, int] = {}
    notes: Counter[str] = Counter()
    for message in messages:
        if message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type == "note_on" and message.velocity > 0:
            family = FAMILIES[programs.get(message.channel, 0) // 8]
            notes["drums" if message.channel == DRUM_CHANNEL else family] += 1
    return notes
