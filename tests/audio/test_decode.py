import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.sounds import RATE, chirp, silence, tone, write_wav
from waveloom.audio.decode import Limits, Rejected, decode, decode_all, decode_windows, probe, probe_all

LIMITS = Limits()


def reason(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(Rejected) as caught:
        decode(path, limits)
    return str(caught.value)


def test_the_header_is_read_without_the_samples(tmp_path):
    header = probe(write_wav(tmp_path / "a.wav", np.zeros((800, 2)), 8000))
    assert header == (8000, 2, 800)
    assert header.seconds == 0.1


def test_a_relative_path_starts_at_the_present_folder_not_at_that_of_the_first_file(tmp_path, monkeypatch):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write_wav(tmp_path / name / f"{name}.wav", tone(440))
        monkeypatch.chdir(tmp_path / name)
        assert decode(Path(f"{name}.wav"), LIMITS).seconds == 1


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "MS_ADPCM"])
def test_every_wav_encoding_gives_the_same_samples(tmp_path, subtype):
    clip = decode(write_wav(tmp_path / "a.wav", tone(440), RATE, subtype), LIMITS)
    assert clip.samples.dtype == np.float32
    assert clip.rate == RATE
    assert np.abs(clip.samples[:RATE] - tone(440)).max() < 0.03


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.mp3", "a.aiff", "a.caf"])
def test_every_format_gives_the_same_pitch(tmp_path, name):
    soundfile.write(tmp_path / name, tone(1000), RATE)
    clip = decode(tmp_path / name, LIMITS)
    assert clip.seconds == pytest.approx(1, abs=0.1)
    assert np.abs(np.fft.rfft(clip.samples)).argmax() / clip.seconds == pytest.approx(1000, abs=2)


def test_sixteen_bit_files_decode_to_the_same_floats_as_soundfile(tmp_path):
    path = write_wav(tmp_path / "a.wav", tone(440, 5))
    np.testing.assert_array_equal(decode(path, LIMITS).samples, soundfile.read(path, dtype="float32")[0])


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_channels_are_averaged(tmp_path, subtype):
    stereo = np.stack([tone(440), -0.5 * tone(440)], axis=1)
    clip = decode(write_wav(tmp_path / "a.wav", stereo, RATE, subtype), LIMITS)
    np.testing.assert_allclose(clip.samples, 0.25 * tone(440), atol=1e-4)


def test_a_float_file_above_full_scale_is_scaled_to_it(tmp_path):
    clip = decode(write_wav(tmp_path / "a.wav", tone(440, gain=30.0), RATE, "FLOAT"), LIMITS)
    np.testing.assert_allclose(clip.samples, tone(440, gain=1.0) / np.abs(tone(440, gain=1.0)).max(), atol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_nan_or_infinity_rejects_the_file(tmp_path, value):
    sound = tone(440)
    sound[777] = value
    assert reason(write_wav(tmp_path / "a.wav", sound, RATE, "FLOAT")) == "non-finite"


def test_silence_and_near_silence_are_rejected(tmp_path):
    assert reason(write_wav(tmp_path / "a.wav", silence())) == "silent"
    assert reason(write_wav(tmp_path / "b.wav", tone(440, gain=0.0009))) == "silent"
    assert decode(write_wav(tmp_path / "c.wav", tone(440, gain=0.0011)), LIMITS).seconds == 1


def test_durations_outside_the_limits_are_rejected(tmp_path):
    path = write_wav(tmp_path / "a.wav", tone(440, 0.5))
    assert reason(path, Limits(min_seconds=0.6)) == "too short: 0.5 s"
    assert reason(path, Limits(max_seconds=0.4)) == "too long: 0.5 s, and ingest.max_seconds is 0.4"
    assert decode(path, Limits(min_seconds=0.5, max_seconds=0.5)).seconds == 0.5


def test_a_file_that_is_no_sound_is_rejected(tmp_path):
    for name, content, why in (
        ("b.mp3", b"<html></html>", "Format not recognised."),
        ("c.flac", b"fLaC" + bytes(50), "File contains data in an unimplemented format."),
        ("d.raw", b"x", "Format not recognised."),
    ):
        (tmp_path / name).write_bytes(content)
        assert reason(tmp_path / name) == f"unreadable: {why}"
    assert reason(tmp_path / "nothing.wav") == "missing"
    assert reason(write_wav(tmp_path / "e.wav", np.zeros(0))) == "empty"


def test_a_file_without_a_byte_is_empty(tmp_path):
    (tmp_path / "e.wav").touch()
    assert reason(tmp_path / "e.wav") == "empty"


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.au", "a.w64", "a.rf64", "a.caf", "a.mp3"])
def test_a_file_without_its_end_is_rejected_as_truncated(tmp_path, name):
    soundfile.write(tmp_path / name, tone(440), RATE)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * 6 // 10])
    assert reason(tmp_path / name) == "truncated"


@pytest.mark.parametrize("name", ["a.flac", "a.ogg"])
def test_a_compressed_file_without_its_end_is_rejected_as_unreadable(tmp_path, name):
    soundfile.write(tmp_path / name, tone(440), RATE)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * 6 // 10])
    assert reason(tmp_path / name).startswith("unreadable: ")


def test_a_streamed_wav_of_unknown_length_is_complete(tmp_path):
    path = write_wav(tmp_path / "a.wav", tone(440))
    whole = bytearray(path.read_bytes())
    whole[4:8] = whole[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(whole)
    assert decode(path, LIMITS).seconds == 1


def test_a_header_that_declares_a_huge_length_allocates_no_memory(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(440), RATE)
    flac = bytearray(path.read_bytes())
    flac[21] |= 0x0F  # the top of STREAMINFO's 36 bits of total samples: 6.4e10
    path.write_bytes(flac)
    assert reason(path, Limits(max_seconds=1e9)).startswith("too long")


def test_an_hour_of_silence_in_a_small_file_is_rejected(tmp_path):
    soundfile.write(tmp_path / "a.flac", np.zeros(20_000_000, np.int16), 44_100)
    assert reason(tmp_path / "a.flac").startswith("expands: ")
    assert reason(write_wav(tmp_path / "b.wav", np.zeros(20_000_000, np.int16), 44_100)) == "silent"


@pytest.mark.parametrize(
    ("offset", "form", "value", "why"), [(24, "<I", 2**31 - 1, "rate"), (22, "<H", 64, "channels")]
)
def test_impossible_headers_are_rejected(tmp_path, offset, form, value, why):
    path = write_wav(tmp_path / "a.wav", tone(440))
    wav = bytearray(path.read_bytes())
    struct.pack_into(form, wav, offset, value)
    if why == "channels":
        struct.pack_into("<H", wav, 32, 2 * value)  # the block size must agree, else libsndfile rejects it
    path.write_bytes(wav)
    assert reason(path).startswith(f"{why}: ")


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_both_channels_are_the_first_two_or_the_only_one_twice(tmp_path, subtype):
    three = np.stack([tone(440), -0.5 * tone(440), silence(1.0)], axis=1)
    for channels in (three[:, :2], three):
        clip = decode(write_wav(tmp_path / "a.wav", channels, RATE, subtype), LIMITS, "both")
        np.testing.assert_allclose(clip.samples, three[:, :2].T, atol=1e-4)
    alone = decode(write_wav(tmp_path / "a.wav", tone(440), RATE, subtype), LIMITS, "both")
    np.testing.assert_allclose(alone.samples, np.stack([tone(440)] * 2), atol=1e-4)


def test_one_silent_channel_is_accepted_and_scaling_keeps_the_balance_of_channels(
    tmp_path,
):
    one = np.stack([tone(440), silence(1.0)], axis=1)
    assert decode(write_wav(tmp_path / "a.wav", one, RATE, "FLOAT"), LIMITS, "both").peak > 0.1
    loud = np.stack([tone(440, gain=4.0), tone(440, gain=2.0)], axis=1)
    clip = decode(write_wav(tmp_path / "b.wav", loud, RATE, "FLOAT"), LIMITS, "both")
    assert np.abs(clip.samples).max(axis=1) == pytest.approx([1, 0.5], rel=1e-3)


def test_both_channels_of_a_damaged_file_are_one_rejection_and_the_next_file_is_read(tmp_path):
    good = write_wav(tmp_path / "good.wav", np.stack([tone(440)] * 2, axis=1))
    bad = tmp_path / "bad.wav"
    bad.write_bytes(good.read_bytes()[:3000])
    decoded = [clip for _, clip in decode_all([bad, good], LIMITS, "both")]
    assert isinstance(decoded[0], Rejected)
    assert decoded[1].samples.shape == (2, RATE)


def stereo(path: Path, left: np.ndarray, right: np.ndarray) -> Path:
    return write_wav(path, np.stack([left, right], axis=1), RATE, "FLOAT")


@pytest.mark.parametrize("value", [1e29, -1e29, 40.0, -40.0, 32768.0])
@pytest.mark.parametrize("count", [1, 3])
def test_a_few_values_far_above_all_others_are_rejected_as_corrupt(tmp_path, value, count):
    sound = tone(440)
    sound[5000 : 5000 + count] = value
    assert reason(write_wav(tmp_path / "a.wav", sound, RATE, "FLOAT")).startswith("corrupt: ")


def test_a_burst_of_corrupt_values_is_rejected(tmp_path):
    sound = tone(440)
    sound[5000:5010] = 300.0
    assert "10 samples reach 50 dB above full scale" in reason(write_wav(tmp_path / "a.wav", sound, RATE, "FLOAT"))


@pytest.mark.parametrize("unit", [2.0**15, 2.0**23])
def test_a_corrupt_value_in_a_file_in_integer_units_is_rejected(tmp_path, unit):
    sound = unit * tone(440)
    sound[5000] = 510 * unit
    assert reason(write_wav(tmp_path / "a.wav", sound, RATE, "FLOAT")).startswith("corrupt: 1 sample reaches ")


@pytest.mark.parametrize("channels", [1, 2])
def test_corrupt_values_are_detected_in_both_channels_as_in_the_mix(tmp_path, channels):
    sound = tone(440)
    sound[[5000, 6000]] = 9.0
    path = write_wav(tmp_path / "a.wav", np.stack([sound] * channels, axis=1), RATE, "FLOAT")
    with pytest.raises(Rejected, match="corrupt: 2 samples reach 19 dB"):
        decode(path, LIMITS, "both")


@pytest.mark.parametrize("unit", [1.5, 32767.0, 2.0**31])
def test_a_float_file_in_integer_units_is_scaled_and_its_peak_is_recorded(tmp_path, unit):
    clip = decode(write_wav(tmp_path / "a.wav", unit * tone(440, gain=1.0), RATE, "FLOAT"), LIMITS)
    assert clip.peak == pytest.approx(1)
    assert clip.file_peak == pytest.approx(unit, rel=1e-3)


def test_a_click_above_full_scale_in_silence_is_accepted(tmp_path):
    for number, value in enumerate((0.9, 2.5)):
        click = silence()
        click[500] = value
        assert decode(write_wav(tmp_path / f"{number}.wav", click, RATE, "FLOAT"), LIMITS).peak == pytest.approx(
            min(value, 1)
        )


@pytest.mark.parametrize(("offset", "amplitude"), [(0.2, 0.0), (-0.35, 0.0), (0.3, 4e-4), (1.0, 9e-4)])
def test_an_offset_with_nothing_above_silence_is_rejected(tmp_path, offset, amplitude):
    sound = offset + amplitude * np.sign(tone(440))
    assert reason(write_wav(tmp_path / "a.wav", sound, RATE, "FLOAT")).startswith(f"constant: an offset of {offset:g}")


def test_the_larger_offset_of_two_constant_channels_is_reported(tmp_path):
    path = stereo(tmp_path / "a.wav", np.full(RATE, 0.1, np.float32), np.full(RATE, -0.3, np.float32))
    with pytest.raises(Rejected, match=r"^constant: an offset of -0\.3 and nothing else"):
        decode(path, LIMITS, "both")


def test_an_offset_with_a_sound_is_accepted(tmp_path):
    assert decode(write_wav(tmp_path / "a.wav", 0.3 + 0.01 * tone(440), RATE, "FLOAT"), LIMITS).peak > 0.3


def test_channels_that_cancel_in_the_mix_are_rejected_with_that_reason_and_one_alone_is_accepted(tmp_path):
    path = stereo(tmp_path / "a.wav", tone(440), -tone(440))
    assert reason(path).startswith("cancelled: its channels cancel each other in the mix")
    assert "prepare.channel" in reason(path)
    assert decode(path, LIMITS, 0).peak == pytest.approx(0.5, rel=1e-3)
    assert reason(stereo(tmp_path / "b.wav", silence(), silence())) == "silent"


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_the_peak_of_the_mix_is_given_relative_to_the_loudest_channel(tmp_path, subtype):
    nearly = np.stack([tone(440), -0.95 * tone(440)], axis=1)
    clip = decode(write_wav(tmp_path / "a.wav", nearly, RATE, subtype), LIMITS)
    assert clip.mix_db == pytest.approx(20 * np.log10(0.025), abs=0.1)
    assert decode(write_wav(tmp_path / "b.wav", nearly, RATE, subtype), LIMITS, "both").mix_db < -30
    assert np.isnan(decode(write_wav(tmp_path / "c.wav", tone(440)), LIMITS).mix_db)


def test_duration_and_sample_count_have_separate_limits_and_reasons(tmp_path):
    path, frames = tmp_path / "a.wav", 9_000_000
    write_wav(path, np.stack([tone(440, 1.0, 8000)] * 8, axis=1), 8000)
    wav = bytearray(path.read_bytes())
    struct.pack_into("<I", wav, wav.index(b"data") + 4, 16 * frames)
    path.write_bytes(wav)
    os.truncate(path, wav.index(b"data") + 8 + 16 * frames)  # sparse: more values in total than are read of one channel
    assert reason(path) == "too long: 1125 s, and ingest.max_seconds is 600"
    assert decode(path, Limits(max_seconds=2000)).seconds == frames / 8000


def test_the_number_of_samples_read_at_once_is_limited(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(440), RATE)
    flac = bytearray(path.read_bytes())
    struct.pack_into(">I", flac, 22, (1 << 26) + 1)  # total samples, below 2^32
    path.write_bytes(flac)
    why = reason(path, Limits(max_seconds=1e6))
    assert why.startswith("too long to read whole: ")
    assert "67108864 samples a channel" in why


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
@pytest.mark.parametrize("channel", ["mix", 1, "both"])
def test_concatenated_windows_equal_the_whole_file(tmp_path, name, channel):
    sound = np.stack([chirp(200, 2000, 3.3), chirp(300, 900, 3.3)], axis=1)
    soundfile.write(tmp_path / name, sound, RATE)
    whole = decode(tmp_path / name, LIMITS, channel).samples
    windows = [clip.samples for _, clip in decode_windows(tmp_path / name, probe(tmp_path / name), 1, LIMITS, channel)]
    assert len(windows) == 4
    np.testing.assert_allclose(np.concatenate(windows, axis=-1), whole, atol=2e-3)


def test_a_long_stereo_mp3_has_no_gaps_between_blocks(tmp_path):
    soundfile.write(tmp_path / "a.mp3", np.stack([chirp(300, 5000, 10.0)] * 2, axis=1), RATE)
    whole = soundfile.read(tmp_path / "a.mp3", dtype="float32")[0]
    np.testing.assert_allclose(decode(tmp_path / "a.mp3", LIMITS).samples, whole.mean(axis=1), atol=1e-6)


def test_a_window_of_a_file_too_large_to_read_whole_can_be_read(tmp_path):
    path = write_wav(tmp_path / "a.wav", tone(440, 2.0))
    wav = bytearray(path.read_bytes())
    struct.pack_into("<I", wav, 40, 2**31 - 200)
    path.write_bytes(wav)
    os.truncate(path, 2**31 - 200 + 44)  # sparse: it takes no space
    assert reason(path).startswith("too large: ")
    (header,) = probe_all([path], any_size=True)
    first = next(iter(decode_windows(path, header, 2.0, LIMITS)))
    np.testing.assert_allclose(first.clip.samples[: 2 * RATE - 9], tone(440, 2.0)[: 2 * RATE - 9], atol=1e-4)
