"""`waveloom.score`: two folders compared."""

import numpy as np
import pandas as pd
import pytest
import soundfile

import waveloom
from tests.api.conftest import RATE, noises, tones, write_folder

FAST = {"embeddings": "mfcc"}


def row(table: pd.DataFrame, metric: str) -> pd.Series:
    (found,) = table[table["metric"] == metric].to_dict("records")
    return found


@pytest.fixture(scope="module")
def near(sounds):
    return waveloom.score(sounds / "real", str(sounds / "near"), **FAST)


@pytest.fixture(scope="module")
def far(sounds):
    return waveloom.score(sounds / "real", sounds / "far", **FAST)


def test_sounds_of_the_same_kind_score_like_the_floor_and_noise_does_not(near, far):
    same, other = row(near, "kernel_distance"), row(far, "kernel_distance")
    assert same["generated"] - same["margin"] <= same["floor"] + same["floor_margin"]
    assert other["generated"] - other["margin"] > other["floor"] + other["floor_margin"]
    assert same["floor"] == other["floor"]


def test_noise_is_told_from_tones_and_has_no_recall(far):
    assert row(far, "two_sample_accuracy")["generated"] > 0.95
    assert row(far, "recall")["generated"] == 0
    assert row(far, "precision")["generated"] == 0


def test_the_table_has_the_headline_numbers_with_their_directions(near):
    assert list(near["metric"]) == ["kernel_distance", "precision", "recall", "diversity_ratio", "two_sample_accuracy"]
    assert row(near, "kernel_distance")["better"] == "lower"
    assert near.attrs["sizes"] == {"train": 40, "real": 20, "generated": 20, "floor": 20}
    assert (near.attrs["rate_hz"], near.attrs["seconds"], near.attrs["left_out"]) == (RATE, 0.5, {})


def test_the_same_seed_gives_the_same_table(sounds, near):
    pd.testing.assert_frame_equal(waveloom.score(sounds / "real", sounds / "near", **FAST), near)


def test_a_metric_is_chosen_by_its_name(sounds):
    table = waveloom.score(sounds / "real", sounds / "near", metrics=["noise_floor_db"], **FAST)
    assert list(table["metric"]) == ["noise_floor_db"]
    assert table["space"].iloc[0] == "clips"


def test_all_metrics_are_those_that_need_no_training_sounds(sounds):
    without = waveloom.score(sounds / "real", sounds / "near", metrics="all", **FAST)
    assert not set(without["metric"]) & {"copy_rate", "nearest_train"}
    assert {"frechet_distance", "descriptor_distance", "noise_floor_db"} <= set(without["metric"])


@pytest.mark.parametrize(("seed", "copies"), [(5, 1.0), (6, 0.0)])
def test_copies_of_training_sounds_are_counted_if_their_folder_is_given(tmp_path, seed, copies):
    real, training = write_folder(tmp_path / "real", noises(12, 7)), write_folder(tmp_path / "training", noises(12, 5))
    generated = write_folder(tmp_path / "generated", noises(12, seed))
    table = waveloom.score(real, generated, metrics="copy_rate", training=training, **FAST)
    assert row(table, "copy_rate")["generated"] == pytest.approx(copies, abs=0.2)


def test_files_of_other_rates_and_lengths_are_converted_to_those_of_most_real_files(sounds, tmp_path):
    """The same tones at twice the rate, some with silence after them, score nearly the same."""
    other = tmp_path / "other"
    for number, tone in enumerate(tones(20, 1)):
        doubled = np.interp(np.arange(8000) / 2, np.arange(4000), tone)
        other.mkdir(exist_ok=True)
        soundfile.write(other / f"{number}.wav", np.pad(doubled, (0, 4000 * (number % 2))), 2 * RATE)
    table = waveloom.score(sounds / "real", other, **FAST)
    assert (table.attrs["rate_hz"], table.attrs["seconds"]) == (RATE, 0.5)
    assert row(table, "recall")["generated"] > 0.5


def test_rate_and_length_can_be_chosen(sounds):
    table = waveloom.score(sounds / "real", sounds / "near", rate=4000, seconds=0.25, **FAST)
    assert (table.attrs["rate_hz"], table.attrs["samples"]) == (4000, 1000)


def test_silent_sounds_count_and_unreadable_files_are_named(sounds, tmp_path):
    """A generator that gives silence must not be scored by its other sounds alone."""
    write_folder(tmp_path, np.concatenate([tones(6, 1), np.zeros((6, 4000), np.float32)]))
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    table = waveloom.score(sounds / "real", tmp_path, **FAST)
    assert table.attrs["sizes"]["generated"] == 12
    assert list(table.attrs["left_out"]) == [str(tmp_path / "broken.wav")]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"metrics": "kernel_distanc"}, "no metric 'kernel_distanc'. Did you mean 'kernel_distance'"),
        ({"metrics": "copy_rate"}, "copy_rate compares with the sounds of the training"),
        ({"embeddings": "clap"}, "no 'clap' in embeddings"),
        ({"rate": 100}, "score.rate is 100"),
        ({"count": 1}, "score.count is 1"),
    ],
)
def test_an_impossible_setting_is_named(sounds, settings, message):
    with pytest.raises(waveloom.InputError, match=message):
        waveloom.score(sounds / "real", sounds / "near", **settings)


def test_a_missing_an_empty_and_a_small_folder_are_input_errors(sounds, tmp_path):
    with pytest.raises(waveloom.InputError, match="is no folder"):
        waveloom.score(tmp_path / "nowhere", sounds / "near")
    with pytest.raises(waveloom.InputError, match="holds no sound files"):
        waveloom.score(tmp_path, sounds / "near")
    write_folder(tmp_path, tones(3, 0))
    with pytest.raises(waveloom.InputError, match="has 3 sounds that can be used, and 4 are needed"):
        waveloom.score(tmp_path, sounds / "near")
