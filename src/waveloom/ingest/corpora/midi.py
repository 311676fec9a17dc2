"""Music as MIDI files, played from a SoundFont: a sound a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from waveloom.audio.decode import Rejected
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._font import Font, finish, load, render
from waveloom.ingest.corpora._layout import Layout, layout_of
from waveloom.ingest.corpora._midi_file import Midi, read_midi
from waveloom.ingest.corpora._tree import Folder, Sound

SUFFIXES = {".mid", ".midi", ".kar"}
MAX_BYTES = 1_000_000  # a symphony takes less; it also bounds how many notes are played


@checked_dataclass
class Config:
    """Where the MIDI files are, and who plays them.

    The label is the folder, found as by the corpus `folder`, or the General MIDI family that plays most notes (`drums`
    for the drum channel).
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
    layout = layout_of(file.name for file in files if not file.reason)
    for file in files:
        try:
            yield _played(file, font, config, layout)
        except Rejected as refused:
            yield Recording(file.name, file.path, reason=str(refused))
        except Exception as error:  # one file that the synthesiser cannot play must not stop the others
            yield Recording(file.name, file.path, reason=f"unreadable: {str(error) or type(error).__name__}")


def _played(file: Sound, font: Font, config: Config, layout: Layout) -> Recording:
    midi = read_midi(content := _read(file))
    family = _main_family(midi, config.max_seconds)
    sound = render(font, content if midi.is_standard else midi.written(), config.stereo)
    if not sound.samples.size:
        raise Rejected("empty: it lasts no time")
    return Recording(
        name=file.name,
        clip=finish(sound, config.rate_hz),
        label=family if config.label == "program" else layout.label(file.name),
        group=file.name,
        split=layout.split(file.name),
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
        raise Rejected(f"unreadable: {error.strerror or error}") from None
    if len(content) > MAX_BYTES:
        raise Rejected(f"too large: more than {MAX_BYTES / 1e6:g} MB")
    return content


def _main_family(midi: Midi, max_seconds: float) -> str:
    """Tell the family that plays most notes; Rejected if it would be too long to play, or silent."""
    if (seconds := midi.seconds()) > max_seconds:
        raise Rejected(f"too long: {seconds:.3g} s")
    if not (notes := midi.families()):
        raise Rejected("silent")
    return notes.most_common(1)[0][0]
