"""Renders single notes of every General MIDI instrument with a SoundFont: program x pitch x velocity, and drums.

Similar to NSynth (Engel et al., 2017). Every note is a recorded instrument, shaped by the font's envelopes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._instrument_names import drum_names, program_names
from waveloom.ingest.corpora._midi_writer import DRUM_CHANNEL, TICKS_PER_SECOND, note_sequence
from waveloom.ingest.corpora._soundfont import FAMILIES, SoundFont, load_soundfont, render, resample_and_level
from waveloom.preparation.frame import crop_or_pad

FADE_SECONDS = 0.01  # at the end, since a release may be longer than its part of the rendering

SevenBits = Annotated[int, Field(ge=0, le=127)]


@checked_dataclass
class Config:
    """Which SoundFont, and which of its notes. Default: 128 programs x 13 pitches and the 47 keys of the drum kit."""

    soundfont: str = ""  # path of an .sf2 file; empty: TimGM6mb, which is part of pretty_midi
    programs: tuple[SevenBits, ...] | Literal["all"] = "all"
    pitches: tuple[SevenBits, ...] = tuple(range(36, 85, 4))  # MIDI keys, 60 is middle C
    velocities: tuple[Annotated[int, Field(ge=1, le=127)], ...] = (100,)
    drum_kits: tuple[SevenBits, ...] = (0,)  # programs of the drum channel; empty for no drums
    drum_keys: tuple[SevenBits, ...] = tuple(range(35, 82))
    hold_seconds: Annotated[float, Field(gt=0, le=30)] = 0.76
    release_seconds: Annotated[float, Field(gt=0, le=30)] = 0.44
    rate_hz: Annotated[int, Field(ge=8_000, le=48_000)] = 32_000
    stereo: bool = False  # with the panning and the stereo samples of the font


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC tracks: the SoundFont, unless it is that of pretty_midi."""
    return {"soundfont": config.soundfont}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Render the notes instrument by instrument, all at the same peak, to use the range of 16 bits."""
    font = load_soundfont(config.soundfont, base)
    notes = [(pitch, velocity) for pitch in config.pitches for velocity in config.velocities]
    for program in range(128) if config.programs == "all" else config.programs:
        group = f"program-{program:03d}"
        label = FAMILIES[program // 8]
        for (key, velocity), clip in zip(notes, _render_notes(font, program, notes, config), strict=True):
            name = f"{label}/{group}-pitch-{key:03d}-velocity-{velocity:03d}"
            yield Recording(
                name, None, clip, label, group, "", font.licence, font.attribution, "", program_names()[program]
            )
    drum_notes = [(key, velocity) for key in config.drum_keys for velocity in config.velocities]
    for kit in config.drum_kits:
        for (key, velocity), clip in zip(
            drum_notes, _render_notes(font, kit, drum_notes, config, DRUM_CHANNEL), strict=True
        ):
            name = f"drums/kit-{kit:03d}-key-{key:03d}-velocity-{velocity:03d}"
            description = drum_names().get(key, "")
            yield Recording(
                name, None, clip, "drums", f"drum-{key}", "", font.licence, font.attribution, "", description
            )


def _render_notes(
    font: SoundFont, program: int, notes: list[tuple[int, int]], config: Config, channel: int = 0
) -> Iterator[Clip]:
    """Render all notes in one call, since each call parses the font, and cut the result into notes."""
    if not notes:
        return
    hold = round(config.hold_seconds * TICKS_PER_SECOND)
    period = hold + round(config.release_seconds * TICKS_PER_SECOND)
    try:
        sound = render(font, note_sequence(program, notes, hold, period, channel), config.stereo)
    except RuntimeError as error:
        raise InputError(f"ingest.options.soundfont cannot be played ({error}); name a SoundFont 2 file.") from None
    length = period * sound.rate // TICKS_PER_SECOND
    for start in range(0, len(notes) * length, length):
        note = crop_or_pad(sound.samples[..., start:], length, round(FADE_SECONDS * sound.rate))
        yield resample_and_level(Clip(note, sound.rate), config.rate_hz)
