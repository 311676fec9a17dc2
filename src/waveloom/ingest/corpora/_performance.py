"""Excerpts of pieces, and small differences of timing and loudness, as in a performance."""

from collections.abc import Sequence

import numpy as np

from waveloom.ingest.corpora._midi_writer import Note

TEMPO_RANGE = (0.8, 1.25)  # factor on the tempo of a piece
VELOCITY_RANGE = (64, 104)  # mean velocity of a piece
VELOCITY_SPREAD = 8  # maximum change of the velocity of a single note
ONSET_SPREAD = 0.008  # seconds, standard deviation of single onsets
SUSTAIN_RANGE = (0.8, 1.0)  # share of a note's length that it sounds


def excerpt(notes: Sequence[Note], seconds: float) -> list[Note]:
    """Take the notes from the first onset on, moved to time 0, up to the last onset within `seconds`.

    The note that begins at this last onset is left out, and notes that still sound there end there, so an excerpt of a
    longer piece ends at a note boundary. A piece that is shorter is taken whole; one long chord ends at `seconds`.
    """
    if not notes:
        return []
    first = min(note.onset for note in notes)
    moved = [note._replace(onset=note.onset - first, offset=note.offset - first) for note in sorted(notes)]
    if max(note.offset for note in moved) <= seconds:
        return moved
    end = max(note.onset for note in moved if note.onset < seconds) or seconds
    return [note._replace(offset=min(note.offset, end)) for note in moved if note.onset < end]


def varied(notes: Sequence[Note], random: np.random.Generator) -> list[Note]:
    """Vary tempo, loudness and articulation of a piece, and slightly the onset and the velocity of every note."""
    stretch, sustain = 1 / random.uniform(*TEMPO_RANGE), random.uniform(*SUSTAIN_RANGE)
    louder = random.integers(*VELOCITY_RANGE) - np.mean([note.velocity for note in notes])
    shifts = np.clip(random.normal(0, ONSET_SPREAD, len(notes)), -2 * ONSET_SPREAD, 2 * ONSET_SPREAD)
    changes = louder + random.integers(-VELOCITY_SPREAD, VELOCITY_SPREAD + 1, len(notes))
    result = []
    for note, shift, change in zip(notes, shifts, changes, strict=True):
        onset = max(stretch * note.onset + float(shift), 0.0)
        offset = onset + sustain * stretch * (note.offset - note.onset)
        result.append(Note(onset, offset, note.key, int(np.clip(note.velocity + change, 1, 127))))
    return result
