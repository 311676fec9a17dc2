"""`waveloom.extract`: a table of features from any kind of source."""

import numpy as np
import pytest
import soundfile

import waveloom
from tests.api.conftest import RATE, tones
from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.features import Features
from waveloom.features.table import clip_features


def test_a_folder_gives_one_row_per_file_with_the_features_of_its_samples(sounds):
    table = waveloom.extract(str(sounds / "near"), groups=["spectral"])
    assert list(table.index[:2]) == ["000.wav", "001.wav"]
    expected = clip_features(tones(20, 1), RATE, Features(groups=("spectral",)))
    np.testing.assert_allclose(table.to_numpy(), expected.to_numpy(), rtol=1e-5)


def test_files_sounds_and_arrays_give_the_same_row(sounds):
    (tone,) = tones(20, 1)[:1]
    sources = [sounds / "near/000.wav", waveloom.Sound(tone, RATE, "mine"), (tone, RATE)]
    table = waveloom.extract(sources, groups="mfcc", n_mfcc=5)
    assert list(table.index) == [str(sounds / "near/000.wav"), "mine", "2"]
    np.testing.assert_array_equal(table.to_numpy()[1], table.to_numpy()[2])
    np.testing.assert_array_equal(table.to_numpy()[0], table.to_numpy()[1])
    assert len([name for name in table.columns if name.endswith("_mean")]) == 15  # 5 coefficients with two slopes each


def test_sounds_of_several_rates_are_measured_at_the_most_common_one():
    (tone,) = tones(1, 0)
    doubled = resample(Clip(tone, RATE), 2 * RATE).samples
    settings = {"groups": "spectral", "floor_db": None}
    centroid = waveloom.extract([(tone, RATE), (tone, RATE), (doubled, 2 * RATE)], **settings)["centroid_mean"]
    np.testing.assert_allclose(centroid.to_numpy(), centroid.iloc[0], rtol=0.02)
    one_second = waveloom.extract((tone, RATE), rate=2 * RATE, n_fft=4096, hop=1024, **settings)["centroid_mean"]
    assert one_second.iloc[0] == pytest.approx(centroid.iloc[0], rel=0.02)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ((np.zeros((3, 100), np.float32), 8000), r"shape \(3, 100\); give \(time,\)"),
        ((np.zeros(100, np.int16), 8000), "type int16; give floats"),
        ((np.full(100, np.nan, np.float32), 8000), "NaN or infinite"),
        ((np.zeros(100, np.float32), 0), "rate is 0"),
        ("nowhere.wav", "nowhere.wav cannot be used"),
        ([], "There are no sounds"),
        ([3], "3 is no sound"),
    ],
)
def test_a_source_that_is_no_sound_is_an_input_error(source, message):
    with pytest.raises(waveloom.InputError, match=message):
        waveloom.extract(source)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path):
    soundfile.write(tmp_path / "good.wav", tones(1, 0)[0], RATE)
    (tmp_path / "bad.wav").write_bytes(b"no sound at all")
    with pytest.raises(waveloom.InputError, match=r"bad\.wav cannot be used"):
        waveloom.extract(tmp_path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"groups": ["mfc"]}, "no such group"), ({"n_mfc": 5}, "extract.n_mfc is not a parameter. Did you mean 'n_mfcc'")],
)
def test_an_unknown_group_or_parameter_is_named(settings, message):
    with pytest.raises(waveloom.InputError, match=message):
        waveloom.extract((tones(1, 0)[0], RATE), **settings)
