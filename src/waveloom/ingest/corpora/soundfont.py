"""Notes of every General MIDI instrument, played from a SoundFont: program x pitch x velocity, and the drum kit.

In the manner of NSynth (Engel et al., 2017). Every note is a recorded instrument, shaped by the font's envelopes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._font import FAMILIES, Font, finish, load, render
from waveloom.ingest.corpora._instruments import drums, programs
from waveloom.ingest.corpora._midi import DRUM_CHANNEL, TICKS_A_SECOND, notes_in_turn
from waveloom.preparation.frame import crop_or_pad

FADE_SECONDS = 0.01  # a release may be longer than the room for it

Seven = Annotated[int, Field(ge=0, le=127)]


@checked_dataclass
class Config:
    """Which font, and which notes of it. Default: 128 programs x 13 pitches and the 47 keys of the drum kit."""

    soundfont: str = ""  # path of an .sf2 file; empty: TimGM6mb, which comes with pretty_midi
    programs: tuple[Seven, ...] | Literal["all"] = "all"
    pitches: tuple[Seven, ...] = tuple(range(36, 85, 4))  # MIDI keys, 60 is middle C
    velocities: tuple[Annotated[int, Field(ge=1, le=127)], ...] = (100,)
    drum_kits: tuple[Seven, ...] = (0,)  # programs of the drum channel; none for no drums
    drum_keys: tuple[Seven, ...] = tuple(range(35, 82))
    hold_seconds: Annotated[float, Field(gt=0, le=30)] = 0.76
    release_seconds: Annotated[float, Field(gt=0, le=30)] = 0.44
    rate_hz: Annotated[int, Field(ge=8_000, le=48_000)] = 32_000
    stereo: bool = False  # as the font pans its drums, and records its strings


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC watches: the font, unless it is the one of pretty_midi."""
    return {"soundfont": config.soundfont}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Play the notes, instrument by instrument. Each is raised to the same peak: 16 bits are to hold it."""
    font = load(config.soundfont, base)
    notes = [(pitch, velocity) for pitch in config.pitches for velocity in config.velocities]
    for program in range(128) if config.programs == "all" else config.programs:
        group = f"program-{program:03d}"
        label = FAMILIES[program // 8]
        for (key, velocity), clip in zip(notes, _play(font, program, notes, config), strict=True):
            name = f"{label}/{group}-pitch-{key:03d}-velocity-{velocity:03d}"
            yield Recording(name, None, clip, label, group, "", font.licence, font.attribution, "", programs()[program])
    hits = [(key, velocity) for key in config.drum_keys for velocity in config.velocities]
    for kit in config.drum_kits:
        for (key, velocity), clip in zip(hits, _play(font, kit, hits, config, DRUM_CHANNEL), strict=True):
            name = f"drums/kit-{kit:03d}-key-{key:03d}-velocity-{velocity:03d}"
            called = drums().get(key, "")
            yield Recording(name, None, clip, "drums", f"drum-{key}", "", font.licence, font.attribution, "", called)


def _play(font: Font, program: int, notes: list[tuple[int, int]], config: Config, channel: int = 0) -> Iterator[Clip]:
    """Render the notes in one go, since the font is parsed at every call, and cut them apart."""
    if not notes:
        return
    hold = round(config.hold_seconds * TICKS_A_SECOND)
    period = hold + round(config.release_seconds * TICKS_A_SECOND)
    try:
        sound = render(font, notes_in_turn(program, notes, hold, period, channel), config.stereo)
    except RuntimeError as error:
        raise InputError(f"ingest.options.soundfont cannot be played ({error}); name a SoundFont 2 file.") from None
    length = period * sound.rate // TICKS_A_SECOND
    for start in range(0, len(notes) * length, length):
        note = crop_or_pad(sound.samples[..., start:], length, round(FADE_SECONDS * sound.rate))
        yield finish(Clip(note, sound.rate), config.rate_hz)
