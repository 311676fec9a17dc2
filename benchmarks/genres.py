"""Writes folders of mixed music in two genres, for translation between them: recordings of several instruments each.

    python benchmarks/genres.py FOLDER [--pieces 40] [--seconds 20]

Chorales by Bach are sung by a choir with an organ; tunes of Ryan's Mammoth Collection are played by a fiddle and an
accordion with drums. No piece is in both genres, so nothing states what its translation should sound like. Then:

    waveloom use domains && dvc exp run -S ingest.options.root=FOLDER
"""

import argparse
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile

from waveloom.audio.clip import Clip
from waveloom.ingest.corpora._drum_patterns import drum_pattern
from waveloom.ingest.corpora._midi_writer import DRUM_CHANNEL, Note, performance
from waveloom.ingest.corpora._performance import excerpt, varied
from waveloom.ingest.corpora._piece_sources import Pieces, piece_sources
from waveloom.ingest.corpora._pieces import Source
from waveloom.ingest.corpora._soundfont import SoundFont, level_to_loudness, load_soundfont, render

RATE, LUFS = 32_000, -20.0
CHOIR, ORGAN, FIDDLE, ACCORDION = 52, 19, 40, 21  # programs of General MIDI
Part = tuple[int, list[Note], int]  # program, notes, channel


def choral(notes: list[Note], random: np.random.Generator) -> list[Part]:
    return [(CHOIR, notes, 0), (ORGAN, [note for note in notes if note.key < 60], 0)]


def dance(notes: list[Note], random: np.random.Generator) -> list[Part]:
    lower = [note._replace(key=note.key - 12) for note in notes[::2]]
    return [(FIDDLE, notes, 0), (ACCORDION, lower, 0), (0, drum_pattern(random, notes[-1].offset), DRUM_CHANNEL)]


GENRES: dict[str, tuple[str, Callable[[list[Note], np.random.Generator], list[Part]]]] = {
    "choral": ("bach", choral),
    "dance": ("ryansMammoth", dance),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pieces", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20.0)
    args = parser.parse_args()
    font = load_soundfont("", Path())
    for genre, (collection, arranged) in GENRES.items():
        (args.folder / genre).mkdir(parents=True, exist_ok=True)
        sources = piece_sources(Pieces(collections=(collection,)), Path())
        for number, source in enumerate(islice(sources, args.pieces)):
            random = np.random.default_rng([number])
            sound = mixed(arranged(notes_of(source, random, args.seconds), random), font)
            soundfile.write(args.folder / genre / f"{number:03d}.wav", sound.samples, sound.rate)


def notes_of(source: Source, random: np.random.Generator, seconds: float) -> list[Note]:
    return excerpt(varied(source.read(), random), seconds)


def mixed(parts: list[Part], font: SoundFont) -> Clip:
    seconds = max(note.offset for _, notes, _ in parts for note in notes) + 0.5
    sounds = [render(font, performance(program, notes, seconds, channel), False) for program, notes, channel in parts]
    length = round(seconds * sounds[0].rate)
    total = np.zeros(length, np.float32)
    for sound in sounds:
        total[: len(sound.samples)] += sound.samples[:length]
    return level_to_loudness(Clip(total, sounds[0].rate), RATE, LUFS)


if __name__ == "__main__":
    main()
