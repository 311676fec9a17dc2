import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.sounds import RATE, noise, silence, tone, write_wav
from waveloom.audio.fingerprint import fingerprint
from waveloom.audio.prepare import Prepare, prepare
from waveloom.config import read
from waveloom.errors import InputError


def table(base: Path, **sounds: np.ndarray) -> pd.DataFrame:
    """Write 16 kHz WAV files and list them as ingest would."""
    rows = []
    for name, samples in sounds.items():
        path = write_wav(base / f"{name}.wav", samples)
        about = {"label": "x", "group": name, "split": "train", "licence": "CC0", "attribution": "me"}
        rows.append({"recording_id": fingerprint(path), "path": path.name, "status": "accepted", **about})
    return pd.DataFrame(rows)


def clips_of(recordings: pd.DataFrame, rules: Prepare, base: Path) -> tuple[pd.DataFrame, np.ndarray]:
    rows, clips = zip(*prepare(recordings, rules, base), strict=True)
    return pd.concat(rows, ignore_index=True), np.concatenate(clips)


def test_each_recording_gives_one_levelled_clip_from_its_onset(tmp_path):
    sound = np.concatenate([silence(0.5), tone(1000, 2.0, gain=0.2)])
    index, clips = clips_of(table(tmp_path, a=sound), Prepare(samples=8192, margin_ms=0), tmp_path)
    assert clips.shape == (1, 8192)
    assert clips.dtype == np.float32
    row = index.iloc[0]
    assert row["clip_id"] == f"{row['recording_id']}-0000"
    assert row["start_seconds"] == pytest.approx(0.5, abs=1e-3)
    assert row["peak"] == pytest.approx(10 ** (-1 / 20), rel=1e-4)
    assert row["gain_db"] == pytest.approx(20 * np.log10(row["peak"] / 0.2), abs=0.01)
    assert (row["label"], row["group"], row["split"], row["licence"], row["attribution"]) == (
        "x",
        "a",
        "train",
        "CC0",
        "me",
    )
    assert np.abs(np.fft.rfft(clips[0])).argmax() * RATE / 8192 == pytest.approx(1000, abs=2)


def test_another_rate_keeps_pitch_and_length(tmp_path):
    _, clips = clips_of(table(tmp_path, a=tone(1000)), Prepare(rate_hz=8000, samples=8000, fade_ms=0), tmp_path)
    assert np.abs(np.fft.rfft(clips[0])).argmax() == pytest.approx(1000, abs=1)


def test_overlapping_frames_cover_the_recording(tmp_path):
    rules = Prepare(samples=4000, frames="overlap", hop_samples=2000, level="none", trim=False)
    index, clips = clips_of(table(tmp_path, a=tone(440)), rules, tmp_path)
    assert index["start_seconds"].tolist() == [n / 8 for n in range(8)]
    assert index["clip_id"].str[-4:].tolist() == [f"{n:04d}" for n in range(8)]
    np.testing.assert_allclose(clips[::2].ravel(), tone(440), atol=1e-4)


def test_silent_frames_are_left_out_and_say_where_the_others_were(tmp_path):
    sound = np.concatenate([tone(440, 0.25), silence(0.5), tone(440, 0.25)])
    index, clips = clips_of(
        table(tmp_path, a=sound), Prepare(samples=2000, frames="overlap", hop_samples=2000), tmp_path
    )
    assert index["start_seconds"].round(3).tolist() == [0.0, 0.125, 0.75, 0.875]
    assert np.abs(clips).max(axis=1).min() > 0.5


@pytest.mark.parametrize("lead", [0.0, 0.1, 0.4, 0.51, 0.6, 3.0])
@pytest.mark.parametrize("trim", [True, False])
@pytest.mark.parametrize("frames", ["one", "overlap"])
def test_there_is_always_a_first_clip_and_never_a_silent_one(tmp_path, lead, trim, frames):
    click = np.concatenate([silence(lead), tone(2000, 0.002), silence(1.0)])
    rules = Prepare(samples=8192, trim=trim, frames=frames, fade_ms=400, margin_ms=400)
    index, clips = clips_of(table(tmp_path, a=click), rules, tmp_path)
    assert index["clip_id"].str.endswith("-0000").sum() == 1
    assert np.isfinite(clips).all()
    assert np.abs(clips).max(axis=1).min() > 0.5


def test_chunks_hold_64_clips_and_rejected_recordings_none(tmp_path):
    recordings = table(tmp_path, **{f"n{i:03d}": noise(0.1, seed=i) for i in range(131)})
    recordings.loc[7, "status"] = "rejected"
    chunks = list(prepare(recordings, Prepare(samples=1024), tmp_path))
    assert [len(rows) for rows, _ in chunks] == [64, 64, 2]
    ids = [i for rows, _ in chunks for i in rows["recording_id"]]
    assert ids == recordings.loc[recordings["status"] == "accepted", "recording_id"].tolist()


def test_only_a_few_recordings_are_read_ahead(tmp_path, monkeypatch):
    recordings = table(tmp_path, **{f"n{i:03d}": noise(0.1, seed=i) for i in range(200)})
    os.remove(tmp_path / "n150.wav")
    chunks = prepare(recordings, Prepare(samples=1024), tmp_path)
    next(chunks)
    next(chunks)  # 128 clips are there although the 151st recording is not
    with pytest.raises(InputError, match=r"n150\.wav cannot be read any more"):
        next(chunks)


def test_a_file_that_changed_since_ingest_is_named(tmp_path):
    recordings = table(tmp_path, a=tone(440))
    write_wav(tmp_path / "a.wav", tone(441))
    with pytest.raises(InputError, match=r"a\.wav has changed since ingest"):
        list(prepare(recordings, Prepare(), tmp_path))


def test_a_sound_above_the_new_rate_is_named(tmp_path):
    whistle = tone(6000) * np.hanning(RATE).astype(np.float32)
    with pytest.raises(InputError, match=r"a\.wav has no sound below 2000 Hz"):
        list(prepare(table(tmp_path, a=whistle), Prepare(rate_hz=4000), tmp_path))


def test_a_misspelt_knob_is_named():
    with pytest.raises(InputError, match="Did you mean 'rate_hz'"):
        read(Prepare, {"rate_hx": 8000}, "prepare")
