"""The pieces that a corpus of scores reads: music21's scores, MIDI files of a folder, or random drum patterns."""

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from waveloom.audio.decode import Rejected
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._drum_patterns import drum_pattern
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._midi_file import SUFFIXES, read_midi_file
from waveloom.ingest.corpora._midi_notes import midi_notes
from waveloom.ingest.corpora._midi_writer import Note
from waveloom.ingest.corpora._packaged_scores import ATTRIBUTION, LICENCE, score_files, score_notes
from waveloom.ingest.corpora._pieces import Source, interleaved
from waveloom.ingest.corpora._tree import Sound

Count = Annotated[int, Field(ge=0)]
SMALLEST_SHARE = 5  # validation and test take at most a fifth of the files each


@checked_dataclass
class Pieces:
    """Which pieces, how many for each split, and how long.

    With a `root`, the MIDI files below it, each at its own tempo: for `drums` their drum channel, else all other
    channels. Without one, scores of these `collections` of music21's corpus at `tempo_bpm` quarter notes a minute, or
    drum patterns drawn at random. Longer pieces are cut to `seconds`, and those for validation and test to
    `test_seconds`. Tempo, loudness and articulation vary from piece to piece.
    """

    kind: Literal["pitched", "drums"] = "pitched"
    root: str = ""
    collections: tuple[str, ...] = ("bach", "ryansMammoth")
    pieces: Annotated[int, Field(ge=1)] = 32  # for training
    validation_pieces: Count = 6
    test_pieces: Count = 8
    seconds: Annotated[float, Field(ge=1, le=600)] = 30.0
    test_seconds: Annotated[float, Field(ge=1, le=600)] = 12.0
    tempo_bpm: Annotated[float, Field(ge=20, le=300)] = 100.0
    seed: Annotated[int, Field(ge=0)] = 0
    licence: str = ""  # of the MIDI files; the SoundFont's is added
    attribution: str = ""

    @property
    def collection_count(self) -> int:
        """Number of collections from which pieces are taken in turn."""
        return 1 if self.root or self.kind == "drums" else len(self.collections)

    @property
    def origin(self) -> tuple[str, str]:
        """Licence and attribution of the pieces."""
        if self.root:
            return self.licence, self.attribution
        return ("CC0-1.0", "Waveloom") if self.kind == "drums" else (LICENCE, ATTRIBUTION)


def piece_sources(config: Pieces, base: Path) -> list[Source]:
    """List the pieces that may be chosen, in the order in which they are; equal for equal configs."""
    if config.root:
        return interleaved([_midi_sources(config, base)], config.seed)
    if config.kind == "drums":
        count = config.validation_pieces + config.test_pieces + config.pieces
        return [Source(f"pattern-{n:03d}", None, partial(_drawn_pattern, config, n)) for n in range(count)]
    collections = [
        [Source(name, path, partial(score_notes, path, config.tempo_bpm)) for name, path in score_files(folder).items()]
        for folder in config.collections
    ]
    return interleaved(collections, config.seed)


def split_counts(config: Pieces, found: int) -> dict[str, int]:
    """Return how many pieces each split takes, in the order in which they are chosen, if `found` can be chosen."""
    held_out = {"validation": config.validation_pieces, "test": config.test_pieces}
    if config.root:
        held_out = {split: min(count, max(found // SMALLEST_SHARE, 1)) for split, count in held_out.items()}
    return {**held_out, "train": config.pieces}


def _midi_sources(config: Pieces, base: Path) -> list[Source]:
    files = list(Folder.of(config.root, base, SUFFIXES).sounds())
    if not files:
        raise InputError(f"{base / config.root} holds no MIDI files ({', '.join(sorted(SUFFIXES))}).")
    return [Source(file.name, file.path, partial(_notes_of_file, file, config.kind == "drums")) for file in files]


def _notes_of_file(file: Sound, of_drums: bool) -> list[Note]:
    if notes := midi_notes(read_midi_file(file)[0], of_drums):
        return notes
    raise Rejected(f"silent: it has no notes {'on the drum channel' if of_drums else 'outside the drum channel'}")


def _drawn_pattern(config: Pieces, number: int) -> list[Note]:
    return drum_pattern(np.random.default_rng([config.seed, number]), 2 * config.seconds)
