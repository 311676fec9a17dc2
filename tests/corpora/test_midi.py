import io
import random

import numpy as np
import pytest
from mido import Message, MetaMessage, MidiFile, MidiTrack

from tests.corpora.test_soundfont import pitch_hz
from waveloom.corpora._midi import notes_in_turn
from waveloom.corpora.midi import Config, recordings
from waveloom.errors import InputError

A4 = notes_in_turn(73, [(69, 100)], hold=1500, period=2000)  # one second of a flute


def fill(base, files):
    for name, content in files.items():
        (base / "midi" / name).parent.mkdir(parents=True, exist_ok=True)
        (base / "midi" / name).write_bytes(content)


def found(base, **options):
    return list(recordings(Config(root="midi", **options), base))


def piece(*parts: tuple[int, int, int], ticks: int = 480, wait: int = 240) -> bytes:
    """A file of parts: (channel, program, how many notes)."""
    midi = MidiFile(ticks_per_beat=ticks)
    for channel, program, count in parts:
        track = MidiTrack([Message("program_change", channel=channel, program=program)])
        for _ in range(count):
            track.append(Message("note_on", channel=channel, note=60, velocity=90))
            track.append(Message("note_off", channel=channel, note=60, time=wait))
        midi.tracks.append(track)
    file = io.BytesIO()
    midi.save(file=file)
    return file.getvalue()


def test_a_piece_is_played_at_its_pitch_and_length(tmp_path):
    fill(tmp_path, {"a.mid": A4})
    (note,) = found(tmp_path)
    assert (note.name, note.label, note.group) == ("a.mid", "pipe", "a.mid")
    assert pitch_hz(note.clip) == pytest.approx(440, rel=0.02)
    assert note.clip.rate == 32_000
    assert 1 < note.clip.seconds < 3
    assert np.abs(note.clip.samples).max() == pytest.approx(10 ** (-1 / 20), rel=0.01)


def test_the_label_is_the_family_that_plays_most_notes_or_the_folder(tmp_path):
    fill(tmp_path, {"x/a.mid": piece((0, 0, 3), (1, 40, 5)), "y/b.midi": piece((9, 0, 4), (0, 57, 3)), "c.kar": A4})
    assert {r.name: r.label for r in found(tmp_path)} == {"c.kar": "pipe", "x/a.mid": "strings", "y/b.midi": "drums"}
    assert [r.label for r in found(tmp_path, label="folder")] == ["", "x", "y"]


def test_the_sound_is_under_the_licences_of_piece_and_font(tmp_path):
    fill(tmp_path, {"a.mid": A4})
    (note,) = found(tmp_path, licence="CC0-1.0", attribution="by me")
    assert note.licence == "CC0-1.0 AND GPL-2.0-or-later"
    assert note.attribution == "by me, played with TimGM6mb by Tim Brechbill"
    assert found(tmp_path)[0].licence == ""


def test_what_cannot_be_played_is_refused_with_its_reason(tmp_path):
    slow = MidiFile(tracks=[MidiTrack([MetaMessage("set_tempo", tempo=0xFFFFFF), Message("note_on", time=0x0FFFFFFF)])])
    file = io.BytesIO()
    slow.save(file=file)
    fill(
        tmp_path,
        {
            "a-empty.mid": b"",
            "b-text.mid": b"hello, this is not music at all",
            "c-long.mid": file.getvalue(),
            "d-cut.mid": A4[:40],
            "e-film.mid": A4[:12] + b"\xe7\x28" + A4[14:],
            "f-large.mid": A4 + bytes(1_000_000),
            "g-silent.mid": piece((0, 0, 0)),
            "h-good.mid": A4,
        },
    )
    (tmp_path / "midi/i-out.mid").symlink_to("/etc/hostname")
    reasons = [r.reason.partition(":")[0] for r in found(tmp_path)]
    unreadable = "unreadable"
    expected = [unreadable, unreadable, "too long", unreadable, unreadable, "too large", "silent", "", "link"]
    assert reasons == expected


def test_a_damaged_file_is_played_or_refused_and_never_crashes(tmp_path):
    draw = random.Random(0)
    whole = piece((0, 0, 4), (9, 0, 4))
    files = {}
    for number in range(60):
        content = bytearray(whole)
        for _ in range(draw.choice([1, 3, 10])):
            content[draw.randrange(len(content))] = draw.randrange(256)
        files[f"{number:02d}.mid"] = bytes(content)
    fill(tmp_path, files)
    played = found(tmp_path, max_seconds=10)
    assert [recording.name for recording in played] == sorted(files)
    assert all(recording.clip is None or recording.clip.seconds < 12 for recording in played)


def test_a_folder_without_music_is_named(tmp_path):
    fill(tmp_path, {"a.wav": b""})
    with pytest.raises(InputError, match="holds no MIDI files"):
        found(tmp_path)
