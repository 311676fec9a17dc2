from itertools import pairwise

import numpy as np
import pytest

from waveloom.ingest.corpora._drum_patterns import KICK, QUARTER_SECONDS, drum_pattern
from waveloom.ingest.corpora._midi_notes import midi_notes
from waveloom.ingest.corpora._midi_reader import read_midi
from waveloom.ingest.corpora._midi_writer import Note, midi_file, performance
from waveloom.ingest.corpora._packaged_scores import score_files, score_notes
from waveloom.ingest.corpora._performance import excerpt, varied

SCALE = [Note(float(n), n + 0.5, 60 + n, 80) for n in range(5)]


def test_an_excerpt_begins_at_the_first_note_and_ends_before_the_last_one_that_begins_in_time():
    late = [note._replace(onset=note.onset + 2, offset=note.offset + 2) for note in SCALE]
    assert excerpt(late, 3.5) == SCALE[:3]
    assert excerpt(late, 60) == SCALE
    assert excerpt([], 1) == []


def test_notes_that_still_sound_at_the_cut_end_there():
    bass = Note(0.0, 5.0, 36, 80)
    assert excerpt([*SCALE, bass], 3.5) == sorted([bass._replace(offset=3.0), *SCALE[:3]])


def test_a_single_long_chord_is_cut_at_the_limit():
    chord = [Note(1.0, 60.0, key, 80) for key in (60, 64, 67)]
    assert [note[:2] for note in excerpt(chord, 10)] == [(0.0, 10)] * 3


def test_a_performance_keeps_keys_and_order_and_varies_the_rest_a_little():
    played = varied(SCALE, np.random.default_rng(0))
    assert [note.key for note in played] == [60, 61, 62, 63, 64]
    beats = np.diff([note.onset for note in played])
    assert beats == pytest.approx(np.full(4, beats.mean()), abs=0.04)
    assert 0.8 - 0.01 <= beats.mean() <= 1.25 + 0.01
    assert all(note.onset >= 0 and note.offset > note.onset and 1 <= note.velocity <= 127 for note in played)
    assert varied(SCALE, np.random.default_rng(0)) == played != varied(SCALE, np.random.default_rng(1))


def test_louder_notes_stay_louder():
    accents = [note._replace(velocity=40 + 60 * (n % 2)) for n, note in enumerate(SCALE)]
    played = [note.velocity for note in varied(accents, np.random.default_rng(3))]
    assert min(played[1::2]) > max(played[::2])


def test_a_midi_file_that_is_written_is_read_again():
    for channel, of_drums in ((0, False), (9, True)):
        midi = read_midi(performance(5, SCALE, 6.0, channel))
        assert midi.is_standard
        assert midi.seconds() == pytest.approx(6.0)
        read = midi_notes(midi, of_drums)
        assert [note.key for note in read] == [60, 61, 62, 63, 64]
        np.testing.assert_allclose([n[:2] for n in read], [n[:2] for n in SCALE], atol=1e-3)
        assert midi_notes(midi, not of_drums) == []


def test_a_key_that_is_struck_again_while_it_sounds_ends_first():
    twice = [Note(0.0, 2.0, 60, 80), Note(1.0, 3.0, 60, 90), Note(1.0, 2.5, 60, 70)]
    read = midi_notes(read_midi(performance(0, twice, 4.0)), of_drums=False)
    assert [note[:2] for note in read] == [(0.0, 1.0), (1.0, 3.0)]


def test_changes_of_tempo_count_and_a_note_without_an_end_lasts_to_the_last_event():
    slower = (480, b"\xff\x51\x03" + (1_000_000).to_bytes(3, "big"))
    track = [(0, bytes([0x90, 60, 100])), slower, (960, bytes([0x90, 62, 100])), (1440, b"\xff\x2f\x00")]
    notes = midi_notes(read_midi(midi_file([track], 480)), of_drums=False)
    assert notes == [Note(0.0, 2.5, 60, 100), Note(1.5, 2.5, 62, 100)]


def test_a_chorale_has_four_voices_in_the_compass_of_a_choir():
    notes = score_notes(score_files("bach")["bach/bwv269"], tempo_bpm=60)
    assert sum(note.onset == notes[0].onset for note in notes) == 4
    assert 36 <= min(note.key for note in notes) < max(note.key for note in notes) <= 81
    assert {note.offset - note.onset for note in notes} >= {0.5, 1.0}  # eighths and quarters at 60 quarters a minute


def test_a_tune_has_one_voice():
    notes = score_notes(score_files("ryansMammoth")["ryansMammoth/LandLeague"], tempo_bpm=120)
    assert all(one.offset <= other.onset + 1e-6 for one, other in pairwise(notes))


@pytest.mark.parametrize("seed", range(5))
def test_a_drum_pattern_has_whole_bars_of_sixteenths_without_two_hits_of_a_key_at_once(seed):
    notes = drum_pattern(np.random.default_rng(seed), seconds=12)
    steps = np.array([note.onset for note in notes]) / QUARTER_SECONDS * 4
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-6)
    assert steps.max() < 5 * 16  # five bars of 2.3 s
    assert steps.max() >= 4 * 16
    assert len({(note.onset, note.key) for note in notes}) == len(notes)
    assert notes[0].key == KICK


def test_drum_patterns_differ_with_the_seed():
    one, other = (drum_pattern(np.random.default_rng(seed), 12) for seed in (0, 1))
    assert one != other
    assert one == drum_pattern(np.random.default_rng(0), 12)
