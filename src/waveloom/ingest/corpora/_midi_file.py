"""Reading of a MIDI file of a folder, within limits."""

from waveloom.audio.decode import Rejected
from waveloom.ingest.corpora._midi_reader import Midi, read_midi
from waveloom.ingest.corpora._tree import Sound

SUFFIXES = {".mid", ".midi", ".kar"}
MAX_BYTES = 1_000_000  # a symphony takes less; it also limits the number of notes


def read_midi_file(file: Sound) -> tuple[Midi, bytes]:
    """Read a file: its events, and its bytes; Rejected with the reason if it cannot be read."""
    if file.reason:
        raise Rejected(file.reason)
    try:
        with file.path.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Rejected(f"unreadable: {error.strerror or error}") from None
    if len(content) > MAX_BYTES:
        raise Rejected(f"too large: more than {MAX_BYTES / 1e6:g} MB")
    return read_midi(content), content
