import numpy as np
import pytest

from tests.sounds import noise, silence, tone
from waveloom.audio.bandwidth import bandwidth_hz, low_pass, low_pass_stream
from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample

RATE = 16_000


def measured(clips: np.ndarray, labels: list[str] | None = None) -> float | None:
    return bandwidth_hz([clips], np.array(labels or ["one"] * len(clips)), RATE)


def above(sound: np.ndarray, hertz: float) -> float:
    """The strongest frequency above `hertz` in dB relative to the strongest of all."""
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.shape[-1]), axis=-1)) ** 2
    bins = np.fft.rfftfreq(sound.shape[-1], 1 / RATE)
    return float(10 * np.log10(power[..., bins > hertz].max() / power.max() + 1e-20))


@pytest.mark.parametrize("rate", [4_000, 6_000, 8_000, 11_025])
def test_sounds_recorded_at_a_lower_rate_reach_half_of_it(rate):
    clips = np.stack([resample(Clip(noise(rate=rate, seed=seed), rate), RATE).samples for seed in range(4)])
    assert measured(clips) == pytest.approx(rate / 2, rel=0.06)


def test_sounds_that_fill_the_band_have_no_limit():
    assert measured(np.stack([noise(), tone(200)])) is None


def test_a_clip_that_begins_within_a_sound_has_no_wider_band():
    sound = tone(300, seconds=1.5)[7777:][:RATE]
    assert measured(sound[None]) == pytest.approx(400, abs=100)


def test_one_click_in_a_hundred_clips_does_not_widen_the_band_but_a_rare_label_does():
    low = np.stack([tone(500 + 5 * n, seconds=0.2) for n in range(120)])
    low[7, 100] += 0.5
    assert measured(low) == pytest.approx(1180, abs=100)
    low[8] = tone(3000, seconds=0.2)
    assert measured(low, ["rare" if n == 8 else "usual" for n in range(120)]) == pytest.approx(3100, abs=100)


def test_silence_and_the_shortest_clips_set_no_limit():
    assert measured(silence()[None]) is None
    assert measured(np.ones((1, 1), np.float32)) is None


def test_both_channels_count():
    stereo = np.stack([np.stack([tone(200), tone(3000)])])
    assert measured(stereo) == pytest.approx(3100, abs=100)


def test_frequencies_below_the_limit_are_unchanged_and_those_above_removed():
    clips = np.stack([tone(1000), tone(3700), tone(4000), tone(6000)])
    filtered = low_pass(clips, RATE, 4000.0)
    np.testing.assert_allclose(filtered[:2, 600:-600], clips[:2, 600:-600], atol=1e-3)
    assert np.abs(filtered[2:, 600:-600]).max() < 0.5 * 10 ** (-70 / 20)
    assert filtered.dtype == np.float32


@pytest.mark.parametrize("limit", [400.0, 1000.0, 4000.0, 7500.0])
def test_noise_is_limited_to_any_bandwidth(limit):
    assert above(low_pass(noise()[None], RATE, limit)[0, 1000:-1000], limit) < -65


@pytest.mark.parametrize("sizes", [[16_000], [1] * 3 + [15_997], [700] * 22 + [600], [5000, 11_000]])
def test_a_sound_in_blocks_is_filtered_like_the_whole_sound(sizes):
    stereo = np.stack([noise(seed=1), noise(seed=2)])
    blocks = np.split(stereo, np.cumsum(sizes)[:-1], axis=-1)
    joined = np.concatenate(list(low_pass_stream(blocks, RATE, 4000.0)), axis=-1)
    np.testing.assert_allclose(joined, low_pass(stereo[None], RATE, 4000.0)[0], atol=1e-6)


def test_an_empty_stream_gives_an_empty_stream():
    assert list(low_pass_stream([], RATE, 4000.0)) == []
