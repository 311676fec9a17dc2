"""Loading of a SoundFont, and rendering of MIDI files with it."""

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
from waveloom.ingest.corpora._midi_writer import note_sequence
from waveloom.ingest.corpora._soundfont_info import soundfont_info
from waveloom.preparation.level import level

FAMILIES = (  # General MIDI level 1: eight programs each
    *("piano", "chromatic_percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass"),
    *("reed", "pipe", "synth_lead", "synth_pad", "synth_effects", "ethnic", "percussive", "sound_effects"),
)
MIN_PEAK = 1e-4  # sounds with a lower peak are not levelled, so that ingest rejects them as silent


class SoundFont(NamedTuple):
    """The bytes of a SoundFont, with licence and attribution."""

    content: bytes
    licence: str
    attribution: str


def load_soundfont(soundfont: str, base: Path) -> SoundFont:
    """Read the .sf2 file that ingest.options.soundfont names; if empty, TimGM6mb, which is part of pretty_midi."""
    if not soundfont:
        content = _embedded().read_bytes()
        return SoundFont(content, "GPL-2.0-or-later", f"{soundfont_info(content)['INAM']} by Tim Brechbill")
    path = locate(soundfont, base)
    if not path.is_file():
        raise InputError(f"ingest.options.soundfont is {soundfont!r}; there is no such file. Name an .sf2 file.")
    try:
        info = soundfont_info(content := path.read_bytes())
        render(SoundFont(content, "", ""), note_sequence(0, [(60, 100)], 1, 2), False)
    except (OSError, struct.error, RuntimeError) as error:
        raise InputError(
            f"ingest.options.soundfont is {soundfont!r}, which cannot be played ({error}); name a SoundFont 2 file."
        ) from None
    credit = " by ".join(filter(None, [info.get("INAM", path.stem), info.get("IENG", "")]))
    return SoundFont(content, info.get("ICOP", ""), credit)


def render(font: SoundFont, midi: bytes, stereo: bool) -> Clip:
    """Render a MIDI file in stereo or mono; RuntimeError says what the synthesiser cannot read."""
    from midirenderer import render_wave_from

    try:
        wave = render_wave_from(font.content, midi)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in its Rust code is not an Exception
        raise RuntimeError(str(error) or type(error).__name__) from None
    sound, rate = soundfile.read(io.BytesIO(wave), dtype="float32", always_2d=True)
    return Clip(np.ascontiguousarray(sound.T) if stereo else sound.mean(axis=1), rate)


def resample_and_level(sound: Clip, rate_hz: int) -> Clip:
    """Convert to `rate_hz` and level to a peak of -1 dBFS, to use the range of 16 bits."""
    clip = resample(sound, rate_hz)
    if clip.peak < MIN_PEAK:
        return clip
    return Clip(level(clip.samples[None], "peak", -1.0)[0][0], rate_hz)


def level_to_loudness(sound: Clip, rate_hz: int, lufs: float) -> Clip:
    """Convert to `rate_hz` and level to a loudness in LUFS; a sound with high peaks stays quieter."""
    clip = resample(sound, rate_hz)
    if clip.peak < MIN_PEAK:
        return clip
    return Clip(level(clip.samples[None], "loudness", lufs, rate_hz)[0][0], rate_hz)


def _embedded() -> Path:
    # Located without an import, since pretty_midi is slow to import and only its font is needed.
    spec = find_spec("pretty_midi")
    if spec is None or spec.origin is None:
        raise InputError("The embedded SoundFont comes with pretty_midi, which is not installed; run `make setup`.")
    return Path(spec.origin).with_name("TimGM6mb.sf2")
