"""Scores that the package music21 ships, as notes."""

from importlib.util import find_spec
from pathlib import Path

from waveloom.audio.decode import Rejected
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._midi_writer import Note

SUFFIXES = {".mxl", ".xml", ".musicxml", ".krn", ".abc"}
VELOCITY = 80  # replaced where a performance varies it
LICENCE = "LicenseRef-music21-corpus"
ATTRIBUTION = "scores of music21's corpus"


def score_files(collection: str) -> dict[str, Path]:
    """Find the files of a folder of music21's corpus, sorted by name: {name without suffix: path}."""
    root = _corpus()
    found = sorted(path for path in (root / collection).rglob("*") if path.suffix in SUFFIXES)
    if not collection or not found:
        names = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("_"))
        raise InputError(
            f"ingest.options.collections names {collection!r}; music21 has no scores there. Choose from "
            f"{', '.join(names)}."
        )
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in found}


def score_notes(path: Path, tempo_bpm: float) -> list[Note]:
    """Read the notes of a score at `tempo_bpm` quarter notes a minute, in order of time; tied notes are joined.

    Repeats are played once; chord symbols and grace notes are left out.
    """
    from music21.converter import Converter  # takes a second to import
    from music21.harmony import ChordSymbol

    converter = Converter()
    converter.parseFileNoPickle(path)  # `converter.parse` stores a pickle in the folder for temporary files
    score = converter.stream
    if score is None:
        raise Rejected("unreadable: music21 finds no music in it")
    quarter = 60 / tempo_bpm
    notes = []
    for element in score.flatten().stripTies().notes:
        if isinstance(element, ChordSymbol) or not element.quarterLength:
            continue
        onset = quarter * float(element.offset)
        offset = onset + quarter * float(element.quarterLength)
        notes += [Note(onset, offset, int(pitch.midi), VELOCITY) for pitch in element.pitches]
    return sorted(notes)


def _corpus() -> Path:
    # Located without an import, since music21 takes a second to import and only its files are listed.
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise InputError("The embedded scores come with music21, which is not installed; run `make setup`.")
    return Path(spec.origin).with_name("corpus")
