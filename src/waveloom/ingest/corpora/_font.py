"""A SoundFont, and what it sounds like."""

import io
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import locate
from waveloom.ingest.corpora._font_info import font_info
from waveloom.ingest.corpora._midi import notes_in_turn
from waveloom.preparation.level import level

FAMILIES = (  # General MIDI level 1: eight programs each
    *("piano", "chromatic_percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass"),
    *("reed", "pipe", "synth_lead", "synth_pad", "synth_effects", "ethnic", "percussive", "sound_effects"),
)
HEARD = 1e-4  # a sound below this peak is left as quiet as it is, for ingest to reject as silent


class Font(NamedTuple):
    """A SoundFont, and who made it."""

    content: bytes
    licence: str
    attribution: str


def load(soundfont: str, base: Path) -> Font:
    """Read the .sf2 file that ingest.options.soundfont names; empty: TimGM6mb, which comes with pretty_midi."""
    if not soundfont:
        content = _embedded().read_bytes()
        return Font(content, "GPL-2.0-or-later", f"{font_info(content)['INAM']} by Tim Brechbill")
    path = locate(soundfont, base)
    if not path.is_file():
        raise InputError(f"ingest.options.soundfont is {soundfont!r}; there is no such file. Name an .sf2 file.")
    try:
        info = font_info(content := path.read_bytes())
        render(Font(content, "", ""), notes_in_turn(0, [(60, 100)], 1, 2), False)
    except (OSError, struct.error, RuntimeError) as error:
        raise InputError(
            f"ingest.options.soundfont is {soundfont!r}, which cannot be played ({error}); name a SoundFont 2 file."
        ) from None
    credit = " by ".join(filter(None, [info.get("INAM", path.stem), info.get("IENG", "")]))
    return Font(content, info.get("ICOP", ""), credit)


def render(font: Font, midi: bytes, stereo: bool) -> Clip:
    """Play a whole MIDI file, in stereo or mixed down; a RuntimeError says what the synthesiser cannot read."""
    from midirenderer import render_wave_from

    try:
        wave = render_wave_from(font.content, midi)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of its Rust code is no Exception
        raise RuntimeError(str(error) or type(error).__name__) from None
    sound, rate = soundfile.read(io.BytesIO(wave), dtype="float32", always_2d=True)
    return Clip(np.ascontiguousarray(sound.T) if stereo else sound.mean(axis=1), rate)


def finish(sound: Clip, rate_hz: int) -> Clip:
    """Convert to `rate_hz` and raise to a peak of -1 dB: 16 bits are to hold it."""
    clip = resample(sound, rate_hz)
    if clip.peak < HEARD:
        return clip
    return Clip(level(clip.samples[None], "peak", -1.0)[0][0], rate_hz)


def _embedded() -> Path:
    # Found without being imported: pretty_midi itself is slow to import, and only its font is wanted.
    spec = find_spec("pretty_midi")
    if spec is None or spec.origin is None:
        raise InputError("The embedded SoundFont comes with pretty_midi, which is not installed; run `make setup`.")
    return Path(spec.origin).with_name("TimGM6mb.sf2")
