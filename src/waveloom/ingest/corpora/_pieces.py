"""Choice of the pieces that are played by several programs, and their division into splits."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waveloom.audio.decode import Rejected
from waveloom.ingest.corpora._midi_writer import Note

MIN_NOTES = 4  # of a piece


class Source(NamedTuple):
    """A piece that may be chosen: its name, its file if it has one, and a function that reads its notes.

    The function raises Rejected with the reason if the piece cannot be played.
    """

    name: str
    path: Path | None
    read: Callable[[], list[Note]]


class Piece(NamedTuple):
    """A chosen piece: `number` counts the chosen pieces of its split. Without notes it has a `reason`."""

    source: Source
    split: str
    number: int
    notes: list[Note]
    reason: str = ""


def interleaved(collections: Iterable[Sequence[Source]], seed: int) -> list[Source]:
    """Order the sources at random, one of each collection in turn, so that every split has pieces of all of them."""
    shuffled = [
        [collection[position] for position in np.random.default_rng([seed, number]).permutation(len(collection))]
        for number, collection in enumerate(collections)
    ]
    return [source for turn in zip_longest(*shuffled) for source in turn if source is not None]


def choose_pieces(sources: Iterator[Source], counts: dict[str, int]) -> Iterator[Piece]:
    """Take sources and read them until each split has its count of pieces: the splits in the order of `counts`.

    A source that cannot be read gives a piece with a reason and counts for no split.
    """
    for split, count in counts.items():
        number = 0
        while number < count and (source := next(sources, None)) is not None:
            try:
                notes = source.read()
                if len(notes) < MIN_NOTES:
                    raise Rejected(f"too few notes: it has {len(notes)}, and {MIN_NOTES} are needed")
            except Rejected as error:
                yield Piece(source, split, number, [], str(error))
            except Exception as error:  # one piece that cannot be read must not stop the others
                yield Piece(source, split, number, [], f"unreadable: {str(error) or type(error).__name__}")
            else:
                yield Piece(source, split, number, notes)
                number += 1
