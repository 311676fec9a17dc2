"""Reading of Standard MIDI Files (1.0), as tolerant of errors as players are.

Only channel messages and the tempo are read. Key signatures, texts, lyrics and system exclusive messages are skipped
unchecked.
"""

import io
import struct
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from waveloom.audio.decode import Rejected
from waveloom.ingest.corpora._midi_writer import DRUM_CHANNEL, midi_file
from waveloom.ingest.corpora._soundfont import FAMILIES

NOTE_ON, PROGRAM_CHANGE, CHANNEL_PRESSURE = 0x90, 0xC0, 0xD0
META, TEMPO, END_OF_TRACK = 0xFF, 0x51, 0x2F
DEFAULT_TEMPO = 500_000  # microseconds a quarter note
SYSTEM_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1}  # data bytes of the system messages; the others have none

Event = tuple[int, bytes]  # time in ticks, and the message


class Midi(NamedTuple):
    """The events of each track, and whether the file conforms to the standard."""

    ticks_per_quarter: int
    tracks: list[list[Event]]
    is_standard: bool

    def events(self) -> list[Event]:
        """Return the events of all tracks, ordered by time."""
        return sorted((event for track in self.tracks for event in track), key=itemgetter(0))

    def seconds(self) -> float:
        """Duration until the last event, without the decay of the last note."""
        total, tempo = 0.0, DEFAULT_TEMPO
        for (before, message), (after, _) in pairwise([(0, b""), *self.events()]):
            if message[:2] == bytes([META, TEMPO]):
                tempo = int.from_bytes(message[3:], "big")
            total += (after - before) * tempo / 1e6 / self.ticks_per_quarter
        return total

    def notes_per_family(self) -> Counter[str]:
        """Count the notes of each General MIDI family; a channel without a program plays the piano."""
        programs: dict[int, int] = {}
        notes: Counter[str] = Counter()
        for _, message in self.events():
            kind, channel = message[0] & 0xF0, message[0] & 0x0F
            if kind == PROGRAM_CHANGE:
                programs[channel] = message[1]
            elif kind == NOTE_ON and message[2] > 0:
                family = FAMILIES[programs.get(channel, 0) // 8]
                notes["drums" if channel == DRUM_CHANNEL else family] += 1
        return notes

    def to_bytes(self) -> bytes:
        """Make a file that conforms to the standard from the events."""
        return midi_file(self.tracks, self.ticks_per_quarter)


def read_midi(content: bytes) -> Midi:
    """Read a MIDI file of format 0 or 1; Rejected with the reason if it is another file, or is truncated.

    Data bytes above 127 become 127, chunks of other kinds are skipped, and a wrong track length is tolerated.
    """
    reader = _Reader(content)
    if reader.take(4) != b"MThd":
        raise Rejected("unreadable: it does not begin with MThd, as MIDI files do")
    size = reader.number(4)
    file_format, count, ticks = struct.unpack(">HHh", reader.take(6))
    reader.take(size - 6)
    if file_format > 1:
        raise Rejected(f"unreadable: MIDI format {file_format} is neither 0 nor 1")
    if ticks <= 0:
        raise Rejected("unreadable: its time is in film frames" if ticks else "unreadable: a quarter note has no ticks")
    tracks = [reader.track() for _ in range(count)]
    return Midi(ticks, tracks, reader.is_standard and size == 6)


class _Reader(io.BytesIO):
    """Reads the parts of a MIDI file, and records whether all conform to the standard."""

    is_standard = True

    def take(self, size: int) -> bytes:
        """Read that many bytes, or raise Rejected."""
        data = self.read(max(size, 0))
        if len(data) < size:
            raise Rejected("unreadable: it is cut short")
        return data

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def variable_length(self) -> int:
        """Read a number with seven bits a byte, of at most four bytes."""
        value = 0
        for _ in range(4):
            byte = self.number(1)
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise Rejected("unreadable: a time or length takes more than four bytes")

    def track(self) -> list[Event]:
        """Read the next chunk that is a track, up to its end-of-track message or its length."""
        while (kind := self.take(4)) != b"MTrk":
            self.is_standard = False
            if not kind.isascii():
                raise Rejected("unreadable: what follows a track is no chunk")
            self.take(self.number(4))
        size = self.number(4)
        end = self.tell() + size
        events = list(self._events(end))
        self.is_standard &= self.tell() == end
        self.seek(max(end, self.tell()))
        return events

    def _events(self, end: int) -> Iterator[Event]:
        tick, status = 0, 0
        while self.tell() != end:
            tick += self.variable_length()
            byte = self.number(1)
            if byte == META:
                kind, data = self.number(1), self.take(self.variable_length())
                if kind == END_OF_TRACK:
                    yield tick, bytes([META, END_OF_TRACK, 0])
                    return
                if kind == TEMPO:
                    yield from self._tempo(tick, data)
            elif byte in (0xF0, 0xF7):
                self.take(self.variable_length())
            elif byte > 0xF0:
                self.is_standard = False
                self.take(SYSTEM_DATA.get(byte, 0))
            else:
                first = b"" if byte & 0x80 else bytes([byte])
                status = byte if byte & 0x80 else status
                yield tick, self._message(status, first)
        self.is_standard = False
        yield tick, bytes([META, END_OF_TRACK, 0])

    def _tempo(self, tick: int, data: bytes) -> Iterator[Event]:
        if len(data) == 3:
            yield tick, bytes([META, TEMPO, 3]) + data
        else:
            self.is_standard = False

    def _message(self, status: int, first: bytes) -> bytes:
        if not status:
            raise Rejected("unreadable: a message has no status byte")
        size = 1 if status & 0xF0 in (PROGRAM_CHANGE, CHANNEL_PRESSURE) else 2
        data = first + self.take(size - len(first))
        self.is_standard &= max(data) < 0x80
        return bytes([status, *(min(byte, 0x7F) for byte in data)])
