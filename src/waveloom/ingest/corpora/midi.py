"""Renders MIDI files with a SoundFont: one sound per file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from waveloom.audio.decode import Rejected
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._folder_layout import Layout, detect_layout
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._midi_file import SUFFIXES, read_midi_file
from waveloom.ingest.corpora._midi_reader import Midi
from waveloom.ingest.corpora._soundfont import SoundFont, load_soundfont, render, resample_and_level
from waveloom.ingest.corpora._tree import Sound


@checked_dataclass
class Config:
    """Where the MIDI files are, and with which SoundFont they are rendered.

    The label is the folder, as in the corpus `folder`, or the General MIDI family with the most notes (`drums` for the
    drum channel).
    """

    root: str = "data/00_external"
    soundfont: str = ""  # path of an .sf2 file; empty: TimGM6mb, which is part of pretty_midi
    label: Literal["folder", "program"] = "program"
    max_seconds: Annotated[float, Field(gt=0, le=3600)] = 300.0  # longer pieces are rejected before rendering
    rate_hz: Annotated[int, Field(ge=8_000, le=48_000)] = 32_000
    stereo: bool = False  # with the panning of the instruments
    licence: str = ""  # of the MIDI files; the SoundFont's is added
    attribution: str = ""


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC tracks: the folder of MIDI files, and the SoundFont unless it is that of pretty_midi."""
    return {"corpus": config.root, "soundfont": config.soundfont}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Render each file below `root`, sorted; files that cannot be rendered are rejected."""
    font = load_soundfont(config.soundfont, base)
    files = list(Folder.of(config.root, base, SUFFIXES).sounds())
    if not files:
        raise InputError(f"{base / config.root} holds no MIDI files ({', '.join(sorted(SUFFIXES))}).")
    layout = detect_layout(file.name for file in files if not file.reason)
    for file in files:
        try:
            yield _rendered(file, font, config, layout)
        except Rejected as error:
            yield Recording(file.name, file.path, reason=str(error))
        except Exception as error:  # one file that the synthesiser cannot render must not stop the others
            yield Recording(file.name, file.path, reason=f"unreadable: {str(error) or type(error).__name__}")


def _rendered(file: Sound, font: SoundFont, config: Config, layout: Layout) -> Recording:
    midi, content = read_midi_file(file)
    family = _main_family(midi, config.max_seconds)
    sound = render(font, content if midi.is_standard else midi.to_bytes(), config.stereo)
    if not sound.samples.size:
        raise Rejected("empty: it lasts no time")
    return Recording(
        name=file.name,
        clip=resample_and_level(sound, config.rate_hz),
        label=family if config.label == "program" else layout.label(file.name),
        group=file.name,
        split=layout.split(file.name),
        # A rendering is under the licences of piece and font; if the piece's is unknown, so is the rendering's.
        licence=config.licence and f"{config.licence} AND {font.licence}",
        attribution=", ".join(filter(None, [config.attribution, f"played with {font.attribution}"])),
    )


def _main_family(midi: Midi, max_seconds: float) -> str:
    """Return the family with the most notes; Rejected if the piece is too long, or has no notes."""
    if (seconds := midi.seconds()) > max_seconds:
        raise Rejected(f"too long: {seconds:.3g} s")
    if not (notes := midi.notes_per_family()):
        raise Rejected("silent")
    return notes.most_common(1)[0][0]
