import numpy as np
import pytest

from tests.inaudible import CHANGES, Change, faint_tone, strokes
from tests.sounds import tone
from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.features import Features, groups
from waveloom.features.frame_table import frame_table
from waveloom.features.kernel_distance import kernel_distance
from waveloom.features.masking import mask_inaudible, masking_noise
from waveloom.features.scaling import apply, fit
from waveloom.features.table import clip_features

RATE = 16_000
CLIPS = strokes(60, RATE)


def table(clips: np.ndarray, config: Features, rate: int = RATE) -> np.ndarray:
    return clip_features(clips, rate, config).to_numpy(np.float64)


def shift(change: Change, config: Features, clips: np.ndarray = CLIPS, rate: int = RATE) -> np.ndarray:
    """Change of the mean of each column in its standard deviations: (columns,)."""
    before, after = table(clips, config, rate), table(change(clips, rate), config, rate)
    return np.abs(after.mean(axis=0) - before.mean(axis=0)) / np.maximum(before.std(axis=0), 1e-9)


@pytest.mark.parametrize("group", plugins.available(groups))
@pytest.mark.parametrize("change", CHANGES)
def test_inaudible_changes_hardly_change_any_column(change, group):
    assert shift(CHANGES[change], Features(groups=(group,))).max() < 0.2


@pytest.mark.parametrize("change", ["lifted floor", "offset of 0.001", "last bit"])
def test_without_masking_noise_the_same_changes_of_digital_silence_are_large(change):
    assert shift(CHANGES[change], Features(floor_db=None)).max() > 0.3


def test_a_faint_high_tone_is_masked_at_a_higher_rate_too():
    assert shift(faint_tone(15_000), Features(), strokes(30, 44_100), 44_100).max() < 0.2


@pytest.mark.parametrize("change", CHANGES)
def test_inaudible_changes_leave_the_kernel_distance_within_its_interval(change):
    real, compared = table(CLIPS[:30], Features()), table(CLIPS[30:], Features())
    scaler = fit(table(CLIPS, Features()))
    real, compared = apply(scaler, real), apply(scaler, compared)
    changed = apply(scaler, table(CHANGES[change](CLIPS[30:], RATE), Features()))
    halves = np.random.default_rng(0).permuted(np.tile(np.arange(30), (20, 1)), axis=1)[:, :15]
    margin = 1.96 * np.std([kernel_distance(real[rows], compared[rows]) for rows in halves], ddof=1)
    assert abs(kernel_distance(real, changed) - kernel_distance(real, compared)) < margin


def test_louder_audible_noise_changes_the_table_more():
    noise = np.random.default_rng(3).standard_normal(CLIPS.shape)

    def hiss(level_db: float) -> Change:
        return lambda clips, rate: (clips + 10 ** (level_db / 20) * noise).astype(np.float32)

    steps = [np.median(shift(hiss(level_db), Features())) for level_db in (-50, -40, -30, -20)]
    assert steps == sorted(steps)
    assert steps[0] > 0.05
    assert steps[-1] > 0.3


@pytest.mark.parametrize("hertz", [60, 250, 1000, 4000])
def test_an_audible_tone_is_not_masked(hertz):
    assert shift(faint_tone(hertz, -40.0), Features()).max() > 0.3


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
@pytest.mark.parametrize("hertz", [100, 1000, 3500])
def test_the_masking_noise_has_the_level_floor_db_in_each_critical_band(rate, hertz):
    noise = masking_noise(8 * rate, rate, -60.0).astype(np.float64)
    width = 24.7 * (4.37e-3 * hertz + 1)  # 35, 133 and 402 Hz
    spectrum, bins = np.fft.rfft(noise), np.fft.rfftfreq(len(noise), 1 / rate)
    inside = np.abs(bins - hertz) < width / 2
    band = np.fft.irfft(spectrum * inside, len(noise))
    assert 10 * np.log10(np.mean(band**2)) == pytest.approx(-60, abs=1)


def test_frequencies_below_20_hz_are_removed_and_others_stay():
    clips = np.stack([tone(6), tone(40), tone(5000), np.full(RATE, 0.3, np.float32)])
    masked = mask_inaudible(clips, RATE, -140.0)
    np.testing.assert_allclose(masked[[0, 3]], 0, atol=1e-4)
    np.testing.assert_allclose(masked[1:3], clips[1:3], atol=1e-4)


def test_every_clip_gets_the_same_noise_and_does_not_depend_on_the_others():
    together = mask_inaudible(CLIPS, RATE, -66.0)
    for number in (0, 7):
        np.testing.assert_array_equal(mask_inaudible(CLIPS[number][None], RATE, -66.0)[0], together[number])
    silent = mask_inaudible(np.zeros((2, len(CLIPS[0])), np.float32), RATE, -66.0)
    np.testing.assert_array_equal(silent, masking_noise(len(CLIPS[0]), RATE, -66.0)[None].repeat(2, axis=0))


def test_without_a_floor_no_sample_changes():
    np.testing.assert_array_equal(mask_inaudible(CLIPS, RATE, None), CLIPS)


@pytest.mark.parametrize("samples", [1, 2, 3, 101])
def test_the_shortest_clips_are_finite(samples):
    assert np.isfinite(mask_inaudible(np.ones((1, samples)), 4000, -66.0)).all()


def test_features_over_time_are_measured_with_the_same_masking_as_the_table():
    import pandas as pd

    index = pd.DataFrame({"clip_id": ["one"]})
    (rows,) = frame_table([(index, CLIPS[:1])], RATE, Features(groups=("spectral",)))
    clip_table = clip_features(CLIPS[:1], RATE, Features(groups=("spectral",)))
    for name in ("centroid", "flatness", "zero_crossings"):
        assert rows[name].mean() == pytest.approx(clip_table[f"{name}_mean"][0], rel=1e-3)


@pytest.mark.parametrize("value", [0.0, 3.0, -200.0])
def test_a_floor_out_of_range_is_refused(value):
    with pytest.raises(InputError, match="floor_db"):
        read_config(Features, {"floor_db": value}, "features")
