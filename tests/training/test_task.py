from dataclasses import replace

import numpy as np
import pytest

from tests.training import small
from waveloom.audio.store import open_store, write
from waveloom.config.errors import InputError
from waveloom.features.table import feature_columns
from waveloom.training.config import batch_size
from waveloom.training.few_clips import omissions
from waveloom.training.task import create_task, with_bandwidth
from waveloom.training.validation import create_validation, why_not_validated


@pytest.fixture
def store(tmp_path):
    return small.store(tmp_path / "clips")


def test_labels_are_indexed_by_name_and_rows_are_those_of_the_training_split(store):
    task = create_task(store, small.table(store), small.recipe(), small.CONFIG)
    assert task.label_names == ["high", "low"]
    assert [task.label_names[i] for i in task.labels] == store.index["label"].tolist()
    assert set(store.index["split"].iloc[task.rows]) == {"train"}
    assert task.classes == 2
    assert create_task(store, small.table(store), small.recipe(condition="none"), small.CONFIG).classes == 0


def test_the_table_is_put_in_the_order_of_the_clips(store):
    shuffled = small.table(store).sample(frac=1, random_state=0)
    task = create_task(store, shuffled, small.recipe(), small.CONFIG)
    assert task.table["clip_id"].tolist() == store.index["clip_id"].tolist()


def test_a_table_of_other_clips_is_refused(store):
    with pytest.raises(InputError, match="features stage again"):
        create_task(store, small.table(store).iloc[1:], small.recipe(), small.CONFIG)


def test_a_batch_is_no_larger_than_the_training_split(store):
    assert create_task(store, small.table(store), small.recipe(), small.CONFIG).batch_size == 8
    assert create_task(store, small.table(store), small.recipe(), replace(small.CONFIG, batch_size=64)).batch_size == 36


def test_a_finite_difference_of_bfloat16_products_is_refused(store):
    estimated, exact = (
        small.recipe(discriminator_training={"penalty": {"kind": "r1", "difference": step}}) for step in (0.01, 0.0)
    )
    mixed = replace(small.CONFIG, precision="mixed")
    with pytest.raises(InputError, match=r"difference is 0.01 and train.precision is 'mixed'.*mostly rounding"):
        create_task(store, small.table(store), estimated, mixed)
    create_task(store, small.table(store), estimated, small.CONFIG)
    create_task(store, small.table(store), exact, mixed)


@pytest.mark.parametrize(
    ("clips", "wanted", "replicas", "batch"),
    [(1, 32, 1, 4), (7, 32, 1, 4), (31, 32, 1, 28), (90, 32, 1, 32), (31, 32, 2, 24), (1, 32, 4, 16), (1, 8, 4, 8)],
)
def test_a_batch_is_a_multiple_of_four_for_each_replica(clips, wanted, replicas, batch):
    assert batch_size(clips, wanted, replicas) == batch


def test_a_label_without_training_clips_is_not_learned_and_is_named(store, caplog):
    store.index.loc[store.index["label"] == "high", "split"] = "test"
    task = create_task(store, small.table(store), small.recipe(), replace(small.CONFIG, batch_size=4))
    assert task.label_names == ["low"]
    assert set(task.labels[store.index["label"] == "high"]) == {-1}
    assert "'high'" in omissions(task, small.CONFIG, small.scaler(store))["labels"]
    assert "'high'" in caplog.text


def test_without_a_training_clip_nothing_can_be_learned(store):
    store.index["split"] = "test"
    with pytest.raises(InputError, match="None of the 48 clips is in the training split"):
        create_task(store, small.table(store), small.recipe(), small.CONFIG)


@pytest.mark.parametrize("held", [0, 1])
def test_without_two_validation_clips_there_is_no_validation_and_a_reason(store, held):
    store.index["split"] = "train"
    store.index.loc[: held - 1, "split"] = "validation"
    task = create_task(store, small.table(store), small.recipe(), small.CONFIG)
    assert why_not_validated(task, small.CONFIG, small.scaler(store)).startswith(f"{held} clips of learned labels")
    assert "last weights" in omissions(task, small.CONFIG, small.scaler(store))["validation"]


def test_equal_validation_clips_give_no_distance(store):
    task = create_task(store, small.table(store), small.recipe(), small.CONFIG)
    alike = task.table.assign(**dict(task.table[feature_columns(task.table)].iloc[3]))
    assert "are the same" in why_not_validated(replace(task, table=alike), small.CONFIG, small.scaler(store))


def test_with_enough_clips_nothing_is_left_out(store):
    task = create_task(store, small.table(store), small.recipe(), small.CONFIG)
    assert omissions(task, small.CONFIG, small.scaler(store)) == {}


def test_the_held_out_clips_themselves_have_the_smallest_distance(store):
    task = create_task(store, small.table(store), small.recipe(), small.CONFIG)
    validation = create_validation(task, small.CONFIG, small.FEATURES, small.scaler(store))
    held = store.read(np.flatnonzero(store.index["split"] == "validation"))
    by_label = {label: held[task.labels[task.table["split"] == "validation"] == label] for label in (0, 1)}

    def real(noise, labels):
        seen = {0: iter(by_label[0]), 1: iter(by_label[1])}
        return np.stack([next(seen[int(label)]) for label in labels])

    _, near, wrong, _ = validation.measure(real)
    draw = np.random.default_rng(0)
    clips, far, hiss, _ = validation.measure(lambda noise, labels: draw.uniform(-1, 1, (len(noise), 256)))
    assert clips.shape == (8, 256)
    assert near < 0.2 * far
    assert wrong == {}
    assert "hiss" in hiss


def test_decoded_sounds_are_limited_to_the_band_of_the_training_clips(store):
    task = with_bandwidth(create_task(store, small.table(store), small.recipe(), small.CONFIG))
    noise = np.random.default_rng(0).uniform(-1, 1, (3, small.SAMPLES)).astype(np.float32)
    before, after = (np.abs(np.fft.rfft(sounds * np.hanning(small.SAMPLES))) for sounds in (noise, task.decode(noise)))
    beyond = np.fft.rfftfreq(small.SAMPLES, 1 / small.RATE) > 1050  # the highest tone has 876 Hz
    assert after[:, beyond].max() < 0.01 * before[:, beyond].max()
    assert after[:, ~beyond].max() > 0.5 * before[:, ~beyond].max()


def test_clips_that_fill_the_band_set_no_limit_and_nothing_is_filtered(store, tmp_path):
    clips = np.random.default_rng(0).uniform(-1, 1, (small.CLIPS, small.SAMPLES)).astype(np.float32)
    write(tmp_path / "noise", [(store.index, clips)], small.RATE, small.SAMPLES)
    full = open_store(tmp_path / "noise")
    task = with_bandwidth(create_task(full, small.table(full), small.recipe(), small.CONFIG))
    assert task.bandwidth_hz is None
    np.testing.assert_array_equal(task.decode(clips), clips)
