"""The notes of a MIDI file, in seconds."""

from waveloom.ingest.corpora._midi_reader import DEFAULT_TEMPO, META, NOTE_ON, TEMPO, Midi
from waveloom.ingest.corpora._midi_writer import DRUM_CHANNEL, Note

NOTE_OFF = 0x80


def midi_notes(midi: Midi, of_drums: bool) -> list[Note]:
    """Return the notes of the drum channel, or those of all other channels, in order of time.

    A note without an end lasts until the last event. The sustain pedal is ignored.
    """
    notes: list[Note] = []
    sounding: dict[tuple[int, int], tuple[float, int]] = {}  # channel and key -> onset and velocity
    seconds, before, tempo = 0.0, 0, DEFAULT_TEMPO

    def end(channel: int, key: int) -> None:
        if (channel, key) in sounding:
            onset, velocity = sounding.pop((channel, key))
            notes.append(Note(onset, seconds, key, velocity))

    for tick, message in midi.events():
        seconds += (tick - before) * tempo / 1e6 / midi.ticks_per_quarter
        before = tick
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if message[:2] == bytes([META, TEMPO]):
            tempo = int.from_bytes(message[3:], "big")
        elif kind in (NOTE_ON, NOTE_OFF) and (channel == DRUM_CHANNEL) == of_drums:
            end(channel, message[1])
            if kind == NOTE_ON and message[2] > 0:
                sounding[channel, message[1]] = seconds, message[2]
    for channel, key in list(sounding):
        end(channel, key)
    return sorted(note for note in notes if note.offset > note.onset)
