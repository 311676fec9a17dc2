import io
import random
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mido import Message, MetaMessage, MidiFile, MidiTrack

from tests.ingest.corpora.test_soundfont import pitch_hz
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.corpora._midi_reader import read_midi
from waveloom.ingest.corpora._midi_writer import note_sequence
from waveloom.ingest.corpora._soundfont import load_soundfont, render
from waveloom.ingest.corpora.midi import Config, recordings
from waveloom.ingest.inspection import Inspection
from waveloom.ingest.recordings import recordings_table

A4 = note_sequence(73, [(69, 100)], hold=1500, period=2000)  # one second of a flute


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


def test_a_piece_is_rendered_at_its_pitch_and_length(tmp_path):
    fill(tmp_path, {"a.mid": A4})
    (note,) = found(tmp_path)
    assert (note.name, note.label, note.group) == ("a.mid", "pipe", "a.mid")
    assert pitch_hz(note.clip) == pytest.approx(440, rel=0.02)
    assert note.clip.rate == 32_000
    assert 1 < note.clip.seconds < 3
    assert np.abs(note.clip.samples).max() == pytest.approx(10 ** (-1 / 20), rel=0.01)


def test_the_label_is_the_family_with_the_most_notes_or_the_folder(tmp_path):
    fill(tmp_path, {"x/a.mid": piece((0, 0, 3), (1, 40, 5)), "y/b.midi": piece((9, 0, 4), (0, 57, 3)), "c.kar": A4})
    assert {r.name: r.label for r in found(tmp_path)} == {"c.kar": "pipe", "x/a.mid": "strings", "y/b.midi": "drums"}
    assert [r.label for r in found(tmp_path, label="folder")] == ["", "x", "y"]


def test_a_rendering_has_the_licences_of_piece_and_soundfont(tmp_path):
    fill(tmp_path, {"a.mid": A4})
    (note,) = found(tmp_path, licence="CC0-1.0", attribution="by me")
    assert note.licence == "CC0-1.0 AND GPL-2.0-or-later"
    assert note.attribution == "by me, played with TimGM6mb by Tim Brechbill"
    assert found(tmp_path)[0].licence == ""


def test_a_file_that_cannot_be_rendered_is_rejected_with_the_reason(tmp_path):
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


def test_a_damaged_file_is_rendered_or_rejected_without_a_crash(tmp_path):
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


def test_a_folder_without_midi_files_is_an_error(tmp_path):
    fill(tmp_path, {"a.wav": b""})
    with pytest.raises(InputError, match="holds no MIDI files"):
        found(tmp_path)


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I", len(content)) + content


def midi(*tracks: bytes, layout: int = 1, ticks: int = 480) -> bytes:
    header = chunk(b"MThd", struct.pack(">HHH", layout, len(tracks), ticks))
    return header + b"".join(chunk(b"MTrk", track) for track in tracks)


NOTE = bytes.fromhex("00 c0 00 00 90 3c 64 83 60 80 3c 00")  # a piano's middle C for half a second
END = bytes.fromhex("00 ff 2f 00")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (midi(bytes.fromhex("00 ff 51 03 00 00 00") + NOTE + END), "empty: it lasts no time"),
        (midi(NOTE + END, ticks=0), "unreadable: a quarter note has no ticks"),
        (midi(NOTE + END, layout=2), "unreadable: MIDI format 2 is neither 0 nor 1"),
        (midi(NOTE + END)[:-6], "unreadable: it is cut short"),
        (midi(NOTE + END)[:-16], "unreadable: it is cut short"),
        (midi(NOTE + END)[:12], "unreadable: it is cut short"),
        (midi(bytes.fromhex("00 3c 64") + END), "unreadable: a message has no status byte"),
        (midi(bytes.fromhex("00 ff 01 ff ff ff ff 7f") + NOTE + END), "unreadable: a time or length takes more than"),
        (midi(NOTE + END, NOTE + END)[: len(midi(NOTE + END))], "unreadable: it is cut short"),
    ],
)
def test_a_file_that_cannot_be_rendered_is_one_row_and_the_others_are_rendered(tmp_path, content, reason):
    fill(tmp_path, {"a.mid": A4, "b.mid": content, "c.mid": A4})
    one, bad, other = found(tmp_path)
    assert bad.reason.startswith(reason)
    assert bad.clip is None
    assert one.clip is not None
    assert other.clip is not None


@pytest.mark.parametrize(
    "content",
    [
        midi(bytes.fromhex("00 ff 59 02 0d 05") + NOTE + END),  # thirteen sharps, mode 5
        midi(bytes.fromhex("00 ff 58 01 04") + NOTE + END),  # a time signature of one byte
        midi(bytes.fromhex("00 ff 51 02 07 a1") + NOTE + END),  # a tempo of two bytes
        midi(bytes.fromhex("00 f8 00 f2 01 02") + NOTE + END),  # a clock and a song position
        midi(bytes.fromhex("00 f0 05 7e ff 09 01 f7") + NOTE + END),
        midi(NOTE),  # without an end of track
        midi(NOTE + END + NOTE),
        midi(NOTE + END) + b"junk after the last track",
        chunk(b"MThd", struct.pack(">HHH", 1, 1, 480) + b"more") + chunk(b"MTrk", NOTE + END),
        midi()[:-4] + b"\0\1" + struct.pack(">H", 480) + chunk(b"XFIH", b"abc") + chunk(b"MTrk", NOTE + END),
        midi()[:-4] + b"\0\1" + struct.pack(">H", 480) + b"MTrk" + struct.pack(">I", 5000) + NOTE + END,
    ],
)
def test_faults_outside_the_notes_are_tolerated(tmp_path, content):
    fill(tmp_path, {"a.mid": midi(NOTE + END), "b.mid": content})
    plain, odd = found(tmp_path)
    assert (odd.reason, odd.label) == ("", "piano")
    np.testing.assert_array_equal(odd.clip.samples, plain.clip.samples)


def test_data_bytes_above_127_are_played_as_127(tmp_path):
    loudest = bytes.fromhex("00 c0 00 00 90 3c 7f 83 60 80 3c 00")
    fill(tmp_path, {"a.mid": midi(loudest + END), "b.mid": midi(loudest.replace(b"\x3c\x7f", b"\x3c\xc8") + END)})
    plain, odd = found(tmp_path)
    assert odd.reason == ""
    np.testing.assert_array_equal(odd.clip.samples, plain.clip.samples)


@pytest.mark.parametrize(
    "content",
    [
        A4,
        piece((0, 0, 3), (1, 40, 5), (9, 0, 4)),
        midi(bytes.fromhex("00 ff 51 03 0f 42 40") + NOTE + bytes.fromhex("00 ff 51 03 07 a1 20 83 60 ff 2f 00")),
    ],
)
def test_length_and_notes_equal_those_of_mido_and_rewriting_changes_no_sample(content):
    from mido import MidiFile

    read, reference = read_midi(content), MidiFile(file=io.BytesIO(content))
    assert read.is_standard
    assert read.seconds() == pytest.approx(reference.length)
    assert read.notes_per_family().total() == sum(
        it.type == "note_on" and it.velocity > 0 for it in reference.merged_track
    )
    font = load_soundfont("", Path())
    one, other = render(font, content, True), render(font, read.to_bytes(), True)
    np.testing.assert_array_equal(one.samples, other.samples)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_bytes_give_one_row(data):
    whole = bytearray(midi(NOTE + END, bytes.fromhex("00 ff 51 03 07 00 00 00 99 28 64 60 b9 07 40 00 e9 00 60") + END))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    content = bytes(whole[: data.draw(st.integers(0, len(whole)))]) if data.draw(st.booleans()) else bytes(whole)
    with TemporaryDirectory() as folder:
        fill(Path(folder), {"a.mid": content})
        (row,) = found(Path(folder), max_seconds=2)
    assert (row.clip is None) == bool(row.reason.partition(":")[0])
    assert row.reason == row.reason.strip(" :")
    assert row.clip is None or row.clip.seconds < 4


def test_a_file_with_the_longest_possible_name_is_rendered_and_written(tmp_path):
    fill(tmp_path, {f"{'x' * 251}.mid": A4, f"{'x' * 250}y.mid": piece((0, 0, 4))})
    config = Ingest(corpus="midi", options={"root": "midi"})
    table = recordings_table(
        recordings(Config(root="midi"), tmp_path), Inspection(config, tmp_path / "made", fingerprints=True)
    )
    assert list(table["status"]) == ["accepted", "accepted"]
    assert table["path"].is_unique
