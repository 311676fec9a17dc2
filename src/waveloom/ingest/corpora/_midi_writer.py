"""Writing of MIDI files (Standard MIDI Files 1.0)."""

import struct
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

TICKS_PER_SECOND = 1_500  # two ticks are one block of the synthesiser: 64 samples at 48 kHz
DRUM_CHANNEL = 9
REVERB, CHORUS, SOUND_OFF = 91, 93, 120
# One quarter note a second, so that ticks per quarter are ticks per second.
TEMPO = (0, b"\xff\x51\x03" + (1_000_000).to_bytes(3, "big"))


class Note(NamedTuple):
    """A note: onset and offset in seconds, MIDI key (60 is middle C) and velocity (1 to 127)."""

    onset: float
    offset: float
    key: int
    velocity: int


def note_sequence(program: int, notes: Sequence[tuple[int, int]], hold: int, period: int, channel: int = 0) -> bytes:
    """Make a MIDI file that plays `notes`, (key, velocity) each, one every `period` ticks and held for `hold` ticks.

    Without reverb or chorus; each note is silenced one tick before the next begins.
    """
    events = [(0, bytes([0xC0 | channel, program])), *((0, _control(channel, c)) for c in (REVERB, CHORUS))]
    for number, (key, velocity) in enumerate(notes):
        start = number * period
        events.append((start, bytes([0x90 | channel, key, velocity])))
        events.append((start + hold, bytes([0x80 | channel, key, 0])))
        events.append((start + period - 1, _control(channel, SOUND_OFF)))
    return midi_file([[TEMPO, *events, (len(notes) * period, b"\xff\x2f\x00")]], TICKS_PER_SECOND)


def performance(program: int, notes: Iterable[Note], seconds: float, channel: int = 0) -> bytes:
    """Make a MIDI file that plays `notes` with one program and lasts `seconds`, without reverb or chorus.

    A note that begins while its key still sounds ends the earlier note, since a channel plays a key once.
    """
    by_key: dict[int, list[Note]] = {}
    for note in sorted(notes):
        by_key.setdefault(note.key, []).append(note)
    events = []
    for key, played in by_key.items():
        ends = [*(note.onset for note in played[1:]), seconds]
        for note, end in zip(played, ends, strict=True):
            start, stop = (round(time * TICKS_PER_SECOND) for time in (note.onset, min(note.offset, end)))
            if stop > start:
                events += [
                    (start, 1, bytes([0x90 | channel, key, note.velocity])),
                    (stop, 0, bytes([0x80 | channel, key, 0])),
                ]
    start_events = [
        TEMPO,
        (0, bytes([0xC0 | channel, program])),
        *((0, _control(channel, c)) for c in (REVERB, CHORUS)),
    ]
    timed = [(tick, message) for tick, _, message in sorted(events)]  # at one tick, notes end before others begin
    end_of_track = (max(round(seconds * TICKS_PER_SECOND), timed[-1][0] if timed else 0), b"\xff\x2f\x00")
    return midi_file([[*start_events, *timed, end_of_track]], TICKS_PER_SECOND)


def midi_file(tracks: Sequence[Sequence[tuple[int, bytes]]], ticks_per_quarter: int) -> bytes:
    """Make a file from the events of each track, (time in ticks, message), ordered by time."""
    header = b"MThd" + struct.pack(">IHHH", 6, 1 if len(tracks) > 1 else 0, len(tracks), ticks_per_quarter)
    return header + b"".join(map(_track, tracks))


def _control(channel: int, controller: int) -> bytes:
    return bytes([0xB0 | channel, controller, 0])


def _track(events: Sequence[tuple[int, bytes]]) -> bytes:
    times = [0, *(time for time, _ in events)]
    deltas = [after - before for before, after in pairwise(times)]
    track = b"".join(_variable_length(delta) + event for delta, (_, event) in zip(deltas, events, strict=True))
    return b"MTrk" + struct.pack(">I", len(track)) + track


def _variable_length(number: int) -> bytes:
    """Encode a number with seven bits a byte, the top bit set on all but the last."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))
