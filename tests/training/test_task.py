from dataclasses import replace

import numpy as np
import pytest

from tests.training import small
from waveloom.audio.store import open_store, write
from waveloom.config.errors import InputError
from waveloom.features.table import feature_columns
from waveloom.training.config import batch_size
from waveloom.training.few_clips import omissions
from waveloom.training.task import task, with_bandwidth
from waveloom.training.validation import hold_out, why_not_measured


@pytest.fixture
def store(tmp_path):
    return small.store(tmp_path / "clips")


def test_labels_are_indexed_by_name_and_only_the_training_split_is_learned(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    assert known.names == ["high", "low"]
    assert [known.names[i] for i in known.labels] == store.index["label"].tolist()
    assert set(store.index["split"].iloc[known.rows]) == {"train"}
    assert known.classes == 2
    assert task(store, small.table(store), small.recipe(condition="none"), small.RULES).classes == 0


def test_the_table_is_put_in_the_order_of_the_clips(store):
    shuffled = small.table(store).sample(frac=1, random_state=0)
    known = task(store, shuffled, small.recipe(), small.RULES)
    assert known.table["clip_id"].tolist() == store.index["clip_id"].tolist()


def test_a_table_of_other_clips_is_refused(store):
    with pytest.raises(InputError, match="features stage again"):
        task(store, small.table(store).iloc[1:], small.recipe(), small.RULES)


def test_a_batch_is_no_larger_than_the_training_split(store):
    assert task(store, small.table(store), small.recipe(), small.RULES).batch == 8
    assert task(store, small.table(store), small.recipe(), replace(small.RULES, batch_size=64)).batch == 36


def test_a_finite_difference_of_bfloat16_products_is_refused(store):
    estimated, exact = (
        small.recipe(discriminator_training={"penalty": {"kind": "r1", "difference": step}}) for step in (0.01, 0.0)
    )
    mixed = replace(small.RULES, precision="mixed")
    with pytest.raises(InputError, match=r"difference is 0.01 and train.precision is 'mixed'.*mostly rounding"):
        task(store, small.table(store), estimated, mixed)
    task(store, small.table(store), estimated, small.RULES)
    task(store, small.table(store), exact, mixed)


@pytest.mark.parametrize(
    ("clips", "wanted", "replicas", "batch"),
    [(1, 32, 1, 4), (7, 32, 1, 4), (31, 32, 1, 28), (90, 32, 1, 32), (31, 32, 2, 24), (1, 32, 4, 16), (1, 8, 4, 8)],
)
def test_a_batch_is_a_multiple_of_four_for_each_replica(clips, wanted, replicas, batch):
    assert batch_size(clips, wanted, replicas) == batch


def test_a_label_without_training_clips_is_not_learned_and_is_named(store, caplog):
    store.index.loc[store.index["label"] == "high", "split"] = "test"
    known = task(store, small.table(store), small.recipe(), replace(small.RULES, batch_size=4))
    assert known.names == ["low"]
    assert set(known.labels[store.index["label"] == "high"]) == {-1}
    assert "'high'" in omissions(known, small.RULES, small.scaler(store))["labels"]
    assert "'high'" in caplog.text


def test_without_a_training_clip_nothing_can_be_learned(store):
    store.index["split"] = "test"
    with pytest.raises(InputError, match="None of the 48 clips is in the training split"):
        task(store, small.table(store), small.recipe(), small.RULES)


@pytest.mark.parametrize("held", [0, 1])
def test_without_two_held_out_clips_there_is_no_validation_and_the_reason_is_given(store, held):
    store.index["split"] = "train"
    store.index.loc[: held - 1, "split"] = "validation"
    known = task(store, small.table(store), small.recipe(), small.RULES)
    assert why_not_measured(known, small.RULES, small.scaler(store)).startswith(f"{held} clips of learned labels")
    assert "last weights" in omissions(known, small.RULES, small.scaler(store))["validation"]


def test_held_out_clips_that_are_all_the_same_give_no_distance(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    alike = known.table.assign(**dict(known.table[feature_columns(known.table)].iloc[3]))
    assert "are the same" in why_not_measured(replace(known, table=alike), small.RULES, small.scaler(store))


def test_where_there_are_clips_enough_nothing_is_left_out(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    assert omissions(known, small.RULES, small.scaler(store)) == {}


def test_the_held_out_clips_themselves_lie_nearest(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    validation = hold_out(known, small.RULES, small.FEATURES, small.scaler(store))
    held = store.read(np.flatnonzero(store.index["split"] == "validation"))
    by_label = {label: held[known.labels[known.table["split"] == "validation"] == label] for label in (0, 1)}

    def real(noise, labels):
        seen = {0: iter(by_label[0]), 1: iter(by_label[1])}
        return np.stack([next(seen[int(label)]) for label in labels])

    _, near, wrong = validation.measure(real)
    draw = np.random.default_rng(0)
    clips, far, hiss = validation.measure(lambda noise, labels: draw.uniform(-1, 1, (len(noise), 256)))
    assert clips.shape == (8, 256)
    assert near < 0.2 * far
    assert wrong == {}
    assert "hiss" in hiss


def test_decoded_sounds_stay_within_the_band_of_the_training_clips_alone(store):
    known = with_bandwidth(task(store, small.table(store), small.recipe(), small.RULES))
    noise = np.random.default_rng(0).uniform(-1, 1, (3, small.SAMPLES)).astype(np.float32)
    before, after = (np.abs(np.fft.rfft(sounds * np.hanning(small.SAMPLES))) for sounds in (noise, known.decode(noise)))
    beyond = np.fft.rfftfreq(small.SAMPLES, 1 / small.RATE) > 1050  # the highest tone has 876 Hz
    assert after[:, beyond].max() < 0.01 * before[:, beyond].max()
    assert after[:, ~beyond].max() > 0.5 * before[:, ~beyond].max()


def test_clips_that_fill_the_band_set_no_limit_and_nothing_is_filtered(store, tmp_path):
    clips = np.random.default_rng(0).uniform(-1, 1, (small.CLIPS, small.SAMPLES)).astype(np.float32)
    write(tmp_path / "noise", [(store.index, clips)], small.RATE, small.SAMPLES)
    full = open_store(tmp_path / "noise")
    known = with_bandwidth(task(full, small.table(full), small.recipe(), small.RULES))
    assert known.bandwidth_hz is None
    np.testing.assert_array_equal(known.decode(clips), clips)
