import io
from pathlib import Path

import numpy as np
import pytest
from mido import Message, MidiFile, MidiTrack

from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.corpora.scores import Config, recordings
from waveloom.ingest.recordings import recordings as ingest

FEW = {"pieces": 4, "validation_pieces": 1, "test_pieces": 1, "seconds": 3.0, "test_seconds": 2.0, "rate_hz": 16_000}
TWO = {"domains": {"flute": [73], "organ": [16]}}


def found(base=Path(), **options):
    return list(recordings(read_config(Config, {**FEW, **TWO, **options}, "ingest.options"), base))


def melody(keys=(60, 62, 64, 65, 67), channel: int = 0, ticks: int = 480) -> bytes:
    track = MidiTrack()
    for key in keys:
        track.append(Message("note_on", channel=channel, note=key, velocity=90))
        track.append(Message("note_off", channel=channel, note=key, time=ticks))
    midi, file = MidiFile(ticks_per_beat=480), io.BytesIO()
    midi.tracks.append(track)
    midi.save(file=file)
    return file.getvalue()


def folder(base: Path, count: int = 8) -> Path:
    (base / "music").mkdir()
    for number in range(count):
        (base / f"music/{number}.mid").write_bytes(melody(range(60 + number, 68 + number)))
    return base


@pytest.fixture(scope="module")
def packaged():
    return found(test_programs={"organ": [18]})


def of_split(made, split):
    return [recording for recording in made if recording.split == split]


def test_a_held_out_piece_is_played_by_every_program_of_every_domain(packaged):
    for split in ("validation", "test"):
        played = of_split(packaged, split)
        assert [(r.domain, r.name[-3:]) for r in played] == [("flute", "073"), ("organ", "016"), ("organ", "018")]
        assert len({r.pair for r in played}) == 1


def test_a_training_piece_is_played_in_one_domain_only_and_the_domains_take_turns(packaged):
    played = of_split(packaged, "train")
    assert len({r.pair for r in played}) == len(played) == 4
    assert sorted(r.domain for r in played) == ["flute", "flute", "organ", "organ"]
    for domain in ("flute", "organ"):  # each domain has chorales and tunes
        assert {r.pair.split("-")[0] for r in played if r.domain == domain} == {"bach", "ryansMammoth"}


def test_test_programs_play_no_training_piece(packaged):
    assert {r.name[-3:] for r in of_split(packaged, "train")} == {"073", "016"}


def test_in_a_strict_test_neither_piece_nor_program_is_in_training(packaged):
    made = found(test_programs={"organ": [18], "flute": [74]}, strict=True)
    assert [(r.domain, r.name[-3:]) for r in of_split(made, "test")] == [("flute", "074"), ("organ", "018")]
    assert [r.name for r in of_split(made, "train")] == [r.name for r in of_split(packaged, "train")]


def test_no_piece_is_in_two_splits(packaged):
    pieces = [{r.pair for r in of_split(packaged, split)} for split in ("train", "validation", "test")]
    assert len(set().union(*pieces)) == sum(map(len, pieces))


def test_paired_training_pieces_are_played_in_every_domain():
    played = of_split(found(unpaired=False, pieces=2), "train")
    assert [r.domain for r in played] == ["flute", "organ"] * 2
    assert played[0].pair == played[1].pair != played[2].pair


def test_more_training_pieces_leave_the_held_out_pieces_as_they_are(packaged):
    more = found(pieces=6)
    for split in ("validation", "test"):
        assert {r.pair for r in of_split(more, split)} == {r.pair for r in of_split(packaged, split)}


def test_another_seed_chooses_other_pieces(packaged):
    other = found(seed=1, pieces=2)
    assert {r.pair for r in of_split(other, "test")} != {r.pair for r in of_split(packaged, "test")}


def envelope(samples: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean(samples[: len(samples) // 800 * 800].reshape(-1, 800) ** 2, axis=1))


def test_the_members_of_a_pair_have_equal_length_and_the_same_onsets(tmp_path):
    rests = melody([60] * 4, ticks=240)
    (tmp_path / "music").mkdir()
    for number in range(5):
        (tmp_path / f"music/{number}.mid").write_bytes(rests)
    one, other = of_split(found(tmp_path, root="music", unpaired=False, domains={"a": [0], "b": [6]}), "test")
    assert len(one.clip.samples) == len(other.clip.samples)
    correlation = np.corrcoef(envelope(one.clip.samples), envelope(other.clip.samples))[0, 1]
    assert correlation > 0.7


def test_excerpts_are_no_longer_than_they_may_be(packaged):
    assert max(r.clip.seconds for r in of_split(packaged, "train")) <= 3.0
    assert max(r.clip.seconds for r in of_split(packaged, "test")) <= 2.0
    assert min(r.clip.seconds for r in packaged) > 1.0


def test_licence_and_attribution_are_those_of_scores_and_font(packaged):
    assert {r.licence for r in packaged} == {"LicenseRef-music21-corpus AND GPL-2.0-or-later"}
    assert all("music21" in r.attribution and "Tim Brechbill" in r.attribution for r in packaged)
    assert {r.description for r in packaged if r.domain == "flute"} == {"Flute TB"}


def test_every_midi_file_of_a_folder_has_a_row(tmp_path):
    base = folder(tmp_path, 7)
    (base / "music/bad.mid").write_bytes(b"no music")
    (base / "music/drums.mid").write_bytes(melody(channel=9))
    made = found(base, root="music", pieces=2)
    assert {r.path.name for r in made if r.path} | {f"{r.pair}" for r in made if r.clip} >= {"bad.mid", "drums.mid"}
    rows = {r.path.name if r.path else r.pair for r in made}
    assert len(rows) == 9
    reasons = {r.name: r.reason for r in made if r.reason}
    assert sum(reason == "not chosen: ingest.options.pieces is 2" for reason in reasons.values()) >= 2
    assert all(r.licence == "" for r in made)


def test_files_that_cannot_be_played_are_rejected_and_others_take_their_place(tmp_path):
    base = folder(tmp_path, 7)
    (base / "music/bad.mid").write_bytes(b"no music")
    (base / "music/drums.mid").write_bytes(melody(channel=9))
    (base / "music/short.mid").write_bytes(melody([60]))
    made = found(base, root="music", pieces=5)
    assert {r.name: r.reason for r in made if r.reason} == {
        "bad.mid": "unreadable: it does not begin with MThd, as MIDI files do",
        "drums.mid": "silent: it has no notes outside the drum channel",
        "short.mid": "too few notes: it has 1, and 4 are needed",
    }
    assert len({r.pair for r in of_split(made, "train")}) == 5


def test_the_drum_channel_of_midi_files_is_played_by_kits(tmp_path):
    (tmp_path / "music").mkdir()
    for number in range(5):
        (tmp_path / f"music/{number}.mid").write_bytes(melody([36, 38, 42, 36, 38 + number], channel=9))
    made = found(tmp_path, root="music", kind="drums", domains={"acoustic": [0], "electronic": [25]}, licence="CC0-1.0")
    assert {r.description for r in made} == {"Standard", "TR 808"}
    assert {r.licence for r in made} == {"CC0-1.0 AND GPL-2.0-or-later"}


def test_drawn_drum_patterns_are_played_by_two_kits():
    made = found(kind="drums", domains={})
    assert {r.domain for r in made} == {"acoustic", "electronic"}
    one, other = of_split(made, "test")
    assert one.pair == other.pair
    assert not np.array_equal(one.clip.samples, other.clip.samples)
    assert {r.pair for r in made} == {f"pattern-{n:03d}" for n in range(6)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domains": {"flute": [73]}}, "one domain only, 'flute'; a translation needs two"),
        ({"domains": {"flute": [73], "organ": []}}, r"ingest\.options\.domains\.organ has no program"),
        ({"test_programs": {"orgel": [18]}}, "test_programs names 'orgel'; the domains are flute, organ"),
        ({"test_programs": {"organ": [16]}}, "has the program 16, which plays training pieces"),
        ({"test_programs": {"organ": [18]}, "strict": True}, "test_programs has no program for flute; add one"),
        ({"collections": ["bachh"]}, "collections names 'bachh'; music21 has no scores there"),
        ({"kind": "drums", "domains": {"a": [0], "b": [1]}}, "has the drum kit 1, which the SoundFont lacks"),
        ({"soundfont": "none.sf2"}, "there is no such file"),
        ({"root": "nowhere"}, "there is no such folder"),
    ],
)
def test_impossible_options_are_one_clear_error(options, message, tmp_path):
    with pytest.raises(InputError, match=message):
        found(tmp_path, **options)


def test_too_few_files_are_an_error_that_counts_them(tmp_path):
    with pytest.raises(
        InputError, match="music has 3 pieces, of which 2 are for validation and test; training needs 2"
    ):
        found(folder(tmp_path, 3), root="music")


def test_ingest_accepts_every_recording_and_keeps_pairs_together(tmp_path):
    config = Ingest(corpus="scores", options={**FEW, **TWO, "kind": "drums", "domains": {"a": [0], "b": [25]}})
    table = ingest(config, tmp_path / "out", tmp_path)
    assert set(table["status"]) == {"accepted"}
    assert table["split"].value_counts().to_dict() == {"train": 4, "validation": 2, "test": 2}
    assert table["group"].equals(table["pair"])
    assert table["label"].equals(table["domain"])
