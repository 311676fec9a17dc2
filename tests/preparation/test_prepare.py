import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.sounds import RATE, noise, silence, tone, write_wav
from waveloom.audio.clip import Clip
from waveloom.audio.digests import file_digest
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.preparation.config import Prepare
from waveloom.preparation.convert import rejection_reason
from waveloom.preparation.cut import cut
from waveloom.preparation.denoise import Denoise
from waveloom.preparation.level import rms
from waveloom.preparation.prepare import prepare


def table(base: Path, **sounds: np.ndarray) -> pd.DataFrame:
    """Write 16 kHz WAV files and list them as ingest would."""
    rows = []
    for name, samples in sounds.items():
        path = write_wav(base / f"{name}.wav", samples)
        about = {"label": "x", "group": name, "split": "train", "licence": "CC0", "attribution": "me"}
        about["seconds"] = len(samples) / RATE
        rows.append({"recording_id": file_digest(path), "path": path.name, "status": "accepted", **about})
    return pd.DataFrame(rows)


def clips_of(recordings: pd.DataFrame, config: Prepare, base: Path) -> tuple[pd.DataFrame, np.ndarray]:
    rows, clips = zip(*prepare(recordings, config, base), strict=True)
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


def test_clips_keep_the_description_of_their_recording_if_it_has_one(tmp_path):
    recordings = table(tmp_path, a=tone(440), b=tone(550))
    before, _ = clips_of(recordings, Prepare(), tmp_path)
    after, _ = clips_of(recordings.assign(description=["a hum", ""]), Prepare(), tmp_path)
    assert before["description"].tolist() == ["", ""]
    assert after["description"].tolist() == ["a hum", ""]


def test_another_rate_keeps_pitch_and_length(tmp_path):
    _, clips = clips_of(table(tmp_path, a=tone(1000)), Prepare(rate_hz=8000, samples=8000, fade_ms=0), tmp_path)
    assert np.abs(np.fft.rfft(clips[0])).argmax() == pytest.approx(1000, abs=1)


def test_overlapping_frames_cover_the_recording(tmp_path):
    config = Prepare(samples=4000, frames="overlap", hop_samples=2000, level="none", trim=False)
    index, clips = clips_of(table(tmp_path, a=tone(440)), config, tmp_path)
    assert index["start_seconds"].tolist() == [n / 8 for n in range(8)]
    assert index["clip_id"].str[-4:].tolist() == [f"{n:04d}" for n in range(8)]
    np.testing.assert_allclose(clips[::2].ravel(), tone(440), atol=1e-4)


def test_silent_frames_are_omitted_and_the_others_have_their_start_times(tmp_path):
    sound = np.concatenate([tone(440, 0.25), silence(0.5), tone(440, 0.25)])
    index, clips = clips_of(
        table(tmp_path, a=sound), Prepare(samples=2000, frames="overlap", hop_samples=2000), tmp_path
    )
    assert index["start_seconds"].round(3).tolist() == [0.0, 0.125, 0.75, 0.875]
    assert np.abs(clips).max(axis=1).min() > 0.5


@pytest.mark.parametrize("lead", [0.0, 0.1, 0.4, 0.51, 0.6, 3.0])
@pytest.mark.parametrize("trim", [True, False])
@pytest.mark.parametrize("frames", ["one", "overlap"])
def test_every_recording_has_a_first_clip_that_is_not_silent(tmp_path, lead, trim, frames):
    click = np.concatenate([silence(lead), tone(2000, 0.002), silence(1.0)])
    config = Prepare(samples=8192, trim=trim, frames=frames, fade_ms=400, margin_ms=400)
    index, clips = clips_of(table(tmp_path, a=click), config, tmp_path)
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


def test_a_file_that_changed_since_ingest_is_an_error(tmp_path):
    recordings = table(tmp_path, a=tone(440))
    write_wav(tmp_path / "a.wav", tone(441))
    with pytest.raises(InputError, match=r"a\.wav has changed since ingest"):
        list(prepare(recordings, Prepare(), tmp_path))


def test_a_sound_above_the_new_band_is_an_error(tmp_path):
    whistle = tone(6000) * np.hanning(RATE).astype(np.float32)
    with pytest.raises(InputError, match=r"a\.wav has no sound below 2000 Hz"):
        list(prepare(table(tmp_path, a=whistle), Prepare(rate_hz=4000), tmp_path))


def click_train(rate: int, *places: float, seconds: float = 1.0) -> np.ndarray:
    """Single samples of full scale at these times (s), in faint noise."""
    sound = noise(seconds, rate, gain=1e-4)
    sound[np.round(np.array(places) * rate).astype(int)] = 0.8
    return sound


@pytest.mark.parametrize("align", ["onset", "peak", "centre"])
@pytest.mark.parametrize("at", [0.0, 0.25, 0.5])
def test_a_click_is_aligned_at_align_at(tmp_path, align, at):
    config = Prepare(samples=1000, align=align, align_at=at, trim=False, fade_ms=0)
    index, clips = clips_of(table(tmp_path, a=click_train(RATE, 0.4)), config, tmp_path)
    assert clips[0].argmax() == 1000 * at
    assert index["start_seconds"][0] == pytest.approx(0.4 - 1000 * at / RATE)


def test_each_event_gives_a_clip_aligned_like_the_others(tmp_path):
    times = (0.0, 0.1, 0.25, 0.9)
    config = Prepare(samples=800, frames="events", hop_samples=400, align="peak", align_at=0.5, trim=False)
    index, clips = clips_of(table(tmp_path, a=click_train(RATE, *times)), config, tmp_path)
    assert clips.argmax(axis=1).tolist() == [400] * 4
    np.testing.assert_allclose(index["start_seconds"] + 400 / RATE, times, atol=1e-9)
    assert index["clip_id"].str[-4:].tolist() == ["0000", "0001", "0002", "0003"]


def test_an_alignment_that_leaves_only_silence_is_an_error(tmp_path):
    sound = np.concatenate([silence(0.5), tone(440, 0.5)])
    config = Prepare(samples=8000, align_at=0.999, margin_ms=10)
    with pytest.raises(InputError, match=r"a\.wav leaves nothing but silence.*Lower prepare.align_at"):
        list(prepare(table(tmp_path, a=sound), config, tmp_path))


def test_one_channel_can_be_selected_and_a_missing_one_is_an_error(tmp_path):
    recordings = table(tmp_path, a=np.stack([tone(440), tone(1000)], axis=1)).assign(channels=2)
    for channel, hertz in ((0, 440), (1, 1000)):
        _, clips = clips_of(recordings, Prepare(samples=16_000, channel=channel, fade_ms=0, margin_ms=0), tmp_path)
        assert np.abs(np.fft.rfft(clips[0])).argmax() == pytest.approx(hertz, abs=1)
    with pytest.raises(InputError, match=r"prepare\.channel is 2, counted from 0, but .*a\.wav has 2 channels"):
        list(prepare(recordings, Prepare(channel=2), tmp_path))


@pytest.mark.parametrize("removed", [True, False])
def test_an_offset_is_removed_unless_remove_dc_is_false(tmp_path, removed):
    config = Prepare(samples=16_000, remove_dc=removed, level="none", trim=False)
    _, clips = clips_of(table(tmp_path, a=tone(440) + np.float32(0.25)), config, tmp_path)
    assert clips.mean() == pytest.approx(0.0 if removed else 0.25, abs=1e-4)


def test_noise_is_lowered_only_if_enabled(tmp_path):
    sound = np.concatenate([silence(1.0), tone(1000, 1.0)]) + noise(2.0, gain=0.02)
    recordings = table(tmp_path, a=sound)
    configs = [Prepare(samples=32_000, trim=False, level="none", denoise=Denoise(enabled=on)) for on in (True, False)]
    quiet, loud = (clips_of(recordings, config, tmp_path)[1][0] for config in configs)
    np.testing.assert_allclose(loud, sound, atol=1e-4)
    assert rms(quiet[None, 4000:12_000]) < 0.2 * rms(loud[None, 4000:12_000])


def test_the_index_has_the_measure_each_clip_was_levelled_by(tmp_path):
    recordings = table(tmp_path, long=tone(440), short=tone(440, 0.3))
    for samples, by in ((8192, "loudness"), (4000, "rms")):
        index, _ = clips_of(recordings, Prepare(samples=samples, level="loudness", level_db=-23), tmp_path)
        assert set(index["level_by"]) == {by}


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000])
@pytest.mark.parametrize("seconds", [0.01, 1.0, 120.0])
@pytest.mark.parametrize("frames", ["one", "overlap", "events"])
def test_any_rate_and_length_works(tmp_path, rate, seconds, frames):
    samples = round(seconds * rate)
    config = Prepare(rate_hz=rate, samples=samples, hop_samples=samples, frames=frames, align_at=0.1, min_content=0.01)
    index, clips = clips_of(table(tmp_path, a=tone(1000, 0.05)), config, tmp_path)
    assert clips.shape[1] == samples
    assert index["peak"].max() == pytest.approx(10 ** (-1 / 20), rel=1e-3)
    assert np.isfinite(clips).all()


def test_a_misspelt_parameter_is_an_error_with_its_name():
    with pytest.raises(InputError, match="Did you mean 'rate_hz'"):
        read_config(Prepare, {"rate_hx": 8000}, "prepare")


def test_both_channels_are_cut_at_the_same_samples_and_levelled_by_one_gain(tmp_path):
    sound = np.concatenate([silence(0.5), tone(1000, 1.0, gain=0.2)])
    recordings = table(tmp_path, a=np.stack([sound, 0.5 * sound], axis=1), b=sound)
    index, clips = clips_of(recordings, Prepare(samples=8192, channel="both", margin_ms=0), tmp_path)
    assert clips.shape == (2, 2, 8192)
    assert index["start_seconds"].tolist() == pytest.approx([0.5, 0.5], abs=1e-3)
    assert index["peak"].tolist() == pytest.approx([10 ** (-1 / 20)] * 2, rel=1e-4)
    np.testing.assert_allclose(clips[0, 1], clips[0, 0] / 2, atol=1e-4)
    np.testing.assert_array_equal(clips[1, 0], clips[1, 1])


@pytest.mark.parametrize(
    "config", [{"rate_hz": 8000}, {"denoise": {"enabled": True}}, {"level": "loudness", "level_db": -23.0}]
)
def test_both_channels_of_a_mono_file_equal_its_mono_clip(tmp_path, config):
    recordings = table(tmp_path, a=tone(1000, gain=0.2) + noise(1.0, gain=0.01))
    _, mono = clips_of(recordings, read_config(Prepare, {"samples": 8000, **config}, "prepare"), tmp_path)
    _, both = clips_of(
        recordings, read_config(Prepare, {"samples": 8000, "channel": "both", **config}, "prepare"), tmp_path
    )
    louder = 10 ** (3.01 / 20) if config.get("level") == "loudness" else 1  # BS.1770 adds the power of channels
    np.testing.assert_allclose(louder * both[0, 0], mono[0], atol=1e-3)


def test_channels_that_cancel_in_the_mix_are_an_error(tmp_path):
    recordings = table(tmp_path, a=np.stack([tone(1000), -tone(1000)], axis=1))
    with pytest.raises(InputError, match=r"channels that cancel each other.*set prepare\.channel to one"):
        clips_of(recordings, Prepare(samples=8192, channel="both"), tmp_path)


def test_a_recording_without_a_clip_is_logged_and_the_others_give_clips(tmp_path, caplog):
    late = np.concatenate([np.float32([0.5]), silence(1.0)])
    sounds = {f"n{i:03d}": noise(0.2, seed=i) for i in range(70)}
    sounds |= {"n007": whistle(), "n068": late, "n069": whistle()}
    recordings = table(tmp_path, **sounds)
    index, clips = clips_of(recordings, Prepare(rate_hz=4000, samples=800), tmp_path)
    missing = set(recordings["recording_id"]) - set(index["recording_id"])
    assert missing == set(recordings["recording_id"].iloc[[7, 69]])
    assert len(index) == len(clips) == 68
    assert "2 of 70 accepted recordings gave no clip: n007.wav has no sound below 2000 Hz" in caplog.text


def whistle() -> np.ndarray:
    return tone(6000) * np.hanning(RATE).astype(np.float32)


def test_a_killed_run_of_recordings_without_clips_continues(tmp_path):
    recordings = table(tmp_path, **{f"n{i:03d}": whistle() * (1 + i) / 200 for i in range(64)}, last=noise(0.2))
    config = Prepare(rate_hz=4000, samples=800)
    for _ in range(2):
        chunks = list(prepare(recordings, config, tmp_path, checkpoints=tmp_path / "checkpoints"))
        assert [len(index) for index, _ in chunks] == [1]


def test_recordings_too_long_for_memory_at_the_new_rate_are_an_error_before_one_is_read(tmp_path):
    recordings = table(tmp_path, a=tone(440)).assign(seconds=1e7)
    with pytest.raises(InputError, match=r"prepare\.rate_hz is 16000, at which a recording of 10000000 s takes"):
        next(prepare(recordings, Prepare(), tmp_path))


def abrupt(hertz: float, rate: int = 48_000) -> Clip:
    return Clip(tone(hertz, 1.0, rate), rate)


@pytest.mark.parametrize("hertz", [20_000, 23_000])
def test_a_tone_above_the_band_is_rejected_though_its_onset_leaves_a_click(hertz):
    assert rejection_reason(abrupt(hertz), Prepare()).startswith("out of band: it has no sound below 8000 Hz")
    assert rejection_reason(abrupt(hertz), Prepare(rate_hz=48_000)) == ""


@pytest.mark.parametrize("offset", [0.0, 0.01, -0.3])
def test_an_offset_with_a_sound_above_the_band_is_rejected(offset):
    sound = Clip(offset + 0.1 * tone(30_000, 0.5, 96_000, 1.0), 96_000)
    assert rejection_reason(sound, Prepare()).startswith("out of band: it has no sound below 8000 Hz")
    audible = Clip(sound.samples + tone(440, 0.5, 96_000, 0.01), 96_000)
    assert rejection_reason(audible, Prepare()) == ""


@pytest.mark.parametrize(
    "sound",
    [
        tone(440, 1.0, 48_000),
        noise(1.0, 48_000, gain=0.01),
        np.eye(1, 48_000, 500, dtype=np.float32)[0],
        tone(20_000, 1.0, 48_000) + 0.05 * tone(440, 1.0, 48_000),
        np.float32(0.9) + 0.002 * tone(440, 1.0, 48_000),
        np.concatenate([np.zeros(47_000, np.float32), tone(1000, 0.02, 48_000)]),
    ],
    ids=["tone", "noise", "click", "a little in the band", "offset", "late"],
)
def test_every_recording_that_ingest_accepts_gives_a_clip(sound):
    assert rejection_reason(Clip(sound, 48_000), Prepare()) == ""
    row = {"path": "a", "recording_id": "a", **dict.fromkeys(("label", "group", "split", "licence", "attribution"), "")}
    assert len(cut(row, Clip(sound, 48_000), Prepare())) == 1
