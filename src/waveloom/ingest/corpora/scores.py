"""Plays each piece with several programs of a SoundFont: the same music, at the same times, in several domains.

The pieces are scores of music21's corpus, MIDI files of a folder, or drum patterns drawn at random.
"""

from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.audio.clip import Clip
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._domain_programs import Programs, check_programs, preset_name, training_programs
from waveloom.ingest.corpora._midi_writer import DRUM_CHANNEL, Note, performance
from waveloom.ingest.corpora._performance import excerpt, varied
from waveloom.ingest.corpora._piece_sources import Pieces, piece_sources, split_counts
from waveloom.ingest.corpora._pieces import Piece, choose_pieces
from waveloom.ingest.corpora._soundfont import SoundFont, level_to_loudness, load_soundfont, render
from waveloom.preparation.frame import crop_or_pad

TAIL_SECONDS = 0.5  # after the end of the last note
FADE_SECONDS = 0.05


@checked_dataclass
class Config(Pieces):
    """Which programs play which pieces; with `kind: drums` they are drum kits, programs of the drum channel.

    A piece for validation or test is played by every program of every domain. A piece for training is played by one
    program of each domain or, if `unpaired`, of one domain in turn. `test_programs` play no training piece; if
    `strict`, they alone play the pieces for test, so that neither its pieces nor its programs are in training.
    """

    domains: Programs = field(default_factory=dict)  # empty: four instruments, or two drum kits
    test_programs: Programs = field(default_factory=dict)
    unpaired: bool = True
    strict: bool = False
    loudness_lufs: Annotated[float, Field(ge=-60, le=0)] = -23.0  # of every recording, unless its peaks allow less
    soundfont: str = ""  # path of an .sf2 file; empty: TimGM6mb, which is part of pretty_midi
    rate_hz: Annotated[int, Field(ge=8_000, le=48_000)] = 32_000

    def __post_init__(self) -> None:
        """Check domains and programs."""
        check_programs(training_programs(self.kind, self.domains), self.test_programs, self.strict)


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC tracks: the folder of MIDI files if there is one, and the SoundFont unless it is pretty_midi's."""
    return {"corpus": config.root, "soundfont": config.soundfont}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Play the pieces one by one, those for validation and test first; a piece that cannot be read is rejected."""
    font = load_soundfont(config.soundfont, base)
    programs = training_programs(config.kind, config.domains)
    for numbers in (*programs.values(), *config.test_programs.values()):
        for program in numbers:
            preset_name(font, program, config.kind)
    sources = piece_sources(config, base)
    counts = split_counts(config, len(sources))
    _check_count(len(sources), counts, len(programs) if config.unpaired else 1, config)
    remaining = iter(sources)
    for piece in choose_pieces(remaining, counts):
        if piece.reason:
            yield Recording(piece.source.name, piece.source.path, reason=piece.reason)
        else:
            yield from _played(piece, font, config)
    if config.root:  # every file of a folder has a row
        reason = f"not chosen: ingest.options.pieces is {config.pieces}"
        yield from (Recording(source.name, source.path, reason=reason) for source in remaining)


def _check_count(found: int, counts: dict[str, int], training: int, config: Config) -> None:
    """Raise an InputError if validation and test leave fewer pieces than training needs."""
    held_out = counts["validation"] + counts["test"]
    if found - held_out < training:
        raise InputError(
            f"{config.root or 'ingest.options.collections'} has {found} pieces, of which {held_out} are for validation "
            f"and test; training needs {training} or more. Add pieces, or set ingest.options.unpaired to false."
        )


def _played(piece: Piece, font: SoundFont, config: Config) -> Iterator[Recording]:
    """Play a piece with each program that its split gives it, all at the same times."""
    random = np.random.default_rng([config.seed, *piece.split.encode(), piece.number])
    limit = config.seconds if piece.split == "train" else config.test_seconds
    notes = excerpt(varied(piece.notes, random), limit - TAIL_SECONDS)
    name = piece.source.name.replace("/", "-")
    licence, attribution = config.origin
    for domain, program in _cast(piece, config, random):
        yield Recording(
            name=f"{domain}/{name}-program-{program:03d}",
            clip=_render(notes, program, font, config),
            domain=domain,
            pair=name,
            split=piece.split,
            # A rendering is under the licences of piece and font; if the piece's is unknown, so is the rendering's.
            licence=licence and f"{licence} AND {font.licence}",
            attribution=", ".join(filter(None, [attribution, f"played with {font.attribution}"])),
            description=preset_name(font, program, config.kind),
        )


def _cast(piece: Piece, config: Config, random: np.random.Generator) -> list[tuple[str, int]]:
    """Choose the programs that play a piece, each with its domain."""
    programs = training_programs(config.kind, config.domains)
    if piece.split == "test" and config.strict:
        return [(domain, program) for domain in programs for program in config.test_programs[domain]]
    if piece.split != "train":
        return [
            (domain, program)
            for domain, numbers in programs.items()
            for program in (*numbers, *config.test_programs.get(domain, ()))
        ]
    chosen = [(domain, int(random.choice(numbers))) for domain, numbers in programs.items()]
    if not config.unpaired:
        return chosen
    # Pieces come from the collections in turn, so each collection goes through the domains by itself.
    turn, collection = divmod(piece.number, config.collection_count)
    return [chosen[(turn + collection) % len(chosen)]]


def _render(notes: list[Note], program: int, font: SoundFont, config: Config) -> Clip:
    """Play notes with one program; the length does not depend on the program."""
    seconds = max(note.offset for note in notes) + TAIL_SECONDS
    midi = performance(program, notes, seconds, DRUM_CHANNEL if config.kind == "drums" else 0)
    try:
        sound = render(font, midi, stereo=False)
    except RuntimeError as error:
        raise InputError(f"ingest.options.soundfont cannot be played ({error}); name a SoundFont 2 file.") from None
    samples = crop_or_pad(sound.samples, round(seconds * sound.rate), round(FADE_SECONDS * sound.rate))
    return level_to_loudness(Clip(samples, sound.rate), config.rate_hz, config.loudness_lufs)
